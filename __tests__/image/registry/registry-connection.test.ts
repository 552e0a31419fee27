import { execFile } from 'node:child_process';
import { copyFile, mkdir } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { RegistryClient } from '../../../src/image/registry/registry-client.ts';
import type { RegistryLimits } from '../../../src/image/registry/registry-limits.ts';
import type { RegistryOptions } from '../../../src/image/registry/registry-session.ts';
import { folderOf } from '../../support/folder.ts';
import { httpProxy, socksProxy } from '../../support/registry/fake-proxies.ts';
import {
  type Fault,
  type StrictRegistry,
  type StrictRegistryOptions,
  strictRegistry,
} from '../../support/registry/strict-registry.ts';
import { certificate, tlsFront } from '../../support/registry/tls-front.ts';
import { imageOf, USER } from '../../support/registry/with-registry.ts';

const LIMITS: RegistryLimits = {
  head: 500,
  idle: 500,
  body: 500,
  store: 500,
  cancel: 500,
  slowest: 8,
  retry: { maxAttempts: 1, firstWait: 1, maxWait: 1, maxTotalWait: 1 },
};

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

function kept<T extends { close(): unknown }>(server: T): T {
  open.push(server);
  return server;
}

const registry = async (options: StrictRegistryOptions = {}): Promise<StrictRegistry> =>
  kept(await strictRegistry([await imageOf([1])], options));

/** What a client says of `app:1`: the media type, or the error. */
async function ask(host: string, more: Partial<RegistryOptions> = {}): Promise<unknown> {
  const credentials = async () =>
    ({ kind: 'password', username: USER.name, password: USER.password }) as const;
  const own = { registry: host, repository: 'app', env: {}, homeDir: '/nonexistent', root: '/nonexistent' };
  try {
    const client = kept(new RegistryClient({ ...own, credentials, limits: LIMITS, ...more }));
    return (await client.manifest('1')).mediaType;
  } catch (error) {
    return error;
  }
}

/** The same, by a process of its own, which ends when its client is closed. */
async function askInProcess(host: string, env: NodeJS.ProcessEnv, seen = {}): Promise<string> {
  const module = new URL('../../../src/image/registry/registry-client.ts', import.meta.url);
  const own = { registry: host, repository: 'app', env: seen, homeDir: '/nonexistent', root: '/nonexistent' };
  const script = `
    const { RegistryClient } = await import(${JSON.stringify(module.href)});
    const options = ${JSON.stringify({ ...own, limits: LIMITS })};
    const client = new RegistryClient({ ...options, credentials: async () => null });
    console.log(await client.manifest('1').then(({ mediaType }) => mediaType, ({ message }) => message));
    client.close();`;
  const args = ['--input-type=module', '-e', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 20_000 });
  return stdout.trim();
}

const READ = 'application/vnd.oci.image.manifest.v1+json';
const TRUSTED = { SSL_CERT_FILE: certificate('ca.crt') };
const failure = (message: RegExp, remedy = /./) =>
  expect.objectContaining({
    code: 'registry-unreachable',
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(remedy),
  });

/** A folder as /etc, with certificates for a host. */
async function rootWith(
  host: string,
  files: Readonly<Record<string, string>>,
  of = 'docker',
): Promise<string> {
  const root = await folderOf();
  const folder = join(root, 'etc', of, 'certs.d', host);
  await mkdir(folder, { recursive: true });
  for (const [name, path] of Object.entries(files)) await copyFile(path, join(folder, name));
  return root;
}

describe('a registry of this machine', () => {
  it('is spoken to with TLS where it speaks it, and without where it does not', async () => {
    const plain = await registry({ scheme: 'bearer', user: USER });
    expect(await ask(plain.host)).toBe(READ);
    expect(await ask((await kept(await tlsFront(plain.host))).host, { env: TRUSTED })).toBe(READ);
  });

  it('may break off what it does not understand', async () => {
    const [host, port] = (await registry()).host.split(':');
    const server = createServer(socket => {
      socket
        .on('error', () => undefined)
        .once('data', first => {
          if (first[0] === 0x16) return void socket.destroy();
          const inner = connect(Number(port), host);
          inner.write(first);
          socket.pipe(inner).pipe(socket);
        });
    }).listen(0, '127.0.0.1');
    await new Promise(resolve => server.on('listening', resolve));
    kept({ close: () => server.close() });
    const address = server.address();
    expect(await ask(`127.0.0.1:${typeof address === 'object' ? address?.port : 0}`)).toBe(READ);
  });

  it('that is not trusted is not spoken to without TLS instead', async () => {
    const plain = await registry();
    const { host } = kept(await tlsFront(plain.host));
    expect(await ask(host)).toEqual(
      failure(/nobody whom this machine trusts has signed/, new RegExp(`certs\\.d/${host}/ca\\.crt`)),
    );
    expect(plain.requests).toEqual([]);
  });

  it('that accepts and says nothing is given up', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => silent.on('listening', resolve));
    const address = silent.address();
    kept({ close: () => silent.close() });
    const port = typeof address === 'object' ? address?.port : 0;
    expect(await ask(`127.0.0.1:${port}`)).toEqual(failure(/no answer within 0.5 seconds/));
  });
});

describe('another host', () => {
  /** A port of loopback that accepts and says nothing. */
  async function silentPort(): Promise<string> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => server.on('listening', resolve));
    const sockets = new Set<Socket>();
    server.on('connection', socket => void sockets.add(socket));
    kept({
      close: () => {
        server.close();
        for (const socket of sockets) socket.destroy();
      },
    });
    const address = server.address();
    return `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  }

  it('that gives out tokens and is silent is named', async () => {
    const silent = await silentPort();
    const { host } = await registry({ scheme: 'bearer', user: USER, realm: `http://${silent}/token` });
    expect(await ask(host)).toEqual(
      failure(
        new RegExp(
          `^${silent}, which gives out the tokens of the registry ${host}, .*no answer within 0.5 seconds`,
        ),
      ),
    );
  });

  it('that it sends us to and is silent is named', async () => {
    const silent = await silentPort();
    const away: Fault = {
      on: /manifests/,
      do: response => void response.writeHead(307, { location: `http://${silent}/x` }).end(),
    };
    const { host } = await registry({ faults: [away] });
    expect(await ask(host)).toEqual(
      failure(new RegExp(`registry ${host} .*: ${silent}, where it sends us: no answer within 0.5 seconds`)),
    );
  });
});

describe('certificates', () => {
  it('of who it sends us to are told as theirs', async () => {
    const away = kept(await tlsFront((await registry()).host));
    const redirect: Fault = {
      on: /manifests/,
      do: response => void response.writeHead(307, { location: `https://${away.host}/x` }).end(),
    };
    const { host } = await registry({ faults: [redirect] });
    expect(await ask(host)).toEqual(
      failure(
        new RegExp(`^The registry ${host} .*: ${away.host}, where it sends us: nobody whom this machine`),
        new RegExp(`certs\\.d/${away.host}/ca\\.crt`),
      ),
    );
  });

  it.each(['registry.invalid:443', 'registry.invalid'])('are read from the folder %s', async name => {
    const front = kept(await tlsFront((await registry()).host));
    const proxy = kept(await httpProxy({ to: front.port }));
    const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    const root = await rootWith(name, { 'ca.crt': certificate('ca.crt') });
    expect(await ask('registry.invalid:443', { env, root })).toBe(READ);
    const other = await rootWith('registry.invalid:8443', { 'ca.crt': certificate('ca.crt') });
    expect(await ask('registry.invalid:443', { env, root: other })).toEqual(failure(/nobody whom/));
  });

  it.each([
    ['expired', /its certificate has expired/, /renew/],
    ['other', /its certificate is for another host/, /name of the registry that its certificate has/],
  ] as const)('that are %s are told', async (shows, message, remedy) => {
    const { host } = kept(await tlsFront((await registry()).host, { shows }));
    expect(await ask(host, { env: TRUSTED })).toEqual(failure(message, remedy));
  });

  it.each(['docker', 'containers'])('are read where %s has them for the host', async of => {
    const { host } = kept(await tlsFront((await registry()).host));
    const root = await rootWith(host, { 'ca.crt': certificate('ca.crt') }, of);
    expect(await ask(host, { root })).toBe(READ);
    const elsewhere = await rootWith('registry.example', { 'ca.crt': certificate('ca.crt') }, of);
    expect(await ask(host, { root: elsewhere })).toEqual(failure(/nobody whom/));
  });

  it('of a user are read from the home directory', async () => {
    const { host } = kept(await tlsFront((await registry()).host));
    const homeDir = await folderOf();
    const folder = join(homeDir, '.config/containers/certs.d', host);
    await mkdir(folder, { recursive: true });
    await copyFile(certificate('ca.crt'), join(folder, 'mine.crt'));
    expect(await ask(host, { homeDir })).toBe(READ);
  });

  it('of a folder are read, other files in it are not', async () => {
    const { host } = kept(await tlsFront((await registry()).host));
    const folder = await folderOf({ README: 'nothing' });
    await copyFile(certificate('ca.crt'), join(folder, 'a1b2c3d4.0'));
    expect(await ask(host, { env: { SSL_CERT_DIR: `/nonexistent:${folder}` } })).toBe(READ);
  });

  it('of ours are shown to who asks for them', async () => {
    const { host } = kept(await tlsFront((await registry()).host, { asksForCertificate: true }));
    const ca = { 'ca.crt': certificate('ca.crt') };
    const both = { ...ca, 'client.cert': certificate('client.crt'), 'client.key': certificate('client.key') };
    expect(await ask(host, { root: await rootWith(host, both) })).toBe(READ);
    expect(await ask(host, { root: await rootWith(host, ca) })).toEqual(
      failure(/it asks for a certificate of ours/, /client\.cert and client\.key/),
    );
    const half = await rootWith(host, { ...ca, 'client.cert': certificate('client.crt') });
    expect(await ask(host, { root: half })).toMatchObject({
      code: 'config-invalid',
      message: expect.stringMatching(/client\.key/),
    });
  });

  it('that this machine trusts are trusted, as by other tools', async () => {
    const { host } = kept(await tlsFront((await registry()).host));
    // The system's store is what OpenSSL reads: here it is the file of the variable, which the client does not see.
    expect(await askInProcess(host, { SSL_CERT_FILE: certificate('ca.crt') })).toBe(READ);
  });
});

describe('a proxy', () => {
  const kinds = { http: httpProxy, socks5: socksProxy };

  it.each(Object.entries(kinds))('of %s is gone through, with its login', async (scheme, make) => {
    const front = kept(await tlsFront((await registry({ scheme: 'basic', user: USER })).host));
    const proxy = kept(await make({ to: front.port, login: 'me:p@ss' }));
    const through = (login: string) => {
      const env = { ...TRUSTED, HTTPS_PROXY: `${scheme}://${login}127.0.0.1:${proxy.port}` };
      return ask('registry.invalid', { env });
    };
    expect(await through('me:p%40ss@')).toBe(READ);
    expect(proxy.asked[0]).toBe('registry.invalid:443');
    for (const login of ['', 'me:s3cret@']) {
      const error = await through(login);
      expect(error).toEqual(
        failure(
          /the proxy (?:socks5:\/\/)?127\.0\.0\.1:\d+ \(HTTPS_PROXY\) does not connect to it: it (?:answered 407|asks for a login|refuses the login)/,
          /Write the login into HTTPS_PROXY/,
        ),
      );
      expect(`${String(error)}`).not.toMatch(/s3cret|hunter2/);
    }
  });

  it.each(Object.entries(kinds))('of %s that says nothing is given up, and named', async (scheme, make) => {
    const proxy = kept(await make({ to: 1, isSilent: true }));
    const env = { HTTPS_PROXY: `${scheme}://127.0.0.1:${proxy.port}` };
    expect(await ask('registry.invalid', { env })).toEqual(
      failure(
        /the proxy (?:socks5:\/\/)?127\.0\.0\.1:\d+ \(HTTPS_PROXY\).*no answer within 0.5 seconds/,
        /NO_PROXY/,
      ),
    );
  });

  it.each(Object.entries(kinds))('of %s that says nothing keeps no process alive', async (scheme, make) => {
    const proxy = kept(await make({ to: 1, isSilent: true }));
    const seen = { HTTPS_PROXY: `${scheme}://127.0.0.1:${proxy.port}` };
    expect(await askInProcess('registry.invalid', {}, seen)).toMatch(/no answer within 0.5 seconds/);
  });

  it.each(['http', 'socks5'])('of %s that is not there is named', async scheme => {
    const env = { ALL_PROXY: `${scheme}://127.0.0.1:1` };
    expect(await ask('registry.invalid', { env })).toEqual(
      failure(/the proxy (?:socks5:\/\/)?127\.0\.0\.1:1 \(ALL_PROXY\).*ECONNREFUSED/, /Check ALL_PROXY/),
    );
  });

  it.each(Object.entries(kinds))('of %s lets nobody pass for an address', async (scheme, make) => {
    // Its certificate is for the names and addresses of this machine.
    const front = kept(await tlsFront((await registry()).host));
    const proxy = kept(await make({ to: front.port }));
    const env = { ...TRUSTED, HTTPS_PROXY: `${scheme}://127.0.0.1:${proxy.port}` };
    expect(await ask('10.9.8.7', { env })).toEqual(failure(/its certificate is for another host/));
    expect(await ask('[2001:db8::a:1]', { env })).toEqual(failure(/its certificate is for another host/));
    const [four, six] = [proxy.asked[0], proxy.asked.at(-1)];
    const isSocks = scheme === 'socks5';
    expect(four).toBe('10.9.8.7:443');
    expect(six).toBe(isSocks ? '20010db80000000000000000000a0001:443' : '[2001:db8::a:1]:443');
  });

  it('says why it does not connect', async () => {
    const proxy = kept(await socksProxy({ to: 1 }));
    const env = { HTTPS_PROXY: `socks5h://127.0.0.1:${proxy.port}` };
    expect(await ask('forbidden.invalid', { env })).toEqual(
      failure(/its rules do not permit the connection/),
    );
  });

  it('forwards what is asked for in clear text, where that is permitted', async () => {
    const plain = await registry();
    const proxy = kept(await httpProxy({ to: Number(plain.host.split(':')[1]) }));
    const env = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` };
    expect(await ask('registry.invalid:5000', { env })).toEqual(failure(/ENOTFOUND|EAI_AGAIN/));
    expect(await ask('registry.invalid:5000', { env, isInsecure: true })).toBe(READ);
    expect(proxy.asked).toEqual(['http://registry.invalid:5000/v2/app/manifests/1']);
  });
});

it('an answer that makes another protocol of the connection is told', async () => {
  const upgrade: Fault = {
    on: /manifests/,
    do: response => {
      response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
    },
  };
  const { host } = await registry({ faults: [upgrade] });
  expect(await ask(host)).toEqual(failure(/it answered 101/));
});

it('a certificate is not looked at where a configuration permits it', async () => {
  const { host } = kept(await tlsFront((await registry()).host, { shows: 'other' }));
  expect(await ask(host, { isInsecure: true })).toBe(READ);
});
