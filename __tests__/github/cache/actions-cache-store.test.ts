import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DeadweightError } from '../../../src/base/errors.ts';
import type { Notice } from '../../../src/base/notice.ts';
import { describeOwner } from '../../../src/base/process-owner.ts';
import type { SnapshotKey } from '../../../src/baseline/store/snapshot-key.ts';
import { nameSnapshot, writeStoredText } from '../../../src/baseline/store/snapshot-store.ts';
import { serializeSnapshot } from '../../../src/compare/parse-snapshot.ts';
import { ActionsCacheStore } from '../../../src/github/cache/actions-cache-store.ts';
import { readOnlyText } from '../../../src/github/cache/cache-archive.ts';
import { CACHED_VERSIONS } from '../../../src/github/cache/cached-file.ts';
import { ActionsServices } from '../../support/actions-services/actions-services.ts';
import { runClient } from '../../support/actions-services/client-process.ts';
import {
  branchScopes,
  pullRequestScopes,
  type TokenScope,
} from '../../support/actions-services/runtime-token.ts';
import { fakeCommit, fakeSnapshot } from '../../support/fabricate/snapshot.ts';
import { times } from '../../support/long.ts';
import { silentLog } from '../../support/silent-log.ts';

const MAIN = 'refs/heads/main';
const [ZSTD = '', GZIP = ''] = CACHED_VERSIONS;

let services: ActionsServices;
let folder: string;
let notices: Notice[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cache-store-'));
  await mkdir(join(folder, 'work'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  services = await ActionsServices.start();
  notices = [];
});
afterEach(() => services.stop());

function keyOf(commit: string): SnapshotKey {
  return { commit, platform: 'linux/amd64', target: null, method: 'build', image: 'Dockerfile' };
}

function environment(scopes: readonly TokenScope[]): Readonly<Record<string, string>> {
  return services.runnerEnv({ scopes, runBackendId: 'run-1', jobBackendId: 'job-1' });
}

function storeOf(env: Readonly<Record<string, string>>, readMs = 120_000): ActionsCacheStore {
  const notice = (told: Notice): void => void notices.push(told);
  return new ActionsCacheStore({ env, homeDir: folder, log: silentLog, notice, readMs, firstWaitMs: 5 });
}

/** A step of a job, in a process of its own. */
function step(
  operations: readonly unknown[],
  scopes: readonly TokenScope[],
  more: Record<string, string> = {},
) {
  return runClient('store-client.ts', operations, {
    ...environment(scopes),
    RUNNER_TEMP: join(folder, 'temp'),
    GITHUB_WORKSPACE: join(folder, 'work'),
    HOME: folder,
    ...more,
  });
}

const put = (commit: string) => ({
  do: 'put',
  key: keyOf(commit),
  snapshot: serializeSnapshot(fakeSnapshot(commit)),
});

/** What `tar` makes of files, as the client would have it. */
function tarOf(args: readonly string[]): Buffer {
  const { stdout, status, stderr } = spawnSync('tar', ['--posix', '-P', '-cf', '-', ...args]);
  if (status !== 0) throw new Error(stderr.toString());
  return stdout;
}

async function seedText(commit: string, text: string, version = ZSTD): Promise<void> {
  const path = join(folder, 'seed.txt');
  await writeFile(path, text);
  const tar = tarOf([path]);
  const archive = version === ZSTD ? zstdCompressSync(tar) : gzipSync(tar);
  services.cache.seed(MAIN, nameSnapshot(keyOf(commit)), version, archive);
}

const sound = (commit: string): string => writeStoredText(keyOf(commit), fakeSnapshot(commit));

describe('what a push seeds', () => {
  it('is found by a pull request, and by the next push as an ancestor', async () => {
    const [commit, next] = [fakeCommit(1), fakeCommit(2)];
    const seeded = await step([put(commit), put(commit)], branchScopes('main'));
    expect(seeded.results).toEqual([{ notices: [] }, { notices: [] }]);
    expect(services.cache.entries).toHaveLength(1);
    expect(CACHED_VERSIONS).toContain(services.cache.entries[0]?.version);
    expect(await readdir(folder)).not.toContain('.deadweight-snapshot');

    const store = storeOf(environment(pullRequestScopes(7)));
    const snapshot = fakeSnapshot(commit);
    expect(await store.get(keyOf(commit))).toEqual({ snapshot, match: 'exact', commit });
    expect(await store.get(keyOf(next), [fakeCommit(3), commit])).toEqual({
      snapshot,
      match: 'ancestor',
      commit,
    });
    expect(notices).toEqual([]);
  });

  it('is not found for another platform, target, method or image', async () => {
    await seedText(fakeCommit(1), sound(fakeCommit(1)));
    const store = storeOf(environment(branchScopes('main')));
    const key = keyOf(fakeCommit(1));
    expect(await store.get(key)).not.toBeNull();
    const others: Partial<SnapshotKey>[] = [
      { platform: 'linux/arm64' },
      { target: 'test' },
      { method: 'inspect' },
      { image: 'other/Dockerfile' },
    ];
    for (const other of others) expect(await store.get({ ...key, ...other })).toBeNull();
    expect(notices).toEqual([]);
  });

  it('is found when the machine that wrote it had no zstd', async () => {
    await seedText(fakeCommit(1), sound(fakeCommit(1)), GZIP);
    expect(await storeOf(environment(branchScopes('main'))).get(keyOf(fakeCommit(1)))).not.toBeNull();
  });
});

describe('ancestors', () => {
  it('are tried nearest first, whatever branch holds them and whatever was stored last', async () => {
    const [near, far] = [fakeCommit(10), fakeCommit(11)];
    await seedText(near, sound(near));
    await seedText(far, sound(far));
    const own = nameSnapshot(keyOf(far));
    services.cache.seed('refs/pull/7/merge', own, ZSTD, zstdCompressSync(tarOf([join(folder, 'seed.txt')])));
    const store = storeOf(environment(pullRequestScopes(7)));
    expect(await store.get(keyOf(fakeCommit(12)), [near, far])).toMatchObject({ commit: near });
  });

  it('are a handful of requests, however many the caller names', async () => {
    const store = storeOf(environment(branchScopes('main')));
    const many = Array.from({ length: 200 }, (_, index) => fakeCommit(100 + index));
    expect(await store.get(keyOf(fakeCommit(1)), many)).toBeNull();
    expect(services.log).toHaveLength(2 * (1 + 5));
    expect(notices).toEqual([]);
  });

  it('take the place of an exact entry that is damaged', async () => {
    await seedText(fakeCommit(1), 'damaged');
    await seedText(fakeCommit(2), sound(fakeCommit(2)));
    const found = await storeOf(environment(branchScopes('main'))).get(keyOf(fakeCommit(1)), [fakeCommit(2)]);
    expect(found).toMatchObject({ match: 'ancestor', commit: fakeCommit(2) });
    expect(notices.map(({ code }) => code)).toEqual(['snapshot-refused']);
  });
});

describe('an entry that cannot be trusted', () => {
  const commit = fakeCommit(1);
  const key = keyOf(commit);
  const refuse = async (archive: Buffer): Promise<string> => {
    services.cache.seed(MAIN, nameSnapshot(key), ZSTD, archive);
    const found = await storeOf(environment(branchScopes('main'))).get(key);
    expect(found).toBeNull();
    expect(notices.map(({ code }) => code)).toEqual(['snapshot-refused']);
    return notices[0]?.message ?? '';
  };
  const packed = (...args: readonly string[]): Buffer => zstdCompressSync(tarOf(args));

  it.each([
    [
      'of another commit',
      writeStoredText(keyOf(fakeCommit(2)), fakeSnapshot(fakeCommit(2))),
      'something else',
    ],
    [
      'whose snapshot is of another commit',
      writeStoredText(key, fakeSnapshot(fakeCommit(2))),
      'another commit',
    ],
    [
      'whose snapshot is of another platform',
      writeStoredText(key, fakeSnapshot(commit, 'linux/arm64')),
      'arm64',
    ],
    [
      'of another snapshot version',
      sound(commit).replace('{"deadweightSnapshot":2', '{"deadweightSnapshot":99'),
      'version 99',
    ],
    ['that is cut off', sound(commit).slice(0, -40), 'cut off'],
    [
      'that contradicts itself',
      sound(commit).replace(`"size":${fakeSnapshot(commit).size},`, '"size":131,'),
      'contradicts itself',
    ],
  ])('%s', async (_what, text, reason) => {
    const path = join(folder, 'entry.txt');
    await writeFile(path, text);
    expect(await refuse(packed(path))).toContain(reason);
  });

  it('that is no archive', async () => {
    expect(await refuse(Buffer.from('hello'))).not.toBe('');
  });

  it('whose compressed bytes are damaged', async () => {
    const path = join(folder, 'entry.txt');
    await writeFile(path, sound(commit));
    const archive = packed(path);
    await refuse(archive.subarray(0, archive.length - 20));
  });

  it('that links to a file of the runner, and nothing is unpacked', async () => {
    const link = spawnSync('ln', ['-sf', '/etc/passwd', join(folder, 'link')]);
    expect(link.status).toBe(0);
    expect(await refuse(packed(join(folder, 'link')))).toContain('regular file');
  });

  it('that brings a second file along', async () => {
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    await writeFile(one, sound(commit));
    await writeFile(two, 'for somewhere else');
    expect(await refuse(packed(one, two))).toContain('more than one');
  });

  it('that unpacks to far more than its text', async () => {
    const path = join(folder, 'entry.txt');
    await writeFile(path, sound(commit));
    const bomb = zstdCompressSync(Buffer.concat([tarOf([path]), Buffer.alloc(80 * 1024 * 1024)]));
    expect(bomb.length).toBeLessThan(16 * 1024);
    expect(await refuse(bomb)).toContain('unpacks to more than');
  });

  it('that states a text without end', async () => {
    const path = join(folder, 'sparse');
    expect(spawnSync('truncate', ['-s', '100M', path]).status).toBe(0);
    const start = spawnSync('sh', ['-c', `tar -P -cf - ${path} 2>/dev/null | head -c 8192`]).stdout;
    expect(start).toHaveLength(8192);
    expect(await refuse(zstdCompressSync(start))).toContain('unpacks to more than');
  });

  it('whose bytes were changed anywhere', async () => {
    const path = join(folder, 'entry.txt');
    await writeFile(path, sound(commit));
    const whole = packed(path);
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(changes, async changed => {
        const archive = Buffer.from(whole);
        for (const [at, mask] of changed) archive[at] = (archive[at] ?? 0) ^ mask;
        const text = await readOnlyText(archive, 1024 * 1024).catch((error: unknown) => {
          expect(error).toBeInstanceOf(DeadweightError);
          return '';
        });
        expect(text.length).toBeLessThan(1024 * 1024);
      }),
      { numRuns: times(300) },
    );
  });

  it('that only starts with the key', async () => {
    await writeFile(join(folder, 'entry.txt'), sound(commit));
    services.cache.seed(MAIN, `${nameSnapshot(key)}-more`, ZSTD, packed(join(folder, 'entry.txt')));
    expect(await storeOf(environment(branchScopes('main'))).get(key)).toBeNull();
    expect(notices).toEqual([]);
  });
});

describe('a service in trouble', () => {
  const key = keyOf(fakeCommit(1));

  it('is asked again after an error, and found', async () => {
    await seedText(key.commit, sound(key.commit));
    services.faults.add({ match: 'GetCacheEntryDownloadURL', effect: 503, times: 2 });
    services.faults.add({ match: 'GET /blobs', effect: 'reset', times: 1 });
    expect(await storeOf(environment(branchScopes('main'))).get(key)).toMatchObject({ match: 'exact' });
    expect(notices).toEqual([]);
  });

  it.each([
    ['errors without end', { effect: 500 as const }, '500'],
    ['a rate limit', { effect: 429 as const, headers: { 'retry-after': '3600' } }, 'limits the requests'],
    ['a closed connection', { effect: 'reset' as const }, 'failed'],
    ['silence', { effect: 'hang' as const }, 'no answer in time'],
  ])('%s is a notice, in time', async (_what, fault, reason) => {
    services.faults.add({ match: '/twirp/', ...fault });
    const started = Date.now();
    const store = storeOf(environment(branchScopes('main')), 400);
    expect(await store.get(key, [fakeCommit(2)])).toBeNull();
    expect(Date.now() - started).toBeLessThan(1500);
    expect(notices.map(({ code }) => code)).toEqual(['cache-unavailable']);
    expect(notices[0]?.message).toContain(reason);
    expect(notices[0]?.message).not.toContain('sig=');
  });

  it('that did not answer is not asked again, whatever there is to ask or to store', async () => {
    await seedText(key.commit, sound(key.commit));
    const store = storeOf(environment(branchScopes('main')), 300);
    services.faults.add({ match: '/twirp/', effect: 'hang', times: 2 });
    expect(await store.get(key)).toBeNull();
    const { length } = services.log;
    // It would answer now.
    expect(await store.get(key)).toBeNull();
    await store.put(key, fakeSnapshot(key.commit));
    expect(services.log).toHaveLength(length);
    expect(notices.map(({ code }) => code)).toEqual(['cache-unavailable', 'cache-not-written']);
  });

  it('a storage that never ends its answer is a notice, in time, without the signature', async () => {
    await seedText(key.commit, sound(key.commit));
    services.faults.add({ match: 'GET /blobs', effect: 'hang' });
    expect(await storeOf(environment(branchScopes('main')), 300).get(key)).toBeNull();
    expect(notices).toEqual([
      { code: 'cache-unavailable', message: expect.stringContaining('no answer in time') },
    ]);
    expect(notices[0]?.message).not.toContain('sig=');
  });
});

describe('an environment without a cache', () => {
  const full = (): Record<string, string> => ({ ...environment(branchScopes('main')) });
  it.each([
    ['a run step', (): Record<string, string> => ({}), 'run'],
    [
      'Enterprise Server',
      () => ({ ...full(), GITHUB_SERVER_URL: 'https://github.example.com' }),
      'version 2',
    ],
    ['a mode that forbids reading', () => ({ ...full(), ACTIONS_CACHE_MODE: 'write-only' }), 'write-only'],
  ])('%s is a notice', async (_what, env, reason) => {
    const store = storeOf(env());
    expect(await store.get(keyOf(fakeCommit(1)))).toBeNull();
    expect(await store.get(keyOf(fakeCommit(2)))).toBeNull();
    expect(notices).toEqual([{ code: 'cache-unavailable', message: expect.stringContaining(reason) }]);
    expect(services.log).toEqual([]);
  });
});

describe('a snapshot that cannot be written', () => {
  it('with a read-only token is a notice that names the remedy, without a request', async () => {
    const { results } = await step([put(fakeCommit(1))], [{ ref: MAIN, permission: 'read' }]);
    expect(results).toEqual([
      expect.objectContaining({
        notices: [{ code: 'cache-not-written', message: expect.stringContaining('`push`') }],
      }),
    ]);
    expect(services.log).toEqual([]);
  });

  it.each([
    ['refuses it', { match: 'FinalizeCacheEntryUpload', effect: 400 }, {}, 'refused'],
    ['never answers', { match: 'CreateCacheEntry', effect: 'hang' }, { TEST_WRITE_MS: '300' }, 'in time'],
  ] as const)('because the service %s is a notice', async (_what, fault, limit, reason) => {
    services.faults.add({ ...fault, times: 1 });
    const { results } = await step([put(fakeCommit(1))], branchScopes('main'), limit);
    expect(results).toEqual([
      { notices: [{ code: 'cache-not-written', message: expect.stringContaining(reason) }] },
    ]);
    expect(await readdir(folder)).not.toContain('.deadweight-snapshot');
  });

  it('waits for another job of the machine, and takes over what a dead one left', async () => {
    const lock = join(folder, '.deadweight-snapshot');
    await mkdir(lock);
    await writeFile(join(lock, 'owner'), '1 another machine');
    const waiting = await step([put(fakeCommit(1))], branchScopes('main'), { TEST_WRITE_MS: '400' });
    expect(waiting.results).toEqual([
      expect.objectContaining({
        notices: [{ code: 'cache-not-written', message: expect.stringContaining('another job') }],
      }),
    ]);
    expect(spawnSync('touch', ['-d', '10 minutes ago', lock]).status).toBe(0);
    const taken = await step([put(fakeCommit(1))], branchScopes('main'));
    expect(taken.results).toEqual([expect.objectContaining({ notices: [] })]);
    expect(services.cache.entries).toHaveLength(1);
  });

  it('waits for nobody who was killed, and clears what he left', async () => {
    const lock = join(folder, '.deadweight-snapshot');
    const killed = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const owner = (await describeOwner()).replace(/^\d+/, String(killed.pid));
    for (const left of [lock, `${lock}-Abc123`]) {
      await mkdir(left);
      await writeFile(join(left, 'owner'), owner);
    }
    const waiting = await step([put(fakeCommit(1))], branchScopes('main'), { TEST_WRITE_MS: '400' });
    expect(waiting.results).toEqual([
      { notices: [{ code: 'cache-not-written', message: expect.stringContaining('another job') }] },
    ]);
    killed.kill('SIGKILL');
    await new Promise(resolve => killed.on('close', resolve));
    const stored = await step([put(fakeCommit(1))], branchScopes('main'), { TEST_WRITE_MS: '5000' });
    expect(stored.results).toEqual([expect.objectContaining({ notices: [] })]);
    expect((await readdir(folder)).filter(name => name.startsWith('.deadweight'))).toEqual([]);
  });
});
