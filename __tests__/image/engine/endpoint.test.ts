import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseEndpoint, parseEndpoint } from '../../../src/image/engine/endpoint.ts';
import { sshArguments } from '../../../src/image/engine/ssh-tunnel.ts';
import { withDirectory } from '../../support/conformance/medium.ts';

const HOME = '/nonexistent';

/** Writes a Docker configuration with a context called `remote`. */
async function withContext(
  config: unknown,
  body: (env: Record<string, string>) => Promise<void>,
  tls = false,
) {
  await withDirectory(async directory => {
    await writeFile(join(directory, 'config.json'), JSON.stringify(config));
    const id = createHash('sha256').update('remote').digest('hex');
    const meta = join(directory, 'contexts', 'meta', id);
    await mkdir(meta, { recursive: true });
    const Endpoints = { docker: { Host: 'tcp://remote.example:2376', SkipTLSVerify: false } };
    await writeFile(join(meta, 'meta.json'), JSON.stringify({ Name: 'remote', Endpoints }));
    if (tls) await mkdir(join(directory, 'contexts', 'tls', id, 'docker'), { recursive: true });
    await body({ DOCKER_CONFIG: directory });
  });
}

const choose = (env: Record<string, string>, hostOs = 'linux') =>
  chooseEndpoint({ env, homeDir: HOME, hostOs });

describe('which engine', () => {
  it("is the default's socket, or pipe", () => {
    expect(choose({})).toMatchObject({ kind: 'socket', path: '/var/run/docker.sock', origin: 'the default' });
    expect(choose({}, 'windows')).toMatchObject({ kind: 'socket', path: '//./pipe/docker_engine' });
  });

  it('is DOCKER_HOST before contexts', async () => {
    await withContext({ currentContext: 'remote' }, async env => {
      const found = choose({ ...env, DOCKER_HOST: 'unix:///x.sock', DOCKER_CONTEXT: 'remote' });
      expect(found).toMatchObject({ kind: 'socket', path: '/x.sock', origin: 'DOCKER_HOST' });
    });
  });

  it('is DOCKER_CONTEXT before the current context, and that before the default', async () => {
    await withContext({ currentContext: 'remote' }, async env => {
      const remote = {
        kind: 'tcp',
        host: 'remote.example',
        port: 2376,
        tls: null,
        origin: 'the context "remote"',
      };
      expect(choose(env)).toMatchObject(remote);
      expect(choose({ ...env, DOCKER_CONTEXT: 'default' })).toMatchObject({ kind: 'socket' });
    });
    await withContext({}, async env => {
      expect(choose(env)).toMatchObject({ kind: 'socket' });
      expect(choose({ ...env, DOCKER_CONTEXT: 'remote' })).toMatchObject({
        kind: 'tcp',
        host: 'remote.example',
      });
    });
  });

  it("takes a context's certificates", async () => {
    const check = async (env: Record<string, string>) => {
      const found = choose(env);
      expect(found.kind === 'tcp' && found.tls?.verify).toBe(true);
      expect(found.kind === 'tcp' && found.tls?.directory).toMatch(/contexts\/tls\/[0-9a-f]{64}\/docker$/);
    };
    await withContext({ currentContext: 'remote' }, check, true);
  });

  it('says so when there is no such context, or the configuration is broken', async () => {
    await withContext({}, async env => {
      expect(() => choose({ ...env, DOCKER_CONTEXT: 'nope' })).toThrowError(
        expect.objectContaining({
          code: 'engine-unreachable',
          message: 'There is no Docker context "nope".',
        }),
      );
      await writeFile(join(env['DOCKER_CONFIG'] ?? '', 'config.json'), '{"auths":{"x":{"auth":"c2VjcmV0"');
      expect(() => choose(env)).toThrowError(expect.objectContaining({ code: 'config-invalid' }));
      expect(() => choose(env)).toThrowError(
        expect.not.objectContaining({ message: expect.stringContaining('c2VjcmV0') }),
      );
    });
  });

  it('takes TLS from the environment as docker does', () => {
    const tls = (env: Record<string, string>) => {
      const found = choose({ DOCKER_HOST: 'tcp://h', ...env });
      return found.kind === 'tcp' ? [found.port, found.tls] : null;
    };
    expect(tls({})).toEqual([2375, null]);
    expect(tls({ DOCKER_CERT_PATH: '/certs' })).toEqual([2375, null]);
    expect(tls({ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' })).toEqual([
      2376,
      { directory: '/certs', verify: true },
    ]);
    expect(tls({ DOCKER_TLS: '1' })).toEqual([2376, { directory: join(HOME, '.docker'), verify: false }]);
  });
});

describe('addresses', () => {
  it('of other machines', () => {
    const ssh = parseEndpoint('ssh://me@host:2222/run/user/1000/docker.sock', 'DOCKER_HOST', null);
    expect(ssh).toMatchObject({ kind: 'ssh', user: 'me', host: 'host', port: 2222 });
    expect(ssh.kind === 'ssh' && sshArguments(ssh)).toEqual(
      '-o ConnectTimeout=30 -T -l me -p 2222 -- host docker --host unix:///run/user/1000/docker.sock system dial-stdio'.split(
        ' ',
      ),
    );
    const plain = parseEndpoint('ssh://host', 'DOCKER_HOST', null);
    expect(plain.kind === 'ssh' && sshArguments(plain).slice(3)).toEqual(
      '-- host docker system dial-stdio'.split(' '),
    );
  });

  it.each([
    '',
    'nonsense',
    'ftp://x',
    'ssh://',
    'ssh://-oProxyCommand=x',
    'ssh://-l@host',
    'ssh://host/a;reboot',
    'unix://',
  ])('refuses %s', text => {
    expect(() => parseEndpoint(text, 'DOCKER_HOST', null)).toThrowError(
      expect.objectContaining({ code: 'engine-unreachable' }),
    );
  });

  it('keeps a password out of messages', () => {
    expect(parseEndpoint('tcp://me:hunter2@host:1', 'DOCKER_HOST', null).text).toBe('tcp://host:1');
  });
});
