import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { Canaries, contentsOf } from '../support/canaries/canaries.ts';
import { type EchoingFault, echoingDocker } from '../support/canaries/echoing-docker.ts';
import { deadweight } from '../support/e2e/command-line.ts';
import { changeFiles, folderOf } from '../support/folder.ts';
import { loopbackServer } from '../support/registry/loopback-server.ts';

/** Each case starts a Node, and some start git. */
vi.setConfig({ testTimeout: 120_000, maxConcurrency: 3 });

/** Makes a value that must show up nowhere. */
type Plant = (source: string) => string;

interface Case {
  readonly args: (plant: Plant) => readonly string[];
  readonly env?: (plant: Plant) => Readonly<Record<string, string>>;
  readonly files?: (plant: Plant) => Readonly<Record<string, string>>;
  /** Whether a step may print what was planted: the values of build arguments whose names tell of no credential. */
  readonly mayPrint?: boolean;
}

const DOCKERFILE = 'FROM scratch\nARG A\nCOPY Dockerfile /\n';

/** Runs it, and says which of its values were printed or written. */
async function leaks(one: Case, more: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const canaries = new Canaries();
  const plant: Plant = source => canaries.plant(source);
  const home = await folderOf(one.files?.(plant));
  const [cwd, temporary] = [await folderOf({ Dockerfile: DOCKERFILE }), await folderOf()];
  const kept = join(temporary, 'cache');
  const env = { TMPDIR: temporary, DEADWEIGHT_CACHE_DIR: kept, HOME: home, ...one.env?.(plant), ...more };
  const ended = await deadweight([...one.args(plant), '--debug'], { cwd, env });
  expect([2, 3, 4]).toContain(ended.code);
  expect(canaries.sources).not.toEqual([]);
  expect(ended.stderr).not.toContain('has a bug');
  // Lines that a step printed are indented.
  const stderr = one.mayPrint ? ended.stderr.replace(/^ {4}.*$/gm, '') : ended.stderr;
  const written = { ...(await contentsOf(cwd)), ...(await contentsOf(temporary)) };
  return canaries.find({ stdout: ended.stdout, stderr, ...written });
}

/** A port on which nobody answers. */
const NOBODY = '127.0.0.1:9';

const REFERENCES: readonly ((plant: Plant) => string)[] = [
  p => `docker://user:${p('password')}@${NOBODY}/x`,
  p => `docker://user:a/${p('password with a slash')}@${NOBODY}/x`,
  p => `docker://user:a@${p('password with an at')}@${NOBODY}/x`,
  p => `docker://${p('token')}@${NOBODY}/x`,
  p => `https://${p('user')}:${p('password')}@${NOBODY}/x`,
  p => `https://${NOBODY}/x?X-Amz-Signature=${p('signature')}&sig=${p('sig')}&token=${p('token')}`,
  p => `user:${p('password')}@${NOBODY}/x:1`,
  p => `${p('token')}@${NOBODY}/x:1`,
  p => `docker-daemon:user:${p('password')}@host/x`,
  p => `containers-storage:user:${p('password')}@host/x`,
  p => `podman:user:${p('password')}@host/x`,
  p => `oci-archive:https://user:${p('password')}@host/x`,
  p => `docker-archive:https://user:${p('password')}@host/x.tar?sig=${p('sig')}`,
  p => `dir:https://user:${p('password')}@host/x`,
  p => `ftp://user:${p('password')}@host/x`,
  p => `docker:/user:${p('password')}@host/x`,
  p => `docker://user:${p('password')}@host/UPPER`,
  p => `https://user:${p('password')}@host/X Y`,
];

describe.concurrent('a login in a reference', () => {
  it.each(REFERENCES.map(form => [form(source => `{${source}}`), form]))(
    'is not told: %s',
    async (_name, form) => {
      expect(await leaks({ args: p => ['inspect', form(p)] })).toEqual([]);
      expect(await leaks({ args: p => ['diff', 'docker-archive:nope.tar', form(p)] })).toEqual([]);
    },
  );
});

const BUILDS: Readonly<Record<string, Case>> = {
  'a git context': { args: p => ['build', `https://user:${p('password')}@${NOBODY}/r.git#main`] },
  'a git context with a token': { args: p => ['build', `https://${p('token')}@${NOBODY}/r.git#main`] },
  'a git context that is compared': {
    args: p => ['build', `https://user:${p('password')}@${NOBODY}/r.git#main`, '--against', 'main'],
  },
  'a signed context': {
    args: p => [
      'build',
      `https://${NOBODY}/c.tgz?X-Amz-Signature=${p('amz')}&token=${p('token')}&sv=1&sig=${p('sig')}`,
    ],
  },
  'build arguments': {
    args: p => ['build', '.', '--build-arg', `A=${p('argument')}`, '--build-arg', 'B'],
    env: p => ({ B: p('argument of the environment') }),
    mayPrint: true,
  },
  'build arguments whose names say it': {
    args: p => ['build', '.', '--build-arg', `NPM_TOKEN=${p('argument')}`, '--build-arg', 'MY_PASSWORD'],
    env: p => ({ MY_PASSWORD: p('argument of the environment') }),
  },
  secrets: {
    args: () => ['build', '.', '--secret', 'id=x,env=PLAIN', '--secret', 'type=env,id=OTHER'],
    env: p => ({ PLAIN: p('named variable'), OTHER: `"${p('variable')}" \\ %/+` }),
  },
  'tokens of a job': {
    args: () => ['build', '.'],
    env: p => ({
      GITHUB_TOKEN: p('GITHUB_TOKEN'),
      GIT_AUTH_TOKEN: p('GIT_AUTH_TOKEN'),
      ACTIONS_RUNTIME_TOKEN: p('ACTIONS_RUNTIME_TOKEN'),
      AWS_SECRET_ACCESS_KEY: p('AWS_SECRET_ACCESS_KEY'),
      HTTPS_PROXY: `http://user:${p('HTTPS_PROXY')}@${NOBODY}`,
      DOCKER_AUTH_CONFIG: `{"auths":{"x":{"auth":"${Buffer.from(`user:${p('DOCKER_AUTH_CONFIG')}`).toString('base64')}"}}}`,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'http.https://github.com/.extraheader',
      GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${p('extraheader')}`).toString('base64')}`,
    }),
  },
  caches: {
    args: p => [
      'build',
      '.',
      ...['--cache-to', `type=s3,bucket=b,secret_access_key=${p('s3')},session_token=${p('session')}`],
      ...['--cache-from', `type=gha,token=${p('gha')}`],
      ...['--cache-from', `type=azblob,secret_access_key=${p('azblob')}`],
    ],
  },
  'a named context': {
    args: p => ['build', '.', '--build-context', `x=https://user:${p('password')}@${NOBODY}/r.git`],
  },
  'an output': {
    args: p => ['build', '.', '-o', `type=image,name=user:${p('password')}@${NOBODY}/x,token=${p('token')}`],
  },
  'a tag': { args: p => ['build', '.', '-t', `user:${p('password')}@${NOBODY}/x`] },
  'a remote Dockerfile': {
    args: p => ['build', '.', '-f', `https://user:${p('password')}@${NOBODY}/Dockerfile?token=${p('token')}`],
  },
  'a baseline': { args: p => ['build', '.', '--against', `docker://user:${p('password')}@${NOBODY}/x`] },
  'an unknown option': { args: p => ['build', '.', `--tokne=${p('value')}`] },
  'a call': {
    args: p => ['build', '.', '--call', 'check', '--build-arg', `A=${p('argument')}`],
    env: p => ({ GITHUB_TOKEN: p('GITHUB_TOKEN') }),
  },
  'a fix': {
    args: p => ['fix', '.', '--prove', '--build-context', `x=https://user:${p('password')}@${NOBODY}/r.git`],
    env: p => ({ GITHUB_TOKEN: p('GITHUB_TOKEN') }),
  },
};

describe.concurrent('what docker repeats', () => {
  it.each(Object.entries(BUILDS))('is not told of %s', async (_name, one) => {
    for (const fault of ['build', 'inspect', 'engine'] satisfies EchoingFault[]) {
      expect(await leaks(one, { PATH: await echoingDocker(fault) })).toEqual([]);
    }
  });
});

/** All that a request had in it, as a server may repeat it. */
function repeat(request: IncomingMessage): string {
  return `${request.url} ${JSON.stringify(request.headers)}`;
}

const STATUSES = [400, 401, 403, 404, 429, 500];

/** Answers with all that it was sent: registries in `errors`, proxies in a page. */
function repeatAll(status: number) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const authorization = request.headers.authorization;
    const said = repeat(request);
    if (status === 401 && authorization === undefined)
      response.setHeader('www-authenticate', 'Basic realm="x"');
    response.statusCode = authorization === undefined ? 401 : status;
    if (authorization === undefined) response.setHeader('www-authenticate', 'Basic realm="x"');
    response.end(JSON.stringify({ errors: [{ code: 'DENIED', message: said, detail: said }] }));
  };
}

const ends: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of ends.splice(0)) await end();
});

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = await loopbackServer(answer);
  ends.push(() => server.close());
  return server.host;
}

/** `auths` of a configuration. */
function auths(host: string, password: string): string {
  return JSON.stringify({ auths: { [host]: { auth: Buffer.from(`user:${password}`).toString('base64') } } });
}

describe.concurrent('what a registry repeats', () => {
  it.each(STATUSES)('is not told of a login: %i', async status => {
    const host = await listen(repeatAll(status));
    for (const [name, place] of [
      ['.docker/config.json', {}],
      ['auth.json', { REGISTRY_AUTH_FILE: '' }],
    ] as const) {
      const found = await leaks(
        { args: () => ['inspect', `docker://${host}/x`], files: p => ({ [name]: auths(host, p(name)) }) },
        place,
      );
      expect(found).toEqual([]);
    }
    const args = (): string[] => ['inspect', `docker://${host}/x`];
    expect(
      await leaks({ args, env: p => ({ DOCKER_AUTH_CONFIG: auths(host, p('DOCKER_AUTH_CONFIG')) }) }),
    ).toEqual([]);
  });

  it('is not told of a broken configuration', async () => {
    for (const broken of ['{"auths": ', '', '{"auths":{"x":{"auth":']) {
      const files = (p: Plant) => ({ '.docker/config.json': `${broken}${p('broken')}` });
      const args = (): string[] => ['inspect', `docker://${NOBODY}/x`];
      expect(await leaks({ args, files })).toEqual([]);
    }
  });

  it('is not told of where it redirects to', async () => {
    const canaries = new Canaries();
    const signature = canaries.plant('signature');
    for (const target of [
      `http://${NOBODY}`,
      'http://registry.invalid',
      'https://user:x@127.0.0.1:9',
      'ftp://x',
    ]) {
      const host = await listen((_request, response) => {
        response.writeHead(307, { location: `${target}/blob?X-Amz-Signature=${signature}&se=${signature}` });
        response.end(signature);
      });
      const ended = await deadweight(['inspect', `docker://${host}/x`, '--debug'], { cwd: await folderOf() });
      expect(ended.code).toBe(4);
      expect(canaries.find({ ...ended, code: '' })).toEqual([]);
    }
  });
});

describe.concurrent('a proxy', () => {
  it.each([407, 403, 502])('that repeats its login is not repeated: %i', async status => {
    const host = await listen((request, response) => {
      response.statusCode = status;
      response.end(repeat(request));
    });
    for (const variable of ['HTTPS_PROXY', 'ALL_PROXY']) {
      for (const proxy of [host, NOBODY]) {
        const env = (p: Plant) => ({ [variable]: `http://${p('user')}:${p('password')}@${proxy}` });
        expect(await leaks({ args: () => ['inspect', 'docker://registry.example/x'], env })).toEqual([]);
      }
    }
  });

  it('that is none is not repeated', async () => {
    for (const address of ['http://user:PW@', 'ftp://user:PW@host', 'user:PW@host:port', '://PW']) {
      const env = (p: Plant) => ({ HTTPS_PROXY: address.replace('PW', p('password')) });
      expect(await leaks({ args: () => ['inspect', 'docker://registry.example/x'], env })).toEqual([]);
    }
  });
});

describe('a credential helper', () => {
  it('is not repeated, whatever it says', async () => {
    const secret = new Canaries();
    const value = secret.plant('helper');
    for (const says of [`{"Secret":"${value}"`, value, `{"Username":"user","Secret":"${value}"}`]) {
      for (const code of [0, 1]) {
        const cwd = await folderOf({ '.docker/config.json': '{"credsStore":"test"}' });
        const program = `#!/bin/sh\ncat >/dev/null\necho '${says}'\necho '${says}' >&2\nexit ${code}\n`;
        await changeFiles(cwd, { 'docker-credential-test': { program } });
        const host = await listen(repeatAll(403));
        const PATH = `${cwd}:${process.env['PATH'] ?? ''}`;
        const ended = await deadweight(['inspect', `docker://${host}/x`, '--debug'], {
          cwd,
          env: { HOME: cwd, PATH },
        });
        expect(ended.code).toBe(4);
        expect(secret.find({ stdout: ended.stdout, stderr: ended.stderr })).toEqual([]);
      }
    }
  });
});
