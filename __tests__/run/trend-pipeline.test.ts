import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DeadweightError } from '../../src/base/errors.ts';
import { readTrend, type TrendCommand } from '../../src/run/trend-pipeline.ts';
import { historyFileName, MAX_HISTORY_BYTES, writeHistory } from '../../src/trend/history.ts';
import type { Changes } from '../support/folder.ts';
import { folderOf } from '../support/folder.ts';
import { clone, commit, createRepository, git, gitEnv, realExec } from '../support/git/repository.ts';
import { growing, historyOf, lineOf, NOW } from '../trend/history-fixture.ts';

const FILE = historyFileName('app/linux/amd64');
const FILES: Changes = {
  [FILE]: writeHistory(historyOf(growing())),
  'other.ndjson': writeHistory(historyOf([lineOf({ key: 'o', title: 'other' })])),
  'README.md': 'not a history\n',
};
const BRANCH = 'deadweight-history';

function trendOf(cwd: string, command: Partial<TrendCommand> = {}) {
  const environment = { cwd, env: gitEnv, exec: realExec(), clock: { now: () => NOW } };
  return readTrend({ image: null, path: null, branch: BRANCH, ...command }, environment);
}

/** The repository with the branch, and a clone that has fetched it. */
async function cloneWith(files: Changes): Promise<string> {
  const origin = await createRepository();
  await commit(origin, { f: 'code\n' });
  await git(origin, 'checkout', '--quiet', '--orphan', BRANCH);
  await commit(origin, { ...files, f: null });
  await git(origin, 'checkout', '--quiet', 'main');
  return clone(origin);
}

async function errorOf(done: Promise<unknown>): Promise<DeadweightError> {
  const error: unknown = await done.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof DeadweightError ? error : expect.fail(String(error));
}

describe('the trend of a clone', () => {
  it('is what the branch that was fetched has', async () => {
    const report = await trendOf(await cloneWith(FILES));
    expect(report.images.map(({ title, points }) => [title, points.length])).toEqual([
      ['app', 40],
      ['other', 1],
    ]);
    expect(report.notices).toEqual([]);
  });

  it('is that of the branch made here where none was fetched', async () => {
    const folder = await cloneWith(FILES);
    await git(folder, 'branch', BRANCH, `origin/${BRANCH}`);
    await git(folder, 'update-ref', '-d', `refs/remotes/origin/${BRANCH}`);
    expect((await trendOf(folder)).images).toHaveLength(2);
  });

  it('is the same in a folder of the clone', async () => {
    const folder = await cloneWith(FILES);
    await mkdir(join(folder, 'sub'));
    expect((await trendOf(join(folder, 'sub'))).images).toHaveLength(2);
  });

  it('says how to fetch a branch that is not there', async () => {
    const error = await errorOf(trendOf(await cloneWith(FILES), { branch: 'weights' }));
    expect(error.code).toBe('input-missing');
    expect(error.remedy).toContain('git fetch origin weights:refs/remotes/origin/weights');
    expect(await errorOf(trendOf(await folderOf()))).toMatchObject({ code: 'git-failed' });
  });

  it('reads what can be read of hostile files, and tells of each of the others', async () => {
    const big = `${'x'.repeat(MAX_HISTORY_BYTES)}\n`;
    const report = await trendOf(
      await cloneWith({
        ...FILES,
        [FILE]: `${FILES[FILE]}broken\n{"version":2}\n`,
        'link.ndjson': { link: '/etc/passwd' },
        'folder.ndjson/file': 'x',
        'big.ndjson': big,
      }),
    );
    expect(report.images).toHaveLength(2);
    expect(report.notices.map(({ message }) => message)).toEqual([
      `The history "${FILE}" has 1 line that cannot be read and 1 line of a newer version of Deadweight.`,
      expect.stringMatching(/"big.ndjson" cannot be read: it has \d+ bytes/),
      'The history "folder.ndjson" cannot be read: it is no file.',
      'The history "link.ndjson" cannot be read: it is no file.',
    ]);
  });
});

describe('more histories than are read', () => {
  const many: Changes = Object.fromEntries(
    Array.from({ length: 502 }, (_, index) => {
      const number = String(index).padStart(3, '0');
      return [`i${number}.ndjson`, writeHistory(historyOf([lineOf({ key: number, title: `i${number}` })]))];
    }),
  );

  it('of a folder are told', async () => {
    const path = await folderOf({ ...many, 'README.md': 'not a history\n' });
    const { images, notices } = await trendOf('/', { path });
    expect(images).toHaveLength(500);
    expect(notices).toEqual([
      {
        code: 'histories-left-out',
        message: 'Of 502 histories the first 500 by name are read. Name the file of another with --history.',
      },
    ]);
    const error = await errorOf(trendOf('/', { path, image: 'i501' }));
    expect(error.message).toContain('among those that were read (2 were not)');
    expect(error.remedy).toContain('--history');
  });

  it('of a branch are told', async () => {
    const folder = await cloneWith(many);
    const { images, notices } = await trendOf(folder, { image: 'i000' });
    expect(images).toHaveLength(1);
    expect(notices.map(({ message }) => message)).toEqual([expect.stringMatching(/^Of 502 histories/)]);
  }, 60_000);
});

describe('the trend of files', () => {
  it('is that of a folder, or of one file', async () => {
    const folder = await folderOf(FILES);
    expect((await trendOf('/', { path: folder })).images).toHaveLength(2);
    expect((await trendOf(folder, { path: FILE })).images).toHaveLength(1);
    expect((await trendOf('/', { path: await folderOf() })).images).toEqual([]);
  });

  it.each(['app', 'app (linux/amd64)', 'app/linux/amd64', FILE])('is that of the image %s', async image => {
    const { images } = await trendOf('/', { path: await folderOf(FILES), image });
    expect(images.map(({ title }) => title)).toEqual(['app']);
  });

  it('names the images where there is none of the name', async () => {
    const error = await errorOf(trendOf('/', { path: await folderOf(FILES), image: 'ap' }));
    expect(error).toMatchObject({
      code: 'usage',
      message: 'There is no history of ap: there is of app, other.',
    });
    expect(await errorOf(trendOf('/', { path: '/nonexistent' }))).toMatchObject({ code: 'input-missing' });
  });
});
