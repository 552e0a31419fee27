import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BaselineRequest } from '../../src/baseline/baseline-request.ts';
import type { SnapshotStore } from '../../src/baseline/store/snapshot-store.ts';
import { serializeSnapshot } from '../../src/compare/parse-snapshot.ts';
import type { Snapshot } from '../../src/compare/snapshot.ts';
import { inspectImage } from '../../src/run/inspect-pipeline.ts';
import { LOCAL_ORIGIN } from '../../src/run/weigh/image-report.ts';
import { legacyDockerArchive } from '../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
import { changeFiles, folderOf } from '../support/folder.ts';
import { optionValues } from '../support/option-values.ts';
import { PLAIN_SETTINGS } from '../support/plain-settings.ts';
import { testEnvironment } from '../support/test-environment.ts';

const COMMIT = 'c'.repeat(40);
const BASELINE: BaselineRequest = { kind: 'file', paths: ['base.json'], required: true };

async function archive(seed: number): Promise<Uint8Array> {
  const layer = { same: file(3000), changed: file(2000, { seed }) };
  return legacyDockerArchive([await fabricateImage({ steps: [{ createdBy: 'RUN x', layer }] })]);
}

/** Weighs an archive, with or without a baseline, and keeps its snapshot for later runs. */
async function inspect(cwd: string, baseline: BaselineRequest | null) {
  const stored: Snapshot[] = [];
  const store: SnapshotStore = {
    get: async () => null,
    put: async (_key, snapshot) => void stored.push(snapshot),
  };
  const environment = testEnvironment(cwd, {
    snapshotCache: { store, takeNotices: () => [], isExpected: true },
  });
  const { report, snapshot } = await inspectImage(
    {
      reference: `docker-archive:${join(cwd, 'app.tar')}`,
      options: optionValues(),
    },
    PLAIN_SETTINGS,
    environment,
    { origin: { ...LOCAL_ORIGIN, commit: COMMIT }, baseline, seeds: true },
  );
  expect(stored).toEqual([snapshot()]);
  const contents = report.comparison?.contents;
  return {
    changed: contents?.changed.count,
    assumed: contents?.assumed.count,
    known: snapshot().layers.flatMap(layer => layer.contents).length,
    snapshot: snapshot(),
  };
}

test('what later runs compare with has the contents that this run learned', async () => {
  const cwd = await folderOf({ 'app.tar': await archive(1) });
  const first = await inspect(cwd, null);
  expect(first).toMatchObject({ changed: undefined, known: 0 });

  await changeFiles(cwd, { 'base.json': serializeSnapshot(first.snapshot), 'app.tar': await archive(2) });
  const second = await inspect(cwd, BASELINE);
  expect(second).toMatchObject({ changed: 0, assumed: 2, known: 2 });

  await changeFiles(cwd, { 'base.json': serializeSnapshot(second.snapshot), 'app.tar': await archive(3) });
  expect(await inspect(cwd, BASELINE)).toMatchObject({ changed: 1, assumed: 0, known: 2 });
});
