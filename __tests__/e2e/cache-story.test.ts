import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { nodeExec } from '../build/node-exec.ts';
import { deadweight } from '../support/e2e/command-line.ts';
import { BASE, fresh, knowingEnv, STORES } from '../support/e2e/engines.ts';
import { reportIn } from '../support/e2e/report-file.ts';
import { changeFiles, folderOf } from '../support/folder.ts';
import { commit, createRepository, git } from '../support/git/repository.ts';
import { times } from '../support/long.ts';

interface Story {
  readonly name: string;
  /** What is done to the folder after the base was built, and what to add to the command. */
  readonly change: (folder: string) => Promise<void>;
  readonly reason: string;
  readonly line: number;
  /** How long the steps run again, at least. Milliseconds. */
  readonly lostMs: number;
  readonly says: RegExp;
}

const SLEEP_MS = 1200;

function dockerfile(seed: string, { from = BASE, argument = 'one', text = 'plain' } = {}): string {
  return `FROM ${from}
ARG FLAVOUR=${argument}
RUN echo ${seed} > /seed
RUN sleep 0.1; echo ${text} > /text
COPY app /app
RUN sleep ${SLEEP_MS / 1000} && useradd app
RUN cat /app/a.txt > /copy
`;
}

/** A repository with one commit. */
async function repository(seed: string): Promise<string> {
  const folder = await createRepository();
  const files = { Dockerfile: dockerfile(seed), 'app/a.txt': 'a', 'app/b.sh': '#!/bin/sh\n' };
  await commit(folder, files, 'base');
  return folder;
}

async function told(
  folder: string,
  env: Record<string, string>,
): Promise<{ readonly build: NonNullable<Report['build']>; readonly report: Report; readonly said: string }> {
  const ended = await deadweight(['build', '--against', 'HEAD', '--json', 'report.json'], {
    ...{ cwd: folder, env: { ...env, COLUMNS: '400' } },
  });
  expect(ended.code, ended.stderr).toBe(0);
  const report = await reportIn(join(folder, 'report.json'));
  if (report.build === null) throw new Error('nothing was built');
  return { build: report.build, report, said: ended.stdout.replace(/\s+/g, ' ') };
}

/** Every day on the store that keeps blobs; on both in the long run. */
describe.each(STORES.slice(-times(1, 2)))('the cache story on %s', (store, host) => {
  const env = knowingEnv(host);
  const other = `deadweight-e2e-story:${store}`;
  const stories: readonly Story[] = [
    {
      name: 'text',
      change: folder => rewrite(folder, { text: 'other' }),
      ...{ reason: 'text-changed', line: 4, lostMs: SLEEP_MS + 100 },
      says: /broke at :4 \(its text changed\), which cost \d+(?:\.\d)? s;/,
    },
    {
      name: 'argument',
      change: folder => rewrite(folder, { argument: 'two' }),
      ...{ reason: 'arguments-changed', line: 3, lostMs: SLEEP_MS + 100 },
      says: /broke at :3 \(its arguments or environment changed\), which cost \d+(?:\.\d)? s;/,
    },
    {
      name: 'base image',
      change: folder => rewrite(folder, { from: other }),
      ...{ reason: 'base-changed', line: 3, lostMs: SLEEP_MS + 100 },
      says: /broke at :3 \(the base image changed\), which cost \d+(?:\.\d)? s;/,
    },
    {
      name: 'content',
      async change(folder) {
        await changeFiles(folder, { 'app/a.txt': 'b', 'app/c.txt': 'new' });
        // What git does not know of is on both sides.
        await git(folder, 'add', 'app/c.txt');
      },
      ...{ reason: 'content-changed', line: 5, lostMs: SLEEP_MS },
      says: /broke at :5 \(\/app\/a\.txt and 1 more changed\), which cost \d+(?:\.\d)? s; :6 before it would have kept \d+(?:\.\d)? s;/,
    },
    {
      name: 'mode',
      change: folder => chmod(join(folder, 'app/b.sh'), 0o755),
      ...{ reason: 'mode-changed', line: 5, lostMs: SLEEP_MS },
      says: /broke at :5 \(the mode of \/app\/b\.sh changed\), which cost \d+(?:\.\d)? s;/,
    },
  ];
  const seed = fresh();

  async function rewrite(folder: string, change: Parameters<typeof dockerfile>[1]): Promise<void> {
    await changeFiles(folder, { Dockerfile: dockerfile(seed, change) });
  }

  // What the stories change is in the engine's cache.
  beforeAll(async () => {
    if (host === undefined) return;
    await buildBaseImage(env, other);
    const ended = await deadweight(['build', '--quiet'], { cwd: await repository(seed), env });
    expect(ended.stderr).toBe('');
  });

  it.skipIf(host === undefined).concurrent.each(stories)(
    '$name',
    async ({ change, reason, line, lostMs, says }) => {
      const folder = await repository(seed);
      await change(folder);
      const { build, said } = await told(folder, env);
      const broken = build.cacheBreak;
      const step = build.steps[broken?.step ?? -1];
      expect({ ...broken, line: step?.instruction?.startLine }).toMatchObject({ reason, line });
      // What the engine itself needs for each of the steps is not known, and little.
      expect(broken?.lostMs).toBeGreaterThanOrEqual(lostMs);
      expect(broken?.lostMs).toBeLessThan(lostMs + 6000);
      expect(broken?.lostMs).toBeLessThan((build.durationMs ?? 0) + 100);
      expect(said).toMatch(says);
    },
  );

  it.skipIf(host === undefined).concurrent('a cache that is not there', async () => {
    const folder = await repository(fresh());
    const { build, report, said } = await told(folder, env);
    expect(build.cacheBreak).toMatchObject({ reason: 'not-in-cache', files: null });
    expect(build.steps[build.cacheBreak?.step ?? -1]?.instruction?.startLine).toBe(3);
    expect(said).toMatch(/broke at :3 \(no cache held it\), which cost \d+(?:\.\d)? s;/);
    // Without a cache no order keeps anything.
    expect(report.findings.filter(({ rule }) => rule === 'volatile-before-stable')).toEqual([]);
  });

  it.skipIf(host === undefined).concurrent('nothing breaks where nothing changed', async () => {
    const { build, said } = await told(await repository(seed), env);
    expect(build.cacheBreak).toBeNull();
    // The graph driver now and then looks at a local base image anew.
    expect(said).toMatch(/Build: (?:all 6|5 of 6) steps cached, /);
  });
});

/** An image whose layer no other test has. */
async function buildBaseImage(env: Record<string, string>, tag: string): Promise<void> {
  const folder = await folderOf({ Dockerfile: `FROM ${BASE}\nRUN echo ${fresh()} > /base\n` });
  const ended = await nodeExec.run('docker', ['buildx', 'build', '--load', '--quiet', '--tag', tag, folder], {
    env,
  });
  expect(ended.exitCode, ended.stderr).toBe(0);
}
