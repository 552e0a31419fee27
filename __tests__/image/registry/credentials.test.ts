import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Exec, SilentProgram } from '../../../src/base/effects.ts';
import { readDockerConfig } from '../../../src/image/engine/docker-config.ts';
import { findCredentials } from '../../../src/image/registry/credentials.ts';
import { actionsExec } from '../../../src/run/actions-exec.ts';
import { withDirectory } from '../../support/conformance/medium.ts';
import { silentLog } from '../../support/silent-log.ts';

const auth = (text: string) => ({ auth: Buffer.from(text).toString('base64') });
const me = { kind: 'password', username: 'me', password: 'a:b' };

interface Found {
  readonly credentials: unknown;
  readonly warnings: readonly string[];
  /** What the helpers were given, a line each. */
  readonly asked: string;
}

/** What a real config.json and real programs on the PATH say of a registry. */
async function found(
  registry: string,
  config: unknown,
  helpers: Readonly<Record<string, string>> = {},
): Promise<Found> {
  let result: Found | null = null;
  await withDirectory(async directory => {
    await writeFile(join(directory, 'config.json'), JSON.stringify(config));
    for (const [name, script] of Object.entries(helpers)) {
      const program = join(directory, `docker-credential-${name}`);
      await writeFile(
        program,
        `#!/bin/sh\nread -r server\necho "$0 $1 $server" >> ${directory}/asked\n${script}\n`,
      );
      await chmod(program, 0o755);
    }
    const path = process.env['PATH'];
    process.env['PATH'] = `${directory}:/usr/bin:/bin`;
    const warnings: string[] = [];
    try {
      const env = { DOCKER_CONFIG: directory, PATH: process.env['PATH'] };
      const log = { ...silentLog, warn: (message: string) => void warnings.push(message) };
      const dockerConfig = readDockerConfig({ env, homeDir: '/nonexistent' });
      const credentials = await findCredentials(registry, dockerConfig, actionsExec(env), log);
      const asked = await readFile(join(directory, 'asked'), 'utf8').catch(() => '');
      result = { credentials, warnings, asked: asked.replaceAll(`${directory}/`, '') };
    } finally {
      process.env['PATH'] = path;
    }
  });
  if (!result) throw new TypeError('there is a result');
  return result;
}

describe('config.json', () => {
  it.each([
    ['ghcr.io', 'ghcr.io'],
    ['ghcr.io', 'https://ghcr.io'],
    ['ghcr.io', 'https://ghcr.io/v2/'],
    ['ghcr.io', 'http://ghcr.io/v1/'],
    ['localhost:5000', 'localhost:5000'],
    ['docker.io', 'https://index.docker.io/v1/'],
    ['docker.io', 'docker.io'],
  ])('has the credentials of %s under %s', async (registry, name) => {
    const { credentials } = await found(registry, { auths: { [name]: auth('me:a:b\0\0') } });
    expect(credentials).toEqual(me);
  });

  it.each([
    ['ghcr.io', 'ghcr.io.example'],
    ['ghcr.io', 'https://example/ghcr.io'],
    ['localhost:5000', 'localhost'],
    ['docker.io', 'registry-1.docker.io.example'],
  ])('has none of %s under %s', async (registry, name) => {
    const { credentials } = await found(registry, { auths: { [name]: auth('me:a:b') } });
    expect(credentials).toBeNull();
  });

  it('takes the very name before one that means it, and a token before a password', async () => {
    const auths = { 'https://ghcr.io/v1/': auth('other:x'), 'ghcr.io': auth('me:a:b') };
    expect((await found('ghcr.io', { auths })).credentials).toEqual(me);
    const both = { auths: { 'ghcr.io': { ...auth('me:x'), identitytoken: 'refresh' } } };
    expect((await found('ghcr.io', both)).credentials).toEqual({ kind: 'identity-token', token: 'refresh' });
  });

  it.each([{}, { auths: {} }, { auths: { 'ghcr.io': {} } }, { auths: { 'ghcr.io': { auth: '!' } } }])(
    '%j has none',
    async config => {
      expect(await found('ghcr.io', config)).toEqual({ credentials: null, warnings: [], asked: '' });
    },
  );
});

describe('a credential helper', () => {
  const answer = `echo '{"ServerURL":"x","Username":"me","Secret":"a:b"}'`;

  it('of the registry is asked before the common one, for the name that docker stores', async () => {
    const config = { credHelpers: { 'docker.io': 'own' }, credsStore: 'common' };
    const { credentials, asked } = await found('docker.io', config, { own: answer, common: 'exit 1' });
    expect(credentials).toEqual(me);
    expect(asked).toBe('docker-credential-own get https://index.docker.io/v1/\n');
  });

  it('that knows none leaves it to config.json', async () => {
    const config = { credsStore: 'common', auths: { 'ghcr.io': auth('me:a:b') } };
    const helpers = { common: 'echo "credentials not found in native keychain"; exit 1' };
    expect(await found('ghcr.io', config, helpers)).toEqual({
      credentials: me,
      warnings: [],
      asked: 'docker-credential-common get ghcr.io\n',
    });
  });

  it.each([
    ['fails', 'echo s3cret; echo s3cret >&2; exit 3', /failed \(3\)/],
    ['says nonsense', 'echo s3cret', /could not be asked/],
    ['says something else', `echo '{"Secret":"s3cret"}'`, /could not be asked/],
  ])('that %s is told, without what it said', async (_what, script, why) => {
    const { credentials, warnings } = await found('ghcr.io', { credsStore: 'common' }, { common: script });
    expect(credentials).toBeNull();
    expect(warnings).toEqual([expect.stringMatching(why)]);
    expect(warnings.join()).toMatch(/^docker-credential-common.*ghcr\.io/);
    expect(warnings.join()).not.toContain('s3cret');
  });

  it('that says nothing is not waited for', async () => {
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (message: string) => void warnings.push(message) };
    const exec: Exec = {
      run: (program, _args, options) => Promise.reject(new SilentProgram(program, options?.maxSilence ?? 0)),
    };
    const config = { directory: '', currentContext: null, auths: {}, credHelpers: {}, credsStore: 'slow' };
    expect(await findCredentials('ghcr.io', config, exec, log)).toBeNull();
    expect(warnings).toEqual([expect.stringMatching(/^docker-credential-slow.*said nothing for 60 seconds/)]);
  });

  it('may not be there', async () => {
    const { credentials, warnings } = await found('ghcr.io', { credsStore: 'missing' });
    expect(credentials).toBeNull();
    expect(warnings).toHaveLength(1);
  });
});
