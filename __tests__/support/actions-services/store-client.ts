import { z } from 'zod';
import type { Notice } from '../../../src/base/notice.ts';
import { parseSnapshot } from '../../../src/compare/parse-snapshot.ts';
import { uploadReport } from '../../../src/github/artifact/report-upload.ts';
import { ActionsCacheStore } from '../../../src/github/cache/actions-cache-store.ts';
import { ActionsScanCache } from '../../../src/github/cache/actions-scan-cache.ts';
import { createDiskScanStore } from '../../../src/layer/scan-store.ts';
import { file, scan } from '../scans/scan.ts';
import { silentLog } from '../silent-log.ts';
import { answerOperations } from './client-operations.ts';

const key = z.object({
  commit: z.string(),
  platform: z.string(),
  target: z.string().nullable(),
  method: z.string(),
  image: z.string(),
});

const operation = z.discriminatedUnion('do', [
  z.object({ do: z.literal('get'), key, ancestors: z.array(z.string()).default([]) }),
  z.object({ do: z.literal('put'), key, snapshot: z.string() }),
  z.object({
    do: z.literal('save-scans'),
    directory: z.string(),
    name: z.string(),
    paths: z.array(z.string()),
  }),
  z.object({ do: z.literal('upload'), name: z.string(), json: z.string(), timeoutMs: z.number().optional() }),
]);

const notices: Notice[] = [];
const notice = (told: Notice): void => void notices.push(told);
const store = new ActionsCacheStore({
  env: process.env,
  homeDir: process.env['HOME'] ?? '',
  log: silentLog,
  notice,
  // On a busy machine what takes a moment takes long.
  readMs: 120_000,
  writeMs: Number(process.env['TEST_WRITE_MS'] ?? 120_000),
  firstWaitMs: 10,
});

await answerOperations(operation, async task => {
  notices.length = 0;
  const result = await perform(task);
  return { result, notices: [...notices] };
});

async function perform(task: z.infer<typeof operation>): Promise<unknown> {
  switch (task.do) {
    case 'get':
      return store.get(task.key, task.ancestors);
    case 'put':
      return store.put(task.key, parseSnapshot(task.snapshot, 'of the test'));
    case 'save-scans': {
      // A layer for each path, weighed after those that an earlier run stored have come.
      const { directory, name, paths } = task;
      const { env } = process;
      const homeDir = env['HOME'] ?? '';
      const service = { isSilent: false };
      const waitMs = Number(env['TEST_WRITE_MS'] ?? 120_000);
      const cache = new ActionsScanCache({
        env,
        homeDir,
        log: silentLog,
        directory,
        name,
        service,
        waitMs,
        firstWaitMs: 10,
      });
      cache.restore();
      const scans = cache.over(createDiskScanStore(directory, { log: silentLog }));
      const found: boolean[] = [];
      for (const path of paths) {
        const layer = scan([file(path, 1)]);
        const isKnown = (await scans.get(layer.diffId, [])) !== null;
        found.push(isKnown);
        if (!isKnown) await scans.put(layer, []);
      }
      await cache.save();
      return found;
    }
    case 'upload': {
      const { name, json, timeoutMs = 120_000 } = task;
      const temporaryDir = process.env['RUNNER_TEMP'] ?? '';
      const report = { name, json, markdown: '# Report\n', retentionDays: 5 };
      return (await uploadReport(report, { temporaryDir, log: silentLog, notice, timeoutMs })).id;
    }
  }
}
