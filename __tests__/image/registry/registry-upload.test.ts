import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DeadweightError } from '../../../src/base/errors.ts';
import { pushRefused } from '../../../src/image/registry/push-errors.ts';
import { REGISTRY_LIMITS } from '../../../src/image/registry/registry-limits.ts';
import type { RegistryOptions } from '../../../src/image/registry/registry-session.ts';
import { RegistryUploads } from '../../../src/image/registry/registry-upload.ts';
import { uploadUrl } from '../../../src/image/registry/registry-url.ts';
import type { OutgoingBlob } from '../../../src/image/targets/image-target.ts';
import { exitCodeOf } from '../../../src/run/exit-code.ts';
import { blobOf } from '../../support/fabricate/image.ts';
import { countedRegistry } from '../../support/registry/counted-registry.ts';
import { type LoopbackServer, loopbackServer } from '../../support/registry/loopback-server.ts';
import { identityOf, outgoing, streamOf } from '../../support/registry/outgoing.ts';
import type { Fault, StrictRegistry, StrictRegistryOptions } from '../../support/registry/strict-registry.ts';
import { imageOf, USER, withRegistry } from '../../support/registry/with-registry.ts';

const RETRY = { ...REGISTRY_LIMITS.retry, firstWait: 5, maxWait: 2000 };
const LIMITS = { ...REGISTRY_LIMITS, retry: RETRY };
/** For registries that say nothing. */
const SHORT = { ...LIMITS, head: 400, idle: 400, store: 400, cancel: 400 };
const CREDENTIALS = { kind: 'password', username: USER.name, password: USER.password } as const;
const BYTES = randomBytes(3_000_000);
const IDENTITY = identityOf(BYTES);

const failure = (code: string, message: RegExp, remedy = /./) =>
  expect.objectContaining({
    code,
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(remedy),
  });

type Body = (uploads: RegistryUploads, registry: StrictRegistry) => Promise<unknown>;

/** Writes to `app`; nothing may stay open behind it. @returns method and kind of each request */
async function writing(
  options: StrictRegistryOptions,
  body: Body,
  more: Partial<RegistryOptions> = {},
): Promise<readonly string[]> {
  let lines: readonly string[] = [];
  const images = [await imageOf([1], 'other/app:1')];
  await withRegistry(images, options, async registry => {
    const uploads = new RegistryUploads({
      registry: registry.host,
      repository: 'app',
      env: {},
      homeDir: '/nonexistent',
      root: '/nonexistent',
      credentials: async () => CREDENTIALS,
      limits: LIMITS,
      ...more,
    });
    try {
      await body(uploads, registry);
    } finally {
      await uploads.close();
      await uploads.close();
      lines = registry.requests.map(shortened);
    }
  });
  return lines;
}

/** `PATCH /v2/app/blobs/uploads/12ab?_state=…` as `PATCH upload`. */
function shortened(line: string): string {
  const [method = '', url = ''] = line.split(' ');
  if (url.startsWith('/token')) return 'token';
  if (url.includes('mount=')) return 'mount';
  return `${method} ${/\/uploads\/./.test(url) ? 'upload' : /uploads(?=\/)|blobs(?=\/sha)|manifests/.exec(url)?.[0]}`;
}

const on = (pattern: RegExp, act: Fault['do']): Fault => ({ on: pattern, do: act });
const PATCH = /^PATCH .*uploads/;
const PUT = /^PUT .*uploads/;
const POST = /^POST .*uploads/;
const MANIFEST = /^PUT .*manifests/;
const answered = (pattern: RegExp, status: number, body = '', headers: Record<string, string> = {}) =>
  on(pattern, (response, _blob, request) => {
    request.resume();
    response.writeHead(status, headers).end(body);
  });
const error = (code: string, message: string) => JSON.stringify({ errors: [{ code, message }] });
const STORED = (registry: StrictRegistry) =>
  registry.contents.held('app', IDENTITY.digest)?.bytes.equals(BYTES);

async function stored(
  options: StrictRegistryOptions,
  blob: OutgoingBlob = outgoing(BYTES),
  source: string | null = null,
) {
  return await writing(options, async (uploads, registry) => {
    expect(await uploads.blob(blob, source)).toEqual(IDENTITY);
    expect(STORED(registry)).toBe(true);
    expect(registry.openUploads()).toBe(0);
  });
}

describe('a blob', () => {
  it('whose digest nobody knows is sent, and named behind it', async () => {
    const blob = outgoing(BYTES);
    expect(await stored({}, blob)).toEqual(['POST uploads', 'PATCH upload', 'PUT upload']);
    expect(blob.opened()).toBe(1);
  });

  it('whose digest is known is asked for first', async () => {
    const requests = ['HEAD blobs', 'POST uploads', 'PATCH upload', 'PUT upload'];
    expect(await stored({}, outgoing(BYTES, { isKnown: true }))).toEqual(requests);
  });

  it('that is there is not sent', async () => {
    const blob = outgoing(BYTES, { isKnown: true });
    const requests = await writing({}, async (uploads, registry) => {
      registry.contents.addBlob('app', blobOf(BYTES, 'x'));
      expect(await uploads.blob(blob, 'other/app')).toEqual(IDENTITY);
    });
    expect(requests).toEqual(['HEAD blobs']);
    expect(blob.opened()).toBe(0);
  });

  it.each([403, 405, 500])('may not be asked for (%i)', async status => {
    const faults = new Array<Fault>(4).fill(answered(/^HEAD/, status)).slice(0, status === 500 ? 4 : 1);
    expect((await stored({ faults }, outgoing(BYTES, { isKnown: true }))).at(-1)).toBe('PUT upload');
  });

  it('of another length under its digest is no such blob', async () => {
    const faults = [answered(/^HEAD/, 200, '', { 'content-length': '7' })];
    expect((await stored({ faults }, outgoing(BYTES, { isKnown: true }))).at(-1)).toBe('PUT upload');
  });

  it('goes on where the registry says, with the query that is there', async () => {
    await stored({ locations: 'relative' });
    await stored({ locations: 'relative', user: USER, scheme: 'basic' }, outgoing(BYTES, { isKnown: true }));
  });

  it('may be followed by a registry that says no more where it goes on', async () => {
    const faults = [
      on(PATCH, (response, _blob, request) => {
        request.resume().on('end', () => response.writeHead(202).end());
      }),
      answered(/^PUT/, 201),
    ];
    await writing({ faults }, async uploads =>
      expect(await uploads.blob(outgoing(BYTES), null)).toEqual(IDENTITY),
    );
  });
});

describe('a blob of another repository', () => {
  const mounting = (options: StrictRegistryOptions, body?: Body) =>
    writing(options, async (uploads, registry) => {
      registry.contents.addBlob('other/app', blobOf(BYTES, 'x'));
      expect(await uploads.blob(outgoing(BYTES, { isKnown: true }), 'other/app')).toEqual(IDENTITY);
      expect(STORED(registry)).toBe(true);
      await body?.(uploads, registry);
    });

  it('is taken over', async () => {
    expect(await mounting({})).toEqual(['HEAD blobs', 'mount']);
  });

  it('is asked for with a token that reads it, and no other request is', async () => {
    const second = randomBytes(1000);
    const requests = await mounting({ user: USER }, async (uploads, registry) => {
      registry.contents.addBlob('other/app', blobOf(second, 'x'));
      await uploads.blob(outgoing(second, { isKnown: true }), 'other/app');
      await uploads.blob(outgoing(randomBytes(1000), { name: 'layer 2' }), null);
      const tokens = registry.requests.filter(line => line.includes('/token'));
      const scopes = tokens.map(line => new URL(line.slice(4), 'http://x').searchParams.getAll('scope'));
      expect(scopes).toEqual([
        ['repository:app:pull,push'],
        ['repository:app:pull,push', 'repository:other/app:pull'],
      ]);
    });
    expect(requests.filter(line => line === 'mount')).toHaveLength(3);
  });

  it('is uploaded where the registry knows no mounts', async () => {
    expect((await mounting({ mounts: false })).slice(-3)).toEqual(['mount', 'PATCH upload', 'PUT upload']);
  });

  it('is uploaded where it has lost it', async () => {
    const requests = await stored({}, outgoing(BYTES, { isKnown: true }), 'other/app');
    expect(requests.slice(-3)).toEqual(['mount', 'PATCH upload', 'PUT upload']);
  });

  it.each([
    ['the token permits less than was asked for', { hidden: ['other/app'] }],
    ['no token is given', { hidden: ['other/app'], refusesTokens: true }],
    ['the password does not read it', { hidden: ['other/app'], scheme: 'basic' }],
  ] as const)('is uploaded where %s, and asked for no more', async (_why, access) => {
    const requests = await mounting({ user: USER, ...access }, async uploads => {
      await uploads.blob(outgoing(randomBytes(1000), { isKnown: true }), 'other/app');
    });
    expect(requests.slice(-4)).toEqual(['HEAD blobs', 'POST uploads', 'PATCH upload', 'PUT upload']);
    expect(requests.filter(line => line === 'PATCH upload')).toHaveLength(2);
  });

  it.each([400, 403, 404, 405])('is uploaded where mounts are refused (%i)', async status => {
    const requests = await mounting({ faults: [answered(POST, status)] });
    expect(requests.slice(-4)).toEqual(['mount', 'POST uploads', 'PATCH upload', 'PUT upload']);
  });
});

describe('another host that takes uploads', () => {
  it('gets no credentials, also where it asks for them', async () => {
    let elsewhere: LoopbackServer | null = null;
    const options = { user: USER, locations: () => elsewhere?.host ?? '' };
    await writing(options, async (uploads, registry) => {
      elsewhere = await countedRegistry(registry.host);
      try {
        expect(await uploads.blob(outgoing(BYTES), null)).toEqual(IDENTITY);
        expect(STORED(registry)).toBe(true);
      } finally {
        await elsewhere.close();
      }
    });
    const seen: (string | undefined)[] = [];
    const thief = await loopbackServer((request, response) => {
      seen.push(request.headers.authorization);
      request.resume();
      const realm = `http://${thief.host}/steal`;
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="tests"` }).end();
    });
    const away = answered(POST, 202, '', { location: `http://me:pw@${thief.host}/up` });
    await writing({ user: USER, scheme: 'basic', faults: [away, away] }, async uploads => {
      // The registry knows who it is by then.
      const blob = outgoing(BYTES, { isKnown: true });
      await expect(uploads.blob(blob, null)).rejects.toThrowError(failure('push-failed', /let you write/));
    });
    await thief.close();
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.filter(Boolean)).toEqual([]);
  });

  it('that a redirect leads to gets the blob, and no credentials', async () => {
    const seen: (string | undefined)[] = [];
    let bytes = 0;
    const other = await loopbackServer((request, response) => {
      seen.push(request.headers.authorization);
      request.on('data', chunk => {
        bytes += chunk.length;
      });
      request.on('end', () =>
        response.writeHead(request.method === 'PUT' ? 201 : 202, { location: '/up' }).end(),
      );
    });
    const faults = [
      on(PATCH, (response, _blob, request) => {
        request.resume();
        response.writeHead(307, { location: `http://${other.host}/up` }).end();
      }),
    ];
    const blob = outgoing(BYTES);
    await writing({ user: USER, faults }, async uploads =>
      expect(await uploads.blob(blob, null)).toEqual(IDENTITY),
    );
    await other.close();
    expect([bytes, blob.opened(), seen]).toEqual([BYTES.length, 2, [undefined, undefined]]);
  });

  it.each([301, 302, 303])('is not followed by %i: it would be another request', async status => {
    const faults = [answered(POST, status, '', { location: '/elsewhere' })];
    await writing({ faults }, async uploads => {
      await expect(uploads.blob(outgoing(BYTES), null)).rejects.toThrowError(
        failure('push-failed', /answered 30/),
      );
    });
  });

  it('is spoken to with TLS alone', () => {
    const home = new URL('https://r.example/v2/');
    const from = new URL('https://r.example/v2/app/blobs/uploads/?mount=x');
    const href = (location: string | undefined) => uploadUrl(location, from, home).href;
    expect(href('/up/1?_state=a%2Fb%20~')).toBe('https://r.example/up/1?_state=a%2Fb%20~');
    expect(href('2?x')).toBe('https://r.example/v2/app/blobs/uploads/2?x');
    expect(href('https://s3.example/1')).toBe('https://s3.example/1');
    expect(href('http://r.example/up/1')).toBe('https://r.example/up/1');
    for (const unsafe of [
      'http://s3.example/1',
      'http://r.example:8080/1',
      'ftp://r.example/1',
      'http://',
      undefined,
      '',
    ])
      expect(() => href(unsafe)).toThrowError(/not safe|does not say/);
  });

  it.each([{}, { location: 'http://other.example/up' }])('must be named, and be safe (%o)', async headers => {
    await writing({ faults: [answered(POST, 202, '', headers)] }, async uploads => {
      await expect(uploads.blob(outgoing(BYTES), null)).rejects.toThrowError(
        failure('push-failed', /not safe|does not say where/),
      );
    });
  });
});

describe('a token', () => {
  it('serves until it has run out, and then nothing is sent twice that was taken', async () => {
    const blob = outgoing(BYTES);
    const requests = await stored({ user: USER, tokenServes: 2 }, blob);
    const sent = [
      'POST uploads',
      'token',
      'POST uploads',
      'PATCH upload',
      'PUT upload',
      'token',
      'PUT upload',
    ];
    expect(requests).toEqual(sent);
    expect(blob.opened()).toBe(1);
  });

  it('that has run out before the blob is sent is renewed, and the upload begun anew', async () => {
    const blob = outgoing(BYTES);
    const requests = await stored({ user: USER, tokenServes: 1 }, blob).catch((thrown: unknown) => thrown);
    expect(requests).toEqual(failure('push-failed', /let you write/));
    const expiring = on(PATCH, (response, _blob, request) => {
      request.resume();
      const header = `Bearer realm="http://${request.headers.host}/token",service="tests"`;
      response.writeHead(401, { 'www-authenticate': header }).end();
    });
    const renewed = await stored({ user: USER, faults: [expiring] });
    expect(renewed.slice(2)).toEqual([
      ...['POST uploads', 'PATCH upload', 'token', 'DELETE upload'],
      ...['POST uploads', 'PATCH upload', 'PUT upload'],
    ]);
  });

  it('may be given for a refresh token', async () => {
    const credentials = async () => ({ kind: 'identity-token', token: 'refresh' }) as const;
    await writing(
      { refreshToken: 'refresh' },
      async (uploads, registry) => {
        registry.contents.addBlob('other/app', blobOf(BYTES, 'x'));
        await uploads.blob(outgoing(BYTES, { isKnown: true }), 'other/app');
        expect(STORED(registry)).toBe(true);
      },
      { credentials },
    );
  });

  it('that permits to read alone is told', async () => {
    await writing({ user: USER, readOnly: ['app'] }, async (uploads, { host }) => {
      await expect(uploads.blob(outgoing(BYTES), null)).rejects.toThrowError(
        failure(
          'push-failed',
          new RegExp(`${host} does not let you write to ${host}/app .*authentication`),
          /docker login/,
        ),
      );
    });
  });

  it('that nobody gives is told, without the password', async () => {
    const credentials = async () => ({ ...CREDENTIALS, password: 'wr0ng' });
    await writing(
      { user: USER },
      async uploads => {
        const thrown = await uploads.blob(outgoing(BYTES), null).catch((caught: unknown) => caught);
        expect(thrown).toEqual(failure('push-failed', /stored credentials no right/));
        expect(JSON.stringify(thrown) + String(thrown)).not.toMatch(/wr0ng|bWU6/);
      },
      { credentials },
    );
    const anonymous = { credentials: async () => null };
    await writing(
      { user: USER },
      async uploads => {
        await expect(uploads.blob(outgoing(BYTES), null)).rejects.toThrowError(
          failure('push-failed', /who log in/),
        );
      },
      anonymous,
    );
  });
});

describe('a registry that is busy or breaks off', () => {
  it('is asked again before anything is sent', async () => {
    const blob = outgoing(BYTES);
    const faults = [answered(POST, 429, '', { 'retry-after': '1' }), answered(POST, 503)];
    await stored({ faults }, blob);
    expect(blob.opened()).toBe(1);
  });

  it.each([429, 500, 503, 404])('gets the blob once more where it refuses it by %i', async status => {
    const blob = outgoing(BYTES);
    const requests = await stored({ faults: [answered(PATCH, status)] }, blob);
    expect(blob.opened()).toBe(2);
    expect(requests).toContain('DELETE upload');
  });

  it('gets it once more where it breaks off in the middle', async () => {
    const blob = outgoing(BYTES);
    const breaks = on(
      PATCH,
      (response, _blob, request) => void request.once('data', () => response.destroy()),
    );
    await stored({ faults: [breaks, breaks] }, blob);
    expect(blob.opened()).toBe(3);
  });

  it('reads a blob afresh when nothing reads it any more', async () => {
    let readers = 0;
    const most: number[] = [];
    const breaks = on(
      PATCH,
      (response, _blob, request) => void request.once('data', () => response.destroy()),
    );
    await writing({ faults: [breaks] }, async (uploads, registry) => {
      async function* chunks() {
        readers += 1;
        most.push(readers);
        try {
          yield BYTES.subarray(0, 1_000_000);
          if (most.length === 1) {
            while (registry.requests.filter(line => POST.test(line)).length < 2) await setImmediate();
            for (let turn = 0; turn < 300; turn += 1) await setImmediate();
          }
          yield BYTES.subarray(1_000_000);
        } finally {
          readers -= 1;
        }
      }
      const open = () => streamOf(chunks());
      expect(await uploads.blob({ name: 'layer 1', known: null, from: null, open }, null)).toEqual(IDENTITY);
      expect(STORED(registry)).toBe(true);
    });
    expect(most).toEqual([1, 1]);
  });

  it('is given up where it breaks off again and again', async () => {
    const breaks = on(
      PATCH,
      (response, _blob, request) => void request.once('data', () => response.destroy()),
    );
    const blob = outgoing(BYTES);
    await writing({ faults: new Array<Fault>(9).fill(breaks) }, async (uploads, registry) => {
      await expect(uploads.blob(blob, null)).rejects.toThrowError(
        failure('push-failed', /stopped taking layer 1 after \d+ bytes/),
      );
      expect(registry.openUploads()).toBe(0);
    });
    expect(blob.opened()).toBe(4);
  });

  it.each([
    ['takes nothing more', on(PATCH, () => undefined)],
    ['answers nothing', on(PATCH, (_response, _blob, request) => void request.resume())],
  ])('is given up where it %s', async (_what, silent) => {
    await writing(
      { faults: new Array<Fault>(4).fill(silent) },
      async uploads => {
        const big = outgoing(Buffer.alloc(64 * 1024 * 1024));
        await expect(uploads.blob(big, null)).rejects.toThrowError(
          failure('push-failed', /stopped taking layer 1 .*(?:took nothing|no answer) within 0\.4 seconds/),
        );
      },
      { limits: SHORT },
    );
  });

  it('may have stored what it says nothing of', async () => {
    for (const isKnown of [true, false]) {
      const blob = outgoing(BYTES, { isKnown });
      let store = (): void => undefined;
      const lost = on(PUT, response => {
        store();
        response.destroy();
      });
      const forgotten = answered(PUT, 404, error('BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry'));
      await writing({ faults: [lost, forgotten] }, async (uploads, { contents }) => {
        store = () => contents.addBlob('app', blobOf(BYTES, 'x'));
        expect(await uploads.blob(blob, null)).toEqual(IDENTITY);
      });
      expect(blob.opened()).toBe(1);
    }
  });

  it('that takes a part for the whole is not believed', async () => {
    const early = answered(PATCH, 202);
    const blob = outgoing(Buffer.alloc(64 * 1024 * 1024));
    await writing({ faults: new Array<Fault>(4).fill(early) }, async uploads => {
      await expect(uploads.blob(blob, null)).rejects.toThrowError(
        failure('push-failed', /before it had all of it/),
      );
    });
  });

  it('that says how long it must be left alone is left alone', async () => {
    const since = performance.now();
    await writing({ faults: [answered(PATCH, 429, '', { 'retry-after': '60' })] }, async uploads => {
      await expect(uploads.blob(outgoing(BYTES), null)).rejects.toThrowError(
        failure('push-failed', /429.*60 seconds/),
      );
    });
    expect(performance.now() - since).toBeLessThan(5000);
  });
});

describe('what cannot be read', () => {
  it('is told as it is, and its upload cancelled', async () => {
    // As where the image comes from another registry.
    const broken = new DeadweightError('registry-unreachable', {
      message: 'It does not come.',
      remedy: 'Try again.',
    });
    let opened = 0;
    async function* chunks(): AsyncIterable<Uint8Array> {
      opened += 1;
      yield BYTES.subarray(0, 500_000);
      throw broken;
    }
    for (const known of [IDENTITY, null]) {
      const blob: OutgoingBlob = { name: 'layer 1', known, from: null, open: () => streamOf(chunks()) };
      const requests = await writing({}, async (uploads, registry) => {
        await expect(uploads.blob(blob, null)).rejects.toBe(broken);
        expect(registry.openUploads()).toBe(0);
      });
      expect(requests.slice(-3)).toEqual(['POST uploads', 'PATCH upload', 'DELETE upload']);
    }
    expect(opened).toBe(2);
  });

  it('is refused early by who closes the connection at once', async () => {
    const closing = on(PATCH, response => {
      response.writeHead(413, { connection: 'close' }).end('<html></html>');
    });
    for (let count = 0; count < 5; count += 1) {
      await writing({ faults: new Array<Fault>(4).fill(closing) }, async uploads => {
        const blob = outgoing(Buffer.alloc(16 * 1024 * 1024));
        await expect(uploads.blob(blob, null)).rejects.toThrowError(failure('push-failed', /too large/));
      });
    }
  });

  it('is read no further where the registry refuses it early', async () => {
    let isEnded = false;
    async function* chunks(): AsyncIterable<Uint8Array> {
      try {
        for (;;) yield Buffer.alloc(65_536);
      } finally {
        isEnded = true;
      }
    }
    const blob: OutgoingBlob = { name: 'layer 1', known: null, from: null, open: () => streamOf(chunks()) };
    await writing({ faults: [answered(PATCH, 413)] }, async uploads => {
      await expect(uploads.blob(blob, null)).rejects.toThrowError(failure('push-failed', /too large/));
    });
    await expect.poll(() => isEnded).toBe(true);
  });

  it('holds back who makes it where the registry takes nothing', async () => {
    let made = 0;
    async function* chunks(): AsyncIterable<Uint8Array> {
      for (; made < 4000; made += 1) yield Buffer.alloc(65_536);
    }
    const blob: OutgoingBlob = { name: 'layer 1', known: null, from: null, open: () => streamOf(chunks()) };
    await writing(
      { faults: [on(PATCH, () => undefined)] },
      async uploads => {
        await uploads.blob(blob, null).catch(() => undefined);
      },
      { limits: { ...SHORT, retry: { ...RETRY, maxAttempts: 1 } } },
    );
    expect(made).toBeLessThan(2000);
  });
});

describe('uploads that are closed', () => {
  /** A blob that comes to no end, and is closed in the middle. */
  function endless(onChunk: (count: number) => unknown): OutgoingBlob {
    async function* chunks(): AsyncIterable<Uint8Array> {
      for (let count = 0; ; count += 1) {
        onChunk(count);
        yield Buffer.alloc(65_536);
      }
    }
    return { name: 'layer 1', known: null, from: null, open: () => streamOf(chunks()) };
  }

  it('in the middle of a blob are cancelled', async () => {
    let closed: Promise<void> | undefined;
    const requests = await writing({ user: USER }, async (uploads, registry) => {
      const blob = endless(count => {
        if (count === 50) closed = uploads.close();
      });
      await expect(uploads.blob(blob, null)).rejects.toThrowError(
        failure('cancelled', /layer 1 was broken off/),
      );
      await closed;
      expect(registry.openUploads()).toBe(0);
    });
    expect(requests.at(-1)).toBe('DELETE upload');
  });

  it('while the next bytes are waited for are cancelled', async () => {
    await writing({}, async (uploads, registry) => {
      async function* chunks(): AsyncIterable<Uint8Array> {
        yield BYTES;
        setTimeout(() => void uploads.close(), 50);
        await new Promise(() => undefined);
      }
      const blob: OutgoingBlob = { name: 'layer 1', known: null, from: null, open: () => streamOf(chunks()) };
      await expect(uploads.blob(blob, null)).rejects.toThrowError(failure('cancelled', /layer 1/));
      await uploads.close();
      expect(registry.openUploads()).toBe(0);
    });
  });

  it('are cut off where the registry takes nothing, and cancelled', async () => {
    await writing(
      { faults: [on(PATCH, () => undefined)] },
      async (uploads, registry) => {
        async function* chunks(): AsyncIterable<Uint8Array> {
          yield Buffer.alloc(64 * 1024 * 1024);
        }
        const open = () => streamOf(chunks());
        const written = uploads.blob({ name: 'layer 1', known: null, from: null, open }, null);
        written.catch(() => undefined);
        await expect.poll(() => registry.requests.at(-1)).toMatch(/^PATCH/);
        await uploads.close();
        expect(registry.requests.at(-1)).toMatch(/^DELETE/);
        await expect(written).rejects.toThrowError(failure('cancelled', /layer 1/));
      },
      { limits: { ...LIMITS, cancel: 400 } },
    );
  });

  it('do not wait to try again', async () => {
    await writing(
      { faults: [answered(PATCH, 429, '', { 'retry-after': '2' })] },
      async (uploads, registry) => {
        let isOver = false;
        const written = uploads.blob(outgoing(BYTES), null).catch((thrown: unknown) => {
          isOver = true;
          return thrown;
        });
        await expect.poll(() => registry.requests.at(-1)).toMatch(/^DELETE/);
        await uploads.close();
        expect(isOver).toBe(true);
        expect(await written).toEqual(failure('cancelled', /layer 1/));
      },
    );
  });

  it('while an upload is begun are cancelled', async () => {
    let close = (): void => undefined;
    const slow = on(POST, (response, _blob, { headers }) => {
      close();
      const location = `http://${headers.host}/v2/app/blobs/uploads/ab`;
      response.writeHead(202, { location }).end();
    });
    const requests = await writing({ faults: [slow] }, async uploads => {
      close = () => void uploads.close();
      await expect(uploads.blob(outgoing(BYTES), null)).rejects.toThrowError(failure('cancelled', /layer 1/));
    });
    expect(requests.at(-1)).toBe('DELETE upload');
  });

  it('write nothing more', async () => {
    const requests = await writing({}, async uploads => {
      await uploads.close();
      await expect(uploads.blob(outgoing(BYTES), null)).rejects.toThrowError(
        failure('cancelled', /broken off/),
      );
      const manifest = { ...IDENTITY, bytes: BYTES, mediaType: 'x' };
      await expect(uploads.manifest('1', manifest)).rejects.toThrowError(failure('cancelled', /broken off/));
    });
    expect(requests).toEqual([]);
  });
});

describe('what a registry refuses', () => {
  const HTML = '<html><head><title>413 Request Entity Too Large</title></head></html>';
  const QUOTA =
    'Quota exceeded when processing the request of adding 1.3 MiB of storage resource, which when updated to current usage of 99 MiB will exceed the configured upper limit of 100.0 MiB.';
  const ECR = "The repository with name 'app' does not exist in the registry with id '123'";
  it.each([
    [
      'a repository that is not there (ECR)',
      POST,
      404,
      error('NAME_UNKNOWN', ECR),
      /does not have the repository .*\/app/,
      /^Create/,
    ],
    [
      'a project that is not there (Harbor)',
      POST,
      404,
      error('NOT_FOUND', 'project app not found'),
      /does not have the repository/,
      /^Create/,
    ],
    [
      'who may not push (Docker Hub)',
      POST,
      403,
      error('DENIED', 'requested access to the resource is denied'),
      /does not let you write .*resource is denied/,
      /docker login/,
    ],
    [
      'a token without that right (GitHub)',
      POST,
      403,
      error('DENIED', 'permission_denied: write_package'),
      /write_package/,
      /that right/,
    ],
    [
      'pushes to a cache',
      POST,
      405,
      error('UNSUPPORTED', 'The operation is unsupported.'),
      /lets nobody write/,
      /read-only/,
    ],
    ['what is too large (nginx)', PATCH, 413, HTML, /refuses layer 1 as too large\./, /client_max_body_size/],
    [
      'what there is no room for (Harbor)',
      PUT,
      412,
      error('PRECONDITION', QUOTA),
      /has no room for layer 1 \(Quota/,
      /^Free room/,
    ],
    ['what there is no room for (Quay)', PATCH, 403, error('QUOTA_EXCEEDED', ''), /no room/, /quota/],
    [
      'other bytes than were sent',
      PUT,
      400,
      error('DIGEST_INVALID', 'provided digest did not match uploaded content'),
      /other bytes/,
      /proxy/,
    ],
    ['a name', POST, 400, error('NAME_INVALID', 'invalid repository name'), /take the name/, /^Name/],
    ['for reasons of its own', POST, 418, '', /answered 418 when layer 1 was written/, /operator/],
  ] as const)('%s', async (_what, pattern, status, body, message, remedy) => {
    await writing({ faults: [answered(pattern, status, body)] }, async (uploads, registry) => {
      const thrown = await uploads.blob(outgoing(BYTES), null).catch((caught: unknown) => caught);
      expect(thrown).toEqual(failure('push-failed', message, remedy));
      expect(exitCodeOf(thrown, false)).toBe(3);
      expect(registry.openUploads()).toBe(0);
    });
  });
});

it('what stops a push has the exit code of one', async () => {
  for (const status of [429, 503]) {
    const faults = new Array<Fault>(9).fill(answered(MANIFEST, status));
    await writing({ faults }, async uploads => {
      const bytes = Buffer.from('{}');
      const manifest = { ...identityOf(bytes), bytes, mediaType: 'application/json' };
      const thrown: unknown = await uploads.manifest('1', manifest).catch((error: unknown) => error);
      expect([thrown, exitCodeOf(thrown, false)]).toEqual([
        failure('push-failed', new RegExp(`${status}`)),
        3,
      ]);
    });
  }
  const nobody = new RegistryUploads({
    ...{ registry: '127.0.0.1:1', repository: 'app', env: {}, homeDir: '/nonexistent', root: '/nonexistent' },
    ...{ credentials: async () => null, limits: LIMITS },
  });
  const thrown: unknown = await nobody.blob(outgoing(BYTES), null).catch((error: unknown) => error);
  expect([thrown, exitCodeOf(thrown, false)]).toEqual([failure('push-failed', /127\.0\.0\.1:1/), 3]);
  await nobody.close();
});

describe('who may not write', () => {
  it('is told what a token of GitHub needs', () => {
    const denied = { reference: null, what: 'layer 1', status: 403, code: 'DENIED', wait: null };
    const reason = 'installation not allowed to Create organization package';
    const refusal = { registry: 'ghcr.io', repository: 'ghcr.io/owner/app', ...denied, reason };
    expect(pushRefused(refusal)).toEqual(
      failure('push-failed', /Create organization package/, /packages: write/),
    );
  });
});

describe('a manifest', () => {
  const MEDIA_TYPE = 'application/vnd.oci.image.manifest.v1+json';
  const documentOf = (content: object) => {
    const { bytes, digest, mediaType } = blobOf({ mediaType: MEDIA_TYPE, ...content }, MEDIA_TYPE);
    return { bytes, digest, mediaType, size: bytes.length };
  };
  const EMPTY = documentOf({});

  it('is written by its digest and by a tag, and again where the answer was lost', async () => {
    const faults = [on(MANIFEST, response => void response.destroy()), answered(MANIFEST, 503)];
    await writing({ faults, user: USER }, async (uploads, { contents }) => {
      await uploads.manifest(EMPTY.digest, EMPTY);
      expect(contents.tag('app:1')).toBeUndefined();
      await uploads.manifest('1', EMPTY);
      expect(contents.tag('app:1')).toBe(EMPTY.digest);
    });
  });

  it('needs its blobs', async () => {
    const layers = [{ digest: IDENTITY.digest }];
    await writing({}, async uploads => {
      await expect(uploads.manifest('1', documentOf({ layers }))).rejects.toThrowError(
        failure('push-failed', /has lost a part of .*\/app:1 \(blob unknown/, /^Try again/),
      );
    });
  });

  it('replaces no tag that may not change, unless it is the same', async () => {
    await writing({ immutable: true }, async (uploads, { contents }) => {
      await uploads.manifest('1', EMPTY);
      await uploads.manifest('1', EMPTY);
      await expect(uploads.manifest('1', documentOf({ annotations: {} }))).rejects.toThrowError(
        failure(
          'push-failed',
          /keeps the image that has the name .*\/app:1 already .*immutable/,
          /another tag/,
        ),
      );
      expect(contents.tag('app:1')).toBe(EMPTY.digest);
    });
  });

  it.each([
    ['Harbor', 412, "Failed to process request due to 'app:1' configured as immutable."],
    ['Artifact Registry', 400, 'cannot update tag 1. The repository has enabled tag immutability'],
    ['Quay', 409, 'tag is immutable'],
    ['GitLab', 403, 'denied: tag is immutable'],
    ['Nexus', 400, 'Repository does not allow updating assets: app'],
    ['Alibaba Cloud', 403, 'The requested tag already exists and cannot be overwritten.'],
  ])('of a tag that may not change is refused by %s', async (_who, status, why) => {
    await writing({ faults: [answered(MANIFEST, status, error('DENIED', why))] }, async uploads => {
      await expect(uploads.manifest('1', EMPTY)).rejects.toThrowError(
        failure('push-failed', /keeps the image/),
      );
    });
  });

  it.each([400, 415])('may be of a kind that the registry does not take (%i)', async status => {
    await writing(
      { faults: [answered(MANIFEST, status, error('MANIFEST_INVALID', 'manifest invalid'))] },
      async uploads => {
        await expect(uploads.manifest('1', EMPTY)).rejects.toThrowError(
          failure('push-failed', /does not accept .*\/app:1/, /media types/),
        );
      },
    );
  });

  it('is not waited for for ever', async () => {
    await writing(
      { faults: [on(MANIFEST, () => undefined)] },
      async uploads => {
        await expect(uploads.manifest('1', EMPTY)).rejects.toThrowError(failure('push-failed', /no answer/));
      },
      { limits: SHORT },
    );
  });
});
