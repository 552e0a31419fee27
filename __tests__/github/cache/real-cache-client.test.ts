import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ActionsServices } from '../../support/actions-services/actions-services.ts';
import { runClient } from '../../support/actions-services/client-process.ts';
import {
  branchScopes,
  pullRequestScopes,
  type TokenScope,
} from '../../support/actions-services/runtime-token.ts';

let services: ActionsServices;
let folder: string;
let file: string;

beforeAll(async () => {
  services = await ActionsServices.start();
  folder = await mkdtemp(join(tmpdir(), 'cache-client-'));
  await mkdir(join(folder, 'work'));
  file = join(folder, 'work', 'saved.txt');
});

afterAll(async () => {
  await services.stop();
  await rm(folder, { recursive: true, force: true });
});

function runner(scopes: readonly TokenScope[]): Readonly<Record<string, string>> {
  return {
    ...services.runnerEnv({ scopes, runBackendId: 'run-1', jobBackendId: 'job-1' }),
    RUNNER_TEMP: join(folder, 'temp'),
    GITHUB_WORKSPACE: join(folder, 'work'),
    HOME: folder,
  };
}

const save = (key: string) => ({ do: 'save', paths: [file], key });
const restore = (key: string, restoreKeys: readonly string[] = []) => ({
  do: 'restore',
  paths: [file],
  key,
  restoreKeys,
});

describe('@actions/cache against the fake service', () => {
  it('saves on a branch, and restores the same bytes in a pull request', async () => {
    await writeFile(file, 'what was saved\n');
    const seeded = await runClient(
      'cache-client.ts',
      [save('seed-1'), save('seed-2'), save('seed-1')],
      runner(branchScopes('main')),
    );
    // The third is taken: entries are immutable.
    expect(seeded.results).toEqual([expect.any(Number), expect.any(Number), -1]);
    expect(seeded.stdout).not.toContain('##[warning]');
    expect(services.lines('CreateCacheEntry')).toEqual([
      expect.stringContaining('→ 200'),
      expect.stringContaining('→ 200'),
      expect.stringContaining('→ 409'),
    ]);

    await rm(file);
    const restored = await runClient(
      'cache-client.ts',
      [
        restore('seed-1'),
        restore('absent', ['seed-']),
        { ...restore('seed-2'), lookupOnly: true },
        restore('absent'),
      ],
      runner(pullRequestScopes(7)),
    );
    expect(restored.results).toEqual(['seed-1', 'seed-2', 'seed-2', null]);
    expect(await readFile(file, 'utf8')).toBe('what was saved\n');
  });

  it('keeps what a pull request saves to itself', async () => {
    await writeFile(file, 'of a pull request\n');
    await runClient('cache-client.ts', [save('own')], runner(pullRequestScopes(7)));
    const [same, other, main] = await Promise.all(
      [pullRequestScopes(7), pullRequestScopes(8), branchScopes('main')].map(scopes =>
        runClient('cache-client.ts', [{ ...restore('own'), lookupOnly: true }], runner(scopes)),
      ),
    );
    expect([same?.results, other?.results, main?.results]).toEqual([['own'], [null], [null]]);
  });

  it('denies what the token does not allow, in the words that the client knows', async () => {
    const readOnly: TokenScope[] = [{ ref: 'refs/heads/main', permission: 'read' }];
    const writeOnly: TokenScope[] = [{ ref: 'refs/heads/main', permission: 'write' }];
    const [denied, unreadable] = await Promise.all([
      runClient('cache-client.ts', [save('denied')], runner(readOnly)),
      runClient('cache-client.ts', [restore('seed-1')], runner(writeOnly)),
    ]);
    expect(denied.results).toEqual([-1]);
    expect(denied.stdout).toContain('cache write denied: token has no writable scopes');
    expect(unreadable.results).toEqual([null]);
    expect(unreadable.stdout).toContain('cache read denied');
  });
});

describe('what the fake cache service refuses', () => {
  const lookup = 'github.actions.results.api.v1.CacheService/GetCacheEntryDownloadURL';
  const post = async (init: RequestInit, path = lookup): Promise<number> => {
    const env = services.runnerEnv({ scopes: branchScopes('main'), runBackendId: 'r', jobBackendId: 'j' });
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${env['ACTIONS_RUNTIME_TOKEN']}`,
      ...init.headers,
    };
    const answer = await fetch(`${services.url}/twirp/${path}`, { method: 'POST', ...init, headers });
    return answer.status;
  };
  const body = JSON.stringify({ key: 'k', version: 'v' });

  it.each([
    ['what is right', { body }, 200],
    ['another method', { method: 'PUT', body }, 404],
    ['another content type', { body, headers: { 'content-type': 'application/protobuf' } }, 404],
    ['no token', { body, headers: { authorization: '' } }, 401],
    ['a forged token', { body, headers: { authorization: 'Bearer a.e30.b' } }, 401],
    ['no JSON', { body: '{' }, 400],
    ['a field that is missing', { body: JSON.stringify({ key: 'k' }) }, 400],
    ['a field of another name', { body: JSON.stringify({ key: 'k', version: 'v', restoreKey: [] }) }, 400],
    ['a key that is too long', { body: JSON.stringify({ key: 'k'.repeat(513), version: 'v' }) }, 400],
    [
      'too many keys',
      { body: JSON.stringify({ key: 'k', version: 'v', restore_keys: Array(10).fill('k') }) },
      400,
    ],
  ])('%s', async (_what, init: RequestInit, status) => {
    expect(await post(init)).toBe(status);
  });

  it('an upload without a signature, without its type, or of another size than is finalized', async () => {
    const service = 'github.actions.results.api.v1.CacheService';
    const entry = { key: 'sized', version: 'v' };
    expect(await post({ body: JSON.stringify(entry) }, `${service}/CreateCacheEntry`)).toBe(200);
    const reserved = services.cache.entries.at(-1);
    const url = services.blobs.signedUrl(services.url, reserved?.blob ?? '', 'cw');
    const upload = (to: string, headers: Record<string, string>) =>
      fetch(to, { method: 'PUT', body: 'abc', headers: { 'x-ms-version': '2025-05-05', ...headers } });
    const block = { 'x-ms-blob-type': 'BlockBlob' };
    expect((await upload(url.replace(/sig=[^&]+/, 'sig=x'), block)).status).toBe(403);
    expect((await upload(services.blobs.signedUrl(services.url, 'cache/1', 'r'), block)).status).toBe(403);
    expect((await upload(url, {})).status).toBe(400);
    expect((await upload(url, block)).status).toBe(201);
    const finalize = { ...entry, size_bytes: '4' };
    expect(await post({ body: JSON.stringify(finalize) }, `${service}/FinalizeCacheEntryUpload`)).toBe(200);
    expect(reserved?.size).toBeNull();
    expect(
      await post(
        { body: JSON.stringify({ ...entry, size_bytes: 3 }) },
        `${service}/FinalizeCacheEntryUpload`,
      ),
    ).toBe(400);
    await post(
      { body: JSON.stringify({ ...entry, size_bytes: '3' }) },
      `${service}/FinalizeCacheEntryUpload`,
    );
    expect(reserved?.size).toBe(3);
  });
});
