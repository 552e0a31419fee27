import { execFileSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import type { Notice } from '../../../src/base/notice.ts';
import { ActionsCacheStore } from '../../../src/github/cache/actions-cache-store.ts';
import { ActionsScanCache } from '../../../src/github/cache/actions-scan-cache.ts';
import { CACHED_VERSIONS } from '../../../src/github/cache/cached-file.ts';
import { bundleScans } from '../../../src/layer/scan-bundle.ts';
import { createDiskScanStore } from '../../../src/layer/scan-store.ts';
import { encodeScan, scanFileName, scanKey } from '../../../src/layer/stored-scan.ts';
import { ActionsServices } from '../../support/actions-services/actions-services.ts';
import { runClient } from '../../support/actions-services/client-process.ts';
import {
  branchScopes,
  pullRequestScopes,
  type TokenScope,
} from '../../support/actions-services/runtime-token.ts';
import { readOnly } from '../../support/e2e/cached-job.ts';
import { folderOf } from '../../support/folder.ts';
import { file, scan } from '../../support/scans/scan.ts';
import { silentLog } from '../../support/silent-log.ts';

const MAIN = branchScopes('main');
const [ZSTD = ''] = CACHED_VERSIONS;

let services: ActionsServices;
let home: string;
beforeEach(async () => {
  services = await ActionsServices.start();
  home = await folderOf();
  await mkdir(join(home, 'work'));
});
afterEach(() => services.stop());

const env = (scopes: readonly TokenScope[]) =>
  services.runnerEnv({ scopes, runBackendId: 'run-1', jobBackendId: 'job-1' });

const resultSchema = z.array(z.object({ result: z.array(z.boolean()) }));

/** A job that weighs layers, in a process and a store of its own. @returns which of them it had not to read */
async function job(paths: readonly string[], scopes = MAIN, name = 'app', more: Record<string, string> = {}) {
  const operation = { do: 'save-scans', directory: await folderOf(), name, paths };
  const ended = await runClient('store-client.ts', [operation], {
    ...env(scopes),
    RUNNER_TEMP: join(home, 'temp'),
    GITHUB_WORKSPACE: join(home, 'work'),
    HOME: home,
    ...more,
  });
  return resultSchema.parse(ended.results)[0]?.result;
}

/** The store of a job that comes later, with what came from the cache. */
async function later(scopes: readonly TokenScope[], name = 'app') {
  const directory = await folderOf();
  const options = {
    env: env(scopes),
    homeDir: home,
    log: silentLog,
    directory,
    name,
    service: { isSilent: false },
    firstWaitMs: 5,
  };
  const cache = new ActionsScanCache({ ...options, waitMs: 120_000 });
  cache.restore();
  return { directory, store: cache.over(createDiskScanStore(directory, { log: silentLog })) };
}

it('goes from a run on a branch to the runs after it, and to pull requests', async () => {
  expect(await job(['a', 'b'])).toEqual([false, false]);
  expect(services.cache.entries).toHaveLength(1);
  // Nothing is new.
  expect(await job(['b', 'a'])).toEqual([true, true]);
  expect(services.cache.entries).toHaveLength(1);
  // What is used no more is left behind.
  expect(await job(['b', 'c'])).toEqual([true, false]);
  expect(services.cache.entries).toHaveLength(2);
  const { store } = await later(pullRequestScopes(7));
  const found = await Promise.all(['a', 'b', 'c'].map(path => store.get(scan([file(path, 1)]).diffId, [])));
  expect(found.map(one => one !== null)).toEqual([false, true, true]);
  expect(found[1]?.entries.length).toBe(1);
  expect(await readdir(home)).not.toContain('.deadweight-snapshot');
});

it('is of one image, and of who may read the branch', async () => {
  await job(['a']);
  for (const one of [await later(MAIN, 'other'), await later([])])
    expect(await one.store.get(scan([file('a', 1)]).diffId, [])).toBeNull();
  // What a pull request's job wrote is not there for the branch.
  await job(['p'], pullRequestScopes(7));
  const { store } = await later(MAIN);
  expect(await store.get(scan([file('p', 1)]).diffId, [])).toBeNull();
  expect(await store.get(scan([file('a', 1)]).diffId, [])).not.toBeNull();
});

it('is not written with a token that may only read, nor where nobody answers', async () => {
  expect(await job(['a'], readOnly(MAIN))).toEqual([false]);
  expect(services.lines('CreateCacheEntry')).toEqual([]);
  expect(await job(['a'], MAIN, 'app', { ACTIONS_RESULTS_URL: 'http://127.0.0.1:1/' })).toEqual([false]);
  services.faults.add({ match: 'CreateCacheEntry', effect: 'hang' });
  expect(await job(['a'], MAIN, 'app', { TEST_WRITE_MS: '2000' })).toEqual([false]);
  expect(services.cache.entries.filter(({ size }) => size !== null)).toEqual([]);
});

it.each<readonly [string, () => Uint8Array]>([
  ['is cut off', () => bundle().subarray(0, -1)],
  ['has more than it lists', () => Buffer.concat([bundle(), Buffer.alloc(1)])],
  ['names files elsewhere', () => bundle('../../x')],
  ['names files of another kind', () => bundle(`${'0'.repeat(64)}.placed-scan`)],
  ['is something else', () => Buffer.from('{"deadweightScans":2,"scans":[]}\n')],
  ['is no JSON', () => Buffer.from('\n\n\n')],
  ['is empty', () => Buffer.alloc(0)],
])('an entry is nothing where it %s', async (_how, content) => {
  await job(['a']);
  const [{ key = '' } = {}] = services.cache.entries;
  await seed(key, content());
  const { store, directory } = await later(MAIN);
  expect(await store.get(scan([file('a', 1)]).diffId, [])).toBeNull();
  expect(await readdir(directory)).toEqual([]);
});

it('a scan that is damaged, or under the name of another layer, is a miss', async () => {
  await job(['a']);
  const [{ key = '' } = {}] = services.cache.entries;
  const [one, other] = [scan([file('a', 1)]), scan([file('b', 1)])];
  const name = scanFileName(scanKey(other.diffId, []), '.scan');
  const bytes = encodeScan(one, scanKey(one.diffId, []));
  await seed(key, bundleScans([{ name, bytes }]));
  const { store } = await later(MAIN);
  expect(await store.get(other.diffId, [])).toBeNull();
});

/** A newer entry of the same image. @param key of another one */
async function seed(key: string, content: Uint8Array): Promise<void> {
  const path = join(home, 'seed');
  await writeFile(path, content);
  const archive = zstdCompressSync(execFileSync('tar', ['--posix', '-P', '-cf', '-', path]));
  services.cache.seed('refs/heads/main', `${key.slice(0, -64)}${'f'.repeat(64)}`, ZSTD, archive);
}

function bundle(name = scanFileName(scanKey(scan([file('a', 1)]).diffId, []), '.scan')): Uint8Array {
  const one = scan([file('a', 1)]);
  return bundleScans([{ name, bytes: encodeScan(one, scanKey(one.diffId, [])) }]);
}

it('is waited for once where nobody answers, and others that ask the service know', async () => {
  services.faults.add({ match: 'GetCacheEntryDownloadURL', effect: 'hang' });
  const directory = await folderOf();
  const service = { isSilent: false };
  const options = { env: env(MAIN), homeDir: home, log: silentLog, service };
  const cache = new ActionsScanCache({ ...options, directory, name: 'app', waitMs: 300 });
  cache.restore();
  const store = cache.over(createDiskScanStore(directory, { log: silentLog }));
  expect(await store.get(scan([file('a', 1)]).diffId, [])).toBeNull();
  expect(service.isSilent).toBe(true);
  const notices: Notice[] = [];
  const snapshots = new ActionsCacheStore({ ...options, notice: one => void notices.push(one) });
  const key = { commit: 'c'.repeat(40), platform: 'linux/amd64', target: null, method: 'build', image: 'x' };
  for (const platform of ['linux/amd64', 'linux/arm64'])
    expect(await snapshots.get({ ...key, platform })).toBeNull();
  expect(notices).toEqual([
    { code: 'cache-unavailable', message: expect.stringContaining('It did not answer before.') },
  ]);
  await store.put(scan([file('a', 1)]), []);
  await cache.save();
  expect(services.lines('CreateCacheEntry')).toEqual([]);
});
