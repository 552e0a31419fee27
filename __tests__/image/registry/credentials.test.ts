import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Exec, SilentProgram } from '../../../src/base/effects.ts';
import { type AuthSource, findAuthSources } from '../../../src/image/registry/auth-sources.ts';
import { findCredentials } from '../../../src/image/registry/credentials.ts';
import { systemExec } from '../../../src/run/program-exec.ts';
import { withDirectory } from '../../support/conformance/medium.ts';
import { folderOf } from '../../support/folder.ts';
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
      const sources = findAuthSources({ env, homeDir: '/nonexistent' });
      const wanted = { registry, repository: 'team/app' };
      const credentials = await findCredentials(wanted, sources, systemExec(env), log);
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
    ['docker.io', 'https://registry-1.docker.io/v2/'],
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

  it('may have them in clear, or the very token', async () => {
    const clear = { auths: { 'ghcr.io': { username: 'me', password: 'a:b' } } };
    expect((await found('ghcr.io', clear)).credentials).toEqual(me);
    const token = { auths: { 'ghcr.io': { registrytoken: 'abc' } } };
    expect((await found('ghcr.io', token)).credentials).toEqual({ kind: 'registry-token', token: 'abc' });
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
    const file = { auths: {}, credHelpers: {}, credsStore: 'slow' };
    const sources: AuthSource[] = [{ place: 'config.json', keys: 'docker', file }];
    expect(await findCredentials({ registry: 'ghcr.io', repository: 'app' }, sources, exec, log)).toBeNull();
    expect(warnings).toEqual([expect.stringMatching(/^docker-credential-slow.*said nothing for 60 seconds/)]);
  });

  it('may not be there', async () => {
    const { credentials, warnings } = await found('ghcr.io', { credsStore: 'missing' });
    expect(credentials).toBeNull();
    expect(warnings).toHaveLength(1);
  });
});

describe('stored credentials', () => {
  const file = (user: string, name = 'ghcr.io') =>
    JSON.stringify({ auths: { [name]: auth(`${user}:secret`) } });

  /** The user whose credentials are found with these files in a folder, which the variables name. */
  async function userOf(
    files: Readonly<Record<string, string>>,
    variables: (folder: string) => Readonly<Record<string, string>>,
    repository = 'team/app',
  ): Promise<string | null> {
    const folder = await folderOf(files);
    const environment = { env: variables(folder), homeDir: join(folder, 'home'), root: folder };
    const wanted = { registry: 'ghcr.io', repository };
    const exec = systemExec({});
    const found = await findCredentials(wanted, findAuthSources(environment), exec, silentLog);
    return found?.kind === 'password' ? found.username : null;
  }

  const ALL = {
    named: file('named'),
    'home/.docker/config.json': file('docker'),
    'runtime/containers/auth.json': file('runtime'),
    'home/.config/containers/auth.json': file('home'),
  };
  const runtime = (folder: string) => ({ XDG_RUNTIME_DIR: join(folder, 'runtime') });

  it('are those of REGISTRY_AUTH_FILE, DOCKER_AUTH_CONFIG, docker and podman, one before the other', async () => {
    const own = (folder: string) => ({ ...runtime(folder), DOCKER_AUTH_CONFIG: file('variable') });
    const { named: _named, ...others } = ALL;
    const { 'home/.docker/config.json': _docker, ...podmans } = others;
    const { 'runtime/containers/auth.json': _runtime, ...last } = podmans;
    const withFile = (folder: string) => ({ ...own(folder), REGISTRY_AUTH_FILE: join(folder, 'named') });
    expect(await userOf(ALL, withFile)).toBe('named');
    expect(await userOf(others, withFile)).toBe('variable');
    expect(await userOf(others, folder => ({ ...own(folder), GITLAB_CI: 'true' }))).toBe('docker');
    expect(await userOf(podmans, folder => ({ ...own(folder), GITLAB_CI: 'true' }))).toBe('variable');
    expect(await userOf(others, runtime)).toBe('docker');
    expect(await userOf(podmans, runtime)).toBe('runtime');
    expect(await userOf(last, runtime)).toBe('home');
    expect(await userOf({}, runtime)).toBeNull();
  });

  it('of podman without a session are where it keeps those of the user', async () => {
    const session = `run/containers/${process.getuid?.()}/auth.json`;
    const files = { ...ALL, 'home/.docker/config.json': '{}', [session]: file('session') };
    expect(await userOf(files, () => ({}))).toBe('session');
    expect(await userOf(files, runtime)).toBe('runtime');
  });

  it('of another registry are passed over', async () => {
    const files = { ...ALL, named: file('named', 'quay.io'), 'home/.docker/config.json': '{}' };
    expect(
      await userOf(files, folder => ({ ...runtime(folder), REGISTRY_AUTH_FILE: join(folder, 'named') })),
    ).toBe('runtime');
  });

  it.each([
    ['team/app', 'team-app'],
    ['team/app/deep', 'team-app'],
    ['team/application', 'team'],
    ['team', 'team'],
    ['other/app', 'host'],
  ])('of podman for %s are those of the longest name: %s', async (repository, user) => {
    const auths = {
      'ghcr.io': auth('host:x'),
      'ghcr.io/team': auth('team:x'),
      'ghcr.io/team/app': auth('team-app:x'),
    };
    const files = { 'home/.config/containers/auth.json': JSON.stringify({ auths }) };
    expect(await userOf(files, () => ({}), repository)).toBe(user);
  });

  it('of podman for a part of a registry are not for the rest of it', async () => {
    const auths = { 'ghcr.io/team': auth('team:x'), 'https://ghcr.io/v1/': auth('legacy:x') };
    const files = (names: object) => ({ 'home/.config/containers/auth.json': JSON.stringify(names) });
    expect(await userOf(files({ auths }), () => ({}), 'other/app')).toBe('legacy');
    const part = { auths: { 'ghcr.io/team': auth('team:x') } };
    expect(await userOf(files(part), () => ({}), 'other/app')).toBeNull();
  });

  it('that are no JSON are told, without what is there', async () => {
    await expect(userOf({}, () => ({ DOCKER_AUTH_CONFIG: '{"auths": s3cret' }))).rejects.toMatchObject({
      code: 'config-invalid',
      message: 'DOCKER_AUTH_CONFIG is not a configuration of Docker: it is not JSON.',
    });
  });
});
