import { beforeAll, describe, expect, it } from 'vitest';
import type { Digest } from '../../../src/base/digest.ts';
import { RegistryClient } from '../../../src/image/registry/registry-client.ts';
import { registryUnreachable } from '../../../src/image/registry/registry-errors.ts';
import { REGISTRY_LIMITS } from '../../../src/image/registry/registry-limits.ts';
import type { RegistryOptions } from '../../../src/image/registry/registry-session.ts';
import { bytesOfStream } from '../../support/conformance/medium.ts';
import type { FabricatedImage } from '../../support/fabricate/image.ts';
import { loopbackServer } from '../../support/registry/loopback-server.ts';
import type { Fault, StrictRegistryOptions } from '../../support/registry/strict-registry.ts';
import { imageOf, USER, withRegistry } from '../../support/registry/with-registry.ts';

const RETRY = { ...REGISTRY_LIMITS.retry, firstWait: 5, maxWait: 2000 };
const LIMITS = { ...REGISTRY_LIMITS, head: 300, idle: 300, body: 300, retry: RETRY };
const CREDENTIALS = { kind: 'password', username: USER.name, password: USER.password } as const;

const failure = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

let image: FabricatedImage;
let layer: Digest;
beforeAll(async () => {
  image = await imageOf([1, 2, 3]);
  const [first] = image.layers;
  if (!first) throw new TypeError('it has layers');
  layer = first.digest;
});

/** The bytes of the first layer, and what the registry was asked. */
async function fetched(
  registry: StrictRegistryOptions,
  more: Partial<RegistryOptions> = {},
): Promise<readonly string[]> {
  let requests: readonly string[] = [];
  await withRegistry([image], registry, async ({ host, requests: seen }) => {
    const credentials = async () => CREDENTIALS;
    const client = new RegistryClient({
      registry: host,
      repository: 'app',
      env: {},
      homeDir: '/nonexistent',
      credentials,
      limits: LIMITS,
      ...more,
    });
    try {
      const bytes = await bytesOfStream(client.blob(layer));
      expect(bytes.equals(image.layers[0]?.bytes ?? Buffer.alloc(0))).toBe(true);
    } finally {
      client.close();
      requests = seen;
    }
  });
  return requests;
}

const onBlob = (act: Fault['do']): Fault => ({ on: /\/blobs\//, do: act });
const status = (code: number, headers: Record<string, string> = {}) =>
  onBlob(response => void response.writeHead(code, headers).end());

describe('a registry that is busy', () => {
  it('is asked again when it says', async () => {
    const since = performance.now();
    const soon = new Date(Date.now() + 100).toUTCString();
    const faults = [status(429, { 'retry-after': '1' }), status(503, { 'retry-after': soon }), status(502)];
    expect(await fetched({ faults })).toHaveLength(4);
    expect(performance.now() - since).toBeGreaterThan(990);
  });

  it('is asked four times in all', async () => {
    const faults = new Array<Fault>(9).fill(status(500));
    await expect(fetched({ faults })).rejects.toThrowError(failure('registry-unreachable', /answered 500/));
    expect(await fetched({ faults: faults.slice(0, 3) })).toHaveLength(4);
  });

  it('is not waited for where it asks for too much, and says how long that is', async () => {
    const since = performance.now();
    const faults = [status(429, { 'retry-after': '60' })];
    await expect(fetched({ faults })).rejects.toThrowError(
      failure('registry-unreachable', /refuses more requests .*429.* asks to wait for 60 seconds/),
    );
    expect(performance.now() - since).toBeLessThan(1000);
  });

  it('is not waited for over and over', async () => {
    const limits = { ...LIMITS, retry: { ...RETRY, maxTotalWait: 12 } };
    const faults = [status(500), status(500)];
    await expect(fetched({ faults }, { limits })).rejects.toThrowError(
      failure('registry-unreachable', /500/),
    );
  });
});

describe('a registry that breaks off', () => {
  const half = (response: Parameters<Fault['do']>[0], bytes: Buffer) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  };
  const breaks = onBlob((response, blob) => half(response, blob?.bytes ?? Buffer.alloc(0)));

  it('is asked for the rest', async () => {
    const rest = onBlob((response, blob, request) => {
      const bytes = blob?.bytes ?? Buffer.alloc(0);
      const [, start = '', end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
      expect(Number(end)).toBe(bytes.length - 1);
      response.writeHead(206, { 'content-range': `bytes ${start}-${end}/${bytes.length}` });
      response.end(bytes.subarray(Number(start)));
    });
    expect(await fetched({ faults: [breaks, rest] })).toHaveLength(2);
  });

  it('may know no ranges, and send it all again', async () => {
    expect(await fetched({ faults: [breaks] })).toHaveLength(2);
  });

  it.each([400, 416])('may refuse ranges by %i, and send it all again', async code => {
    expect(await fetched({ faults: [breaks, status(code)] })).toHaveLength(3);
  });

  it('is asked again and again, as long as it gets on', async () => {
    const bytes = Buffer.alloc(12 * 1024 * 1024, 'x');
    let count = 0;
    const server = await loopbackServer((request, response) => {
      count += 1;
      const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const headers = { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
      response.writeHead(start === 0 ? 200 : 206, { ...headers, 'content-length': bytes.length - start });
      response.write(bytes.subarray(start, start + 2 * 1024 * 1024), () => response.destroy());
    });
    const limits = { ...LIMITS, retry: { ...LIMITS.retry, maxAttempts: 3 } };
    const credentials = async () => null;
    const own = { registry: server.host, repository: 'app', env: {}, homeDir: '/nonexistent' };
    const client = new RegistryClient({ ...own, credentials, limits });
    expect((await bytesOfStream(client.blob(layer))).length).toBe(bytes.length);
    expect(count).toBeGreaterThan(5);
    client.close();
    await server.close();
  });

  it('may be sent in parts that are shorter than what was asked for', async () => {
    const bytes = Buffer.alloc(3 * 1024 * 1024, 'x');
    let count = 0;
    const server = await loopbackServer((request, response) => {
      count += 1;
      const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      if (start === 0) {
        response.writeHead(200, { 'content-length': bytes.length });
        return void response.write(bytes.subarray(0, 300_000), () => response.destroy());
      }
      const part = bytes.subarray(start, start + 400_000);
      const range = `bytes ${start}-${start + part.length - 1}/${bytes.length}`;
      response.writeHead(206, { 'content-range': range, 'content-length': part.length }).end(part);
    });
    const own = { registry: server.host, repository: 'app', env: {}, homeDir: '/nonexistent' };
    const client = new RegistryClient({ ...own, credentials: async () => null, limits: LIMITS });
    expect((await bytesOfStream(client.blob(layer))).length).toBe(bytes.length);
    expect(count).toBeLessThan(12);
    client.close();
    await server.close();
  });

  it('may not send a part of what it was asked for whole', async () => {
    await expect(fetched({ faults: [status(206)] })).rejects.toThrowError(
      failure('registry-unreachable', /answered 206/),
    );
  });

  it('may not go on in another place', async () => {
    const wrong = onBlob(response => {
      response.writeHead(206, { 'content-range': 'bytes 999999999-1000000000/1000000001' }).end('x');
    });
    const faults = [breaks, wrong, wrong, wrong];
    await expect(fetched({ faults })).rejects.toThrowError(failure('input-truncated', /in another place/));
  });

  it('again and again is given up', async () => {
    const faults = new Array<Fault>(9).fill(breaks);
    await expect(fetched({ faults })).rejects.toThrowError(
      failure('input-truncated', /stopped sending the blob sha256.* after \d+ bytes/),
    );
  });
});

describe('a client that is closed', () => {
  it('stops, and asks for nothing more', async () => {
    const endless = onBlob(response => void response.writeHead(200).write('x'.repeat(1000)));
    const faults = new Array<Fault>(4).fill(endless);
    await withRegistry([image], { faults }, async ({ host, requests }) => {
      const credentials = async () => null;
      const client = new RegistryClient({
        registry: host,
        repository: 'app',
        env: {},
        homeDir: '/nonexistent',
        credentials,
      });
      const read = async () => {
        for await (const _chunk of client.blob(layer)) client.close();
      };
      await expect(read()).rejects.toThrowError(
        failure('input-truncated', /stopped sending .* after 1000 bytes/),
      );
      expect(requests).toHaveLength(1);
    });
  });
});

describe('a registry that does not come to an end', () => {
  it('never answers', async () => {
    const faults = [onBlob(() => undefined)];
    await expect(fetched({ faults })).rejects.toThrowError(
      failure('registry-unreachable', /no answer within/),
    );
  });

  it('stops in the middle', async () => {
    const faults = new Array<Fault>(4).fill(onBlob(response => void response.writeHead(200).write('x')));
    await expect(fetched({ faults })).rejects.toThrowError(failure('input-truncated', /after 1 bytes/));
  });

  it('trickles', async () => {
    const trickle = onBlob(response => {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    });
    const faults = new Array<Fault>(4).fill(trickle);
    await expect(fetched({ faults })).rejects.toThrowError(failure('input-truncated', /sends too slowly/));
  });

  it('sends a manifest without an end', async () => {
    const endless: Fault = {
      on: /\/manifests\//,
      do: response => {
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536, ' ')));
        };
        response.on('drain', more);
        more();
      },
    };
    await withRegistry([image], { faults: [endless] }, async ({ host }) => {
      const credentials = async () => null;
      const client = new RegistryClient({
        registry: host,
        repository: 'app',
        env: {},
        homeDir: '/nonexistent',
        credentials,
      });
      await expect(client.manifest('1')).rejects.toThrowError(failure('limit-exceeded', /bytes/));
      client.close();
    });
  });

  it('redirects for ever', async () => {
    const loop = onBlob(
      (response, _blob, { url = '' }) => void response.writeHead(307, { location: url }).end(),
    );
    const faults = new Array<Fault>(9).fill(loop);
    await expect(fetched({ faults })).rejects.toThrowError(failure('registry-unreachable', /for ever/));
  });
});

describe('credentials', () => {
  it('serve until the registry asks again', async () => {
    await withRegistry([image], { user: USER, tokenServes: 2 }, async ({ host, requests }) => {
      let asked = 0;
      const credentials = async () => {
        asked += 1;
        return CREDENTIALS;
      };
      const options = {
        registry: host,
        repository: 'app',
        env: {},
        homeDir: '/nonexistent',
        credentials,
        limits: LIMITS,
      };
      const client = new RegistryClient(options);
      for (const { digest } of image.layers) await bytesOfStream(client.blob(digest));
      const kinds = requests.map(line => /token|blobs/.exec(line)?.[0]);
      expect(kinds).toEqual(['blobs', 'token', 'blobs', 'blobs', 'blobs', 'token', 'blobs']);
      expect(asked).toBe(1);
      client.close();
    });
  });

  it('are asked for once, and one token serves requests at once', async () => {
    await withRegistry([image], { user: USER }, async ({ host, requests }) => {
      let asked = 0;
      const credentials = async () => {
        asked += 1;
        return CREDENTIALS;
      };
      const client = new RegistryClient({
        registry: host,
        repository: 'app',
        env: {},
        homeDir: '/nonexistent',
        credentials,
        limits: LIMITS,
      });
      await Promise.all(image.layers.map(({ digest }) => bytesOfStream(client.blob(digest))));
      expect(asked).toBe(1);
      expect(requests.filter(line => line.includes('/token'))).toHaveLength(1);
      client.close();
    });
  });

  it('are not needed where a token is for anybody', async () => {
    const requests = await fetched({ anonymous: true }, { credentials: async () => null });
    expect(requests[1]).toMatch(/^GET \/token\?service=tests&scope=repository%3Aapp%3Apull$/);
  });

  it('may be a refresh token', async () => {
    const credentials = async () => ({ kind: 'identity-token', token: 'refresh' }) as const;
    expect(await fetched({ refreshToken: 'refresh' }, { credentials })).toHaveLength(3);
  });

  it('that are wrong are told, without them', async () => {
    const credentials = async () => ({ ...CREDENTIALS, password: 'wr0ng' });
    for (const scheme of ['basic', 'bearer'] as const) {
      const error = await fetched({ user: USER, scheme }, { credentials }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'permission-denied',
        message: expect.stringMatching(/127\.0\.0\.1/),
      });
      expect(error).toMatchObject({ remedy: expect.stringContaining('docker login 127.0.0.1') });
      expect(JSON.stringify(error) + String(error)).not.toMatch(/wr0ng|bWU6d3Iw/);
    }
  });

  it('do not go where the clear text would travel over a network', async () => {
    for (const realm of ['http://registry.example/token', 'ftp://127.0.0.1/token', 'nonsense:', 'https://']) {
      const open = fetched({ user: USER, realm });
      await expect(open).rejects.toThrowError(failure('registry-unreachable', /tokens is not safe/));
    }
  });

  it('stay with the registry when it redirects, even when the other host asks for them', async () => {
    const seen: (string | undefined)[] = [];
    const thief = await loopbackServer((request, response) => {
      seen.push(request.headers.authorization);
      const realm = `http://${thief.host}/steal`;
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="tests"` }).end();
    });
    const away = onBlob(response => {
      response.writeHead(307, { location: `http://you:me@${thief.host}/blob` }).end();
    });
    try {
      for (const faults of [[status(401, { 'www-authenticate': 'Basic' }), away], [away]]) {
        const open = fetched({ user: USER, faults });
        await expect(open).rejects.toThrowError(failure('permission-denied', /denies access to/));
      }
      expect(seen).toEqual([undefined, undefined]);
    } finally {
      await thief.close();
    }
  });

  it('in a form are not sent on', async () => {
    let sent = false;
    const thief = await loopbackServer((_request, response) => {
      sent = true;
      response.end('{"token":"x"}');
    });
    const redirect: Fault = {
      on: /\/token$/,
      do: response => void response.writeHead(307, { location: `http://${thief.host}/` }).end(),
    };
    const credentials = async () => ({ kind: 'identity-token', token: 'refresh' }) as const;
    try {
      const open = fetched({ refreshToken: 'refresh', faults: [redirect] }, { credentials });
      await expect(open).rejects.toThrowError(failure('registry-unreachable', /answered 307/));
      expect(sent).toBe(false);
    } finally {
      await thief.close();
    }
  });

  it('that could not be in a header are none', async () => {
    const token: Fault = { on: /\/token$/, do: response => void response.end('{"token":"a\\r\\nb"}') };
    await expect(fetched({ user: USER, faults: [token] })).rejects.toThrowError(
      failure('registry-unreachable', /an invalid token/),
    );
  });
});

describe('a registry with TLS', () => {
  it('is asked through the proxy, whose password is not told', async () => {
    const asked: string[] = [];
    const { createServer } = await import('node:http');
    const proxy = createServer().on('connect', ({ url, headers }, socket) => {
      asked.push(`${url} ${headers['proxy-authorization']}`);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
    const address = proxy.address();
    const port = typeof address === 'object' ? address?.port : '';
    const open = (env: Record<string, string>) => {
      const credentials = async () => null;
      const options = {
        registry: 'registry.invalid',
        repository: 'app',
        env,
        homeDir: '/nonexistent',
        credentials,
        limits: LIMITS,
      };
      return new RegistryClient(options).manifest('1').catch((error: unknown) => error);
    };
    const error = await open({ HTTPS_PROXY: `http://me:pa55@127.0.0.1:${port}` });
    expect(error).toMatchObject({ code: 'registry-unreachable' });
    expect(asked).toEqual([`registry.invalid:443 Basic ${Buffer.from('me:pa55').toString('base64')}`]);
    expect(String(error)).not.toMatch(/pa55|bWU6/);
    expect(String(await open({ HTTPS_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: '.invalid' }))).toMatch(
      /ENOTFOUND|EAI_AGAIN/,
    );
    expect(asked).toHaveLength(1);
    proxy.close();
  });

  it('may have a certificate that nobody knows', () => {
    for (const code of [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'CERT_HAS_EXPIRED',
    ]) {
      const { remedy } = registryUnreachable('a.example', Object.assign(new Error('x'), { code }));
      expect(remedy).toMatch(/certs\.d\/a\.example\/ca\.crt.*SSL_CERT_FILE|renew it/);
    }
    expect(registryUnreachable('a.example', new Error('x')).remedy).toMatch(/HTTPS_PROXY/);
  });

  it('needs a proxy with an address', () => {
    const env = { HTTPS_PROXY: 'http://me:pa55@[::' };
    const credentials = async () => null;
    const open = () =>
      new RegistryClient({
        registry: 'a.example',
        repository: 'app',
        env,
        homeDir: '/nonexistent',
        credentials,
      });
    expect(open).toThrowError(failure('config-invalid', /^HTTPS_PROXY is not the address of a proxy\.$/));
  });
});
