import { generateKeyPairSync } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readZipTexts } from '../../src/github/artifact/zip-reader.ts';
import { ActionsServices } from '../support/actions-services/actions-services.ts';
import { Canaries, contentsOf, type Places } from '../support/canaries/canaries.ts';
import { cacheEnv } from '../support/e2e/cached-job.ts';
import { deadweight } from '../support/e2e/command-line.ts';
import { dockerEnv, fresh, SMALL_BASE, STORES } from '../support/e2e/engines.ts';
import { pullRequestEvent, runPost, runStep, type Step } from '../support/e2e/runner.ts';
import { folderOf } from '../support/folder.ts';
import { pullRequest } from '../support/git/pull-request.ts';
import { checkout } from '../support/git/repository.ts';
import { type GitHubServer, startGitHubServer } from '../support/github-server/server.ts';
import { times } from '../support/long.ts';

/** What a build does with what it was given: it prints it, hands it on, and has it in names and in its history. */
const dockerfile = (seed: string): string =>
  [
    `FROM ${SMALL_BASE}`,
    `ENV SEED=${seed}`,
    'ARG NPM_TOKEN',
    'ARG API_PASSWORD',
    'ENV HANDED_ON=$API_PASSWORD',
    'RUN --mount=type=secret,id=ONE cat /run/secrets/ONE; echo "$NPM_TOKEN" | tee /dev/stderr | base64',
    'RUN --mount=type=secret,id=TWO --mount=type=secret,id=THREE cat /run/secrets/TWO /run/secrets/THREE >&2',
    'RUN --mount=type=ssh test -S "$SSH_AUTH_SOCK" && test "$(printf "$NPM_TOKEN$API_PASSWORD" | wc -c)" = 48',
    'COPY . /app',
    '',
  ].join('\n');

/** A private key of SSH, whose value must show up nowhere. @returns its path */
async function sshKey(canaries: Canaries): Promise<string> {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const [, value = ''] = pem.split('\n');
  canaries.watch('a key of ssh', value);
  return join(await folderOf({ key: pem }), 'key');
}

describe.each(STORES.slice(-times(1, 2)))('no value that was given shows on %s', (_store, host) => {
  const real = it.skipIf(host === undefined);
  let services: ActionsServices;
  let server: GitHubServer;
  let remote: Awaited<ReturnType<typeof pullRequest>>;

  beforeAll(async () => {
    services = await ActionsServices.start();
    remote = await pullRequest({ Dockerfile: dockerfile(fresh()), a: 'a' }, { a: 'a'.repeat(200_000) });
    server = await startGitHubServer({ pullRequests: [{ number: 7, headSha: remote.head }] });
  });
  afterAll(() => Promise.all([services?.stop(), server?.close()]));

  /** All that the services of GitHub were sent and keep, unpacked. */
  async function sent(): Promise<Places> {
    const places: Record<string, string | Uint8Array> = {};
    for (const [index, { path, body }] of services.log.entries()) places[`${index} ${path}`] = `${body}`;
    for (const [index, request] of server.requests.entries()) {
      places[`${index} ${request.path}`] = JSON.stringify(request);
    }
    for (const [name, bytes] of services.blobs.all) {
      places[`the blob ${name}`] = bytes;
      if (bytes.readUInt32LE(0) === 0xfd2fb528) places[`in the blob ${name}`] = zstdDecompressSync(bytes);
      if (bytes.toString('latin1', 0, 2) !== 'PK') continue;
      const texts = await readZipTexts(bytes, { maxFiles: 100, maxBytes: 50_000_000 });
      for (const [file, text] of texts) places[`${file} in the blob ${name}`] = text;
    }
    return places;
  }

  async function given(canaries: Canaries): Promise<Pick<Step, 'inputs' | 'env'>> {
    const file = join(await folderOf({ three: `${canaries.plant('secret-files')}\n` }), 'three');
    return {
      inputs: {
        title: 'app',
        secrets: `ONE=${canaries.plant('secrets')}`,
        'secret-envs': 'TWO=PLAIN_VARIABLE',
        'secret-files': `THREE=${file}`,
        'build-args': `NPM_TOKEN=${canaries.plant('build-args')}\nAPI_PASSWORD`,
        'cache-from': `type=registry,ref=user:${canaries.plant('cache-from')}@127.0.0.1:9/app`,
        ssh: `default=${await sshKey(canaries)}`,
        upload: 'true',
        comment: 'always',
      },
      env: {
        ...dockerEnv(host),
        PLAIN_VARIABLE: canaries.plant('secret-envs'),
        API_PASSWORD: canaries.plant('inherited build-args'),
        MY_SECRET: canaries.plant('the environment'),
        HTTPS_PROXY: `http://user:${canaries.plant('proxies')}@127.0.0.1:9`,
        NO_PROXY: '127.0.0.1,localhost',
        ...cacheEnv(services, server, [{ ref: 'refs/heads/main', permission: 'read-write' }]),
      },
    };
  }

  const steps: readonly (readonly [
    name: string,
    ref: string,
    event: () => Step['event'],
    last: string,
    code: number,
  ])[] = [
    [
      'a push to main',
      'main',
      () => ({ name: 'push', payload: { ref: 'refs/heads/main' }, sha: remote.main, ref: 'refs/heads/main' }),
      '',
      0,
    ],
    ['a pull request', 'refs/pull/7/merge', () => pullRequestEvent(remote), '', 0],
    ['a build that fails', 'refs/pull/7/merge', () => pullRequestEvent(remote), 'RUN exit 7', 1],
  ];
  real.each(steps)('in %s', async (_name, ref, event, last, code) => {
    const canaries = new Canaries();
    const home = await folderOf();
    const workspace = await checkout(remote.origin, ref);
    await appendFile(join(workspace, 'Dockerfile'), `ENV RUN_SEED=${fresh()}\n${last}\n`);
    const step = { workspace, server, event: event(), ...(await given(canaries)) };
    const ended = await runStep(step, home);
    expect(ended.code, ended.stdout + ended.stderr).toBe(code);
    // The post step clears the files of reports away.
    const reports = Object.entries(await contentsOf(home));
    const post = await runPost(step, home);
    const places = {
      'the log': ended.stdout.replace(/^::add-mask::.*$/gm, ''),
      'standard error': ended.stderr,
      'the log of the post step': post.stdout.replace(/^::add-mask::.*$/gm, ''),
      ...(await contentsOf(home)),
      ...(await sent()),
      ...Object.fromEntries(reports.map(([place, content]) => [`before the post step, ${place}`, content])),
    };
    expect(Object.keys(places).filter(place => /CreateArtifact|issues\/7\/comments/.test(place))).not.toEqual(
      [],
    );
    expect(canaries.find(places)).toEqual([]);
  });

  real('on the command line', async () => {
    const canaries = new Canaries();
    const cwd = await folderOf({ Dockerfile: dockerfile(fresh()), a: 'a' });
    const secrets = await folderOf({ one: canaries.plant('a file'), three: canaries.plant('another file') });
    const [out, temporary, cache] = [await folderOf(), await folderOf(), await folderOf()];
    const args = [
      ...['build', '.', '--secret', `id=ONE,src=${secrets}/one`, '--secret', 'id=TWO,env=PLAIN_VARIABLE'],
      ...['--secret', `id=THREE,src=${secrets}/three`, '--build-arg', 'NPM_TOKEN', '--build-arg'],
      ...[
        `API_PASSWORD=${canaries.plant('--build-arg')}`,
        '--json',
        `${out}/r.json`,
        '--markdown',
        `${out}/r.md`,
      ],
      ...['--snapshot', `${out}/s.json`, '--ssh', `default=${await sshKey(canaries)}`],
    ];
    const env = {
      ...dockerEnv(host),
      TMPDIR: temporary,
      DEADWEIGHT_CACHE_DIR: cache,
      PLAIN_VARIABLE: canaries.plant('the variable of a secret'),
      NPM_TOKEN: canaries.plant('the variable of a build argument'),
    };
    const ended = await deadweight(args, { cwd, env });
    expect(ended.code, ended.stderr).toBe(0);
    const places = {
      stdout: ended.stdout,
      stderr: ended.stderr,
      ...(await contentsOf(out)),
      ...(await contentsOf(temporary)),
      ...(await contentsOf(cache)),
    };
    expect(canaries.find(places)).toEqual([]);
  });

  real('of a key of ssh that is none', async () => {
    const canaries = new Canaries();
    const cwd = await folderOf({ Dockerfile: dockerfile(fresh()), a: 'a' });
    const keys = await folderOf({
      one: `-----BEGIN OPENSSH PRIVATE KEY-----\n${canaries.plant('a broken key')}\n`,
    });
    for (const ssh of [`default=${keys}/one`, 'default=/nowhere']) {
      const ended = await deadweight(['build', '.', '--ssh', ssh], { cwd, env: dockerEnv(host) });
      expect(ended.code).toBe(3);
      expect(canaries.find({ stdout: ended.stdout, stderr: ended.stderr })).toEqual([]);
    }
  });
});
