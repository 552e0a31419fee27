import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DiffId } from '../../../src/base/digest.ts';
import type { Exec } from '../../../src/base/effects.ts';
import { parsePlatform } from '../../../src/base/platform.ts';
import { openImage } from '../../../src/image/open-image.ts';
import type { LayerScan } from '../../../src/layer/layer-scan.ts';
import { noScanStore, type ScanStore } from '../../../src/layer/scan-store.ts';
import { nodeExec } from '../../build/node-exec.ts';
import { openOptions } from '../../support/conformance/medium.ts';
import {
  blobOf,
  descriptorOf,
  type FabricatedBlob,
  type FabricatedImage,
} from '../../support/fabricate/image.ts';
import { loopbackServer } from '../../support/registry/loopback-server.ts';
import type { Fault } from '../../support/registry/strict-registry.ts';
import { imageOf, USER, withRegistry } from '../../support/registry/with-registry.ts';

const failure = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

const INDEX = 'application/vnd.oci.image.index.v1+json';
const index = (manifests: readonly unknown[]) =>
  blobOf({ schemaVersion: 2, mediaType: INDEX, manifests }, INDEX);

function memoryStore(): ScanStore {
  const scans = new Map<DiffId, LayerScan>();
  return {
    ...noScanStore,
    get: async diffId => scans.get(diffId) ?? null,
    put: async scan => void scans.set(scan.diffId, scan),
  };
}

/** Opens and scans with a store, and closes whatever happens. */
async function scanned(reference: string, store: ScanStore = memoryStore(), platform?: string) {
  const options = openOptions(platform === undefined ? {} : { platform: parsePlatform(platform) });
  const image = await openImage(reference, options);
  try {
    return { image, scans: await image.scan({ store }) };
  } finally {
    await image.close();
  }
}

const auth = Buffer.from(`${USER.name}:${USER.password}`).toString('base64');
/** What docker login stores. */
const auths = (host: string) => ({ auths: { [host]: { auth } } });

/** The same as who has this config.json, and this program as the helper `tests`. */
async function scannedBy(reference: string, config: unknown, helper?: string, asked: string[] = []) {
  return withFiles(async directory => {
    await writeFile(join(directory, 'config.json'), JSON.stringify(config));
    const program = join(directory, 'docker-credential-tests');
    if (helper !== undefined) await writeFile(program, `#!/bin/sh\n${helper}\n`, { mode: 0o755 });
    const exec: Exec = {
      run: (name, args, options) => {
        asked.push([name, ...args].join(' '));
        return nodeExec.run(join(directory, name), args, options);
      },
    };
    const image = await openImage(reference, openOptions({ env: { DOCKER_CONFIG: directory }, exec }));
    try {
      return { scans: await image.scan({}) };
    } finally {
      await image.close();
    }
  });
}

async function withFiles<T>(body: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'deadweight-registry-'));
  try {
    return await body(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A changed copy of a blob, as large as it was. */
function damaged({ bytes }: FabricatedBlob): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(copy.length - 12) ^ 1, copy.length - 12);
  return copy;
}

function last(image: FabricatedImage): FabricatedBlob {
  const layer = image.layers.at(-1);
  if (!layer) throw new TypeError('it has layers');
  return layer;
}

describe('who asks for an image', () => {
  it.each(['basic', 'bearer'] as const)('is told by what docker login stored (%s)', async scheme => {
    const image = await imageOf([1, 2]);
    await withRegistry([image], { user: USER, scheme }, async ({ host }) => {
      const { scans } = await scannedBy(`docker://${host}/app:1`, auths(host));
      expect(scans.map(scan => scan?.diffId)).toEqual(image.layers.map(({ diffId }) => diffId));
    });
  });

  it('is told by a helper on the PATH, after a 401 and not before', async () => {
    const image = await imageOf([1]);
    const helper = `read -r server; [ "$1" = get ] && echo "{\\"Username\\":\\"me\\",\\"Secret\\":\\"${USER.password}\\"}"`;
    for (const [user, count] of [
      [USER, 1],
      [undefined, 0],
    ] as const) {
      await withRegistry([image], user ? { user } : {}, async ({ host }) => {
        const asked: string[] = [];
        const { scans } = await scannedBy(`docker://${host}/app:1`, { credsStore: 'tests' }, helper, asked);
        expect(scans).toHaveLength(1);
        expect(asked).toEqual(new Array(count).fill('docker-credential-tests get'));
      });
    }
  });

  it('is nobody, and told to log in where that is not enough', async () => {
    await withRegistry([await imageOf([1])], { user: USER }, async ({ host }) => {
      const open = scannedBy(`docker://${host}/app:1`, {});
      await expect(open).rejects.toThrowError(failure('permission-denied', /only to users who log in/));
      await expect(open).rejects.toMatchObject({ remedy: expect.stringContaining(`docker login ${host}`) });
    });
  });
});

describe('an image of a registry', () => {
  it('has blobs elsewhere, which see no credentials', async () => {
    const image = await imageOf([1, 2, 3]);
    const seen: (string | undefined)[] = [];
    const blobs = [image.config, ...image.layers];
    const storage = await loopbackServer(({ url, headers }, response) => {
      seen.push(headers.authorization);
      response.end(blobs.find(({ digest }) => url === `/${digest}`)?.bytes);
    });
    const away: Fault = {
      on: /\/blobs\//,
      do: (response, blob) => {
        response.writeHead(307, { location: `http://${storage.host}/${blob?.digest}` }).end();
      },
    };
    const options = { user: USER, scheme: 'basic', faults: blobs.map(() => away) } as const;
    try {
      await withRegistry([image], options, async ({ host }) => {
        const { scans } = await scannedBy(`docker://${host}/app:1`, auths(host));
        expect(scans.map(scan => scan?.diffId)).toEqual(image.layers.map(({ diffId }) => diffId));
        expect(seen).toEqual(blobs.map(() => undefined));
      });
    } finally {
      await storage.close();
    }
  });

  it('is fetched only where it is asked for', async () => {
    const made = await imageOf([1, 2, 3]);
    await withRegistry([made], {}, async ({ host, blobGets }) => {
      const image = await openImage(`docker://${host}/app:1`, openOptions());
      await image.scan({ layers: new Set([1]) });
      expect(blobGets).toEqual([made.config.digest, made.layers[1]?.digest]);
      await image.close();
    });
  });

  it('is not there, and neither is its registry', async () => {
    await withRegistry([], {}, async ({ host }) => {
      await expect(scanned(`docker://${host}/app:nope`)).rejects.toThrowError(
        failure('image-not-found', /app \(nope\) \(manifest unknown\)/),
      );
    });
    await expect(scanned('docker://127.0.0.1:1/app')).rejects.toThrowError(
      failure('registry-unreachable', /127\.0\.0\.1:1 .*ECONNREFUSED/),
    );
    await expect(scanned('docker://localhost:99999/app')).rejects.toThrowError(
      failure('reference-invalid', /localhost:99999/),
    );
  });

  it('may be named by the digest of its manifest, and is for one platform then', async () => {
    const image = await imageOf([1]);
    await withRegistry([image], {}, async ({ host }) => {
      const { image: opened } = await scanned(`docker://${host}/app@${image.manifest.digest}`);
      expect(opened.imageId).toBe(image.config.digest);
      await expect(scanned(`docker://${host}/app:1`, memoryStore(), 'linux/arm64')).rejects.toThrowError(
        failure('platform-unknown', /it has linux\/amd64/),
      );
    });
  });

  it('with three layers known and one new costs one blob beside its config', async () => {
    const [old, fresh] = [await imageOf([1, 2, 3]), await imageOf([1, 2, 3, 4], 'app:2')];
    await withRegistry([old, fresh], {}, async ({ host, blobGets, requests }) => {
      const store = memoryStore();
      await scanned(`docker://${host}/app:1`, store);
      expect(new Set(blobGets)).toEqual(new Set([old.config, ...old.layers].map(({ digest }) => digest)));
      const before = [blobGets.length, requests.length] as const;
      const { image, scans } = await scanned(`docker://${host}/app:2`, store);
      expect(blobGets.slice(before[0])).toEqual([fresh.config.digest, last(fresh).digest]);
      expect(requests).toHaveLength(before[1] + 3);
      expect(scans.map(scan => scan?.diffId)).toEqual(fresh.layers.map(({ diffId }) => diffId));
      expect(image.layers.map(layer => layer.compressedSize)).toEqual(
        fresh.layers.map(({ bytes }) => bytes.length),
      );
    });
  });

  it('is fetched a layer once each, however often it has one', async () => {
    const image = await imageOf([1, 2, 1, 2, 1]);
    await withRegistry([image], {}, async ({ host, blobGets }) => {
      const { scans } = await scanned(`docker://${host}/app:1`);
      expect(scans.map(scan => scan?.diffId)).toEqual(image.layers.map(({ diffId }) => diffId));
      expect(blobGets).toHaveLength(3);
    });
  });

  it.each([
    ['other bytes', (blob: FabricatedBlob) => damaged(blob), /digest-mismatch|input-corrupt/],
    ['too few bytes', ({ bytes }: FabricatedBlob) => bytes.subarray(0, bytes.length - 1), /input-truncated/],
    ['too many bytes', ({ bytes }: FabricatedBlob) => Buffer.concat([bytes, bytes]), /digest-mismatch/],
    ['nothing', () => Buffer.alloc(0), /input-truncated/],
  ])('with %s for a layer is refused, naming it, and not stored', async (_what, change, code) => {
    const image = await imageOf([1, 2, 3]);
    const blob = last(image);
    const faults: Fault[] = [
      { on: new RegExp(blob.digest), do: response => void response.end(change(blob)) },
    ];
    await withRegistry([image], { faults }, async ({ host }) => {
      const store = memoryStore();
      const open = scanned(`docker://${host}/app:1`, store);
      await expect(open).rejects.toMatchObject({
        code: expect.stringMatching(code),
        message: expect.stringMatching(/^Layer 2 \(sha256:/),
      });
      expect(await store.get(image.layers[2]?.diffId ?? image.layers[0]?.diffId ?? never(), [])).toBeNull();
    });
  });

  it('without a layer is refused, naming it', async () => {
    const image = await imageOf([1, 2]);
    const gone: Fault = {
      on: new RegExp(last(image).digest),
      do: response => void response.writeHead(404).end(),
    };
    await withRegistry([image], { faults: [gone] }, async ({ host }) => {
      await expect(scanned(`docker://${host}/app:1`)).rejects.toThrowError(
        failure('blob-missing', /^Layer 1 .*not there/),
      );
    });
  });

  it('without a layer is not fetched to its end', async () => {
    const image = await imageOf([1, 2, 3, 4, 5, 6, 7, 8]);
    const [first] = image.layers;
    const gone: Fault = {
      on: new RegExp(first?.digest ?? '-'),
      do: response => void response.writeHead(404).end(),
    };
    await withRegistry([image], { faults: [gone] }, async ({ host, blobGets }) => {
      await expect(scanned(`docker://${host}/app:1`)).rejects.toThrowError(
        failure('blob-missing', /^Layer 0 /),
      );
      // The config, and what was under way beside the first.
      expect(blobGets.length).toBeLessThanOrEqual(1 + 3 + 2);
    });
  });

  it('that is damaged anywhere else is refused', async () => {
    const image = await imageOf([1]);
    for (const [blob, on] of [
      [image.config, /\/blobs\//],
      [image.manifest, /\/manifests\//],
    ] as const) {
      const answer: Fault['do'] = response => {
        response.setHeader('docker-content-digest', blob.digest);
        response.end(damaged(blob));
      };
      for (const reference of ['app:1', `app@${image.manifest.digest}`]) {
        await withRegistry([image], { faults: [{ on, do: answer }] }, async ({ host }) => {
          await expect(scanned(`docker://${host}/${reference}`)).rejects.toThrowError(
            failure('digest-mismatch', /^The (?:config|manifest) /),
          );
        });
      }
    }
  });

  it('is not opened when its config is no document', async () => {
    const image = await imageOf([1]);
    const manifest = JSON.parse(image.manifest.bytes.toString('utf8'));
    manifest.config.size = 20_000_000_000;
    const huge = blobOf(manifest, image.manifest.mediaType);
    await withRegistry([image], { manifests: { 'app:huge': huge } }, async ({ host, blobGets }) => {
      await expect(scanned(`docker://${host}/app:huge`)).rejects.toThrowError(
        failure('limit-exceeded', /20000000000 bytes/),
      );
      expect(blobGets).toEqual([]);
    });
  });

  it('has layers that nobody could fetch to an end', async () => {
    const image = await imageOf([1]);
    const manifest = JSON.parse(image.manifest.bytes.toString('utf8'));
    manifest.layers[0].size = Number.MAX_SAFE_INTEGER;
    const huge = blobOf(manifest, image.manifest.mediaType);
    await withRegistry([image], { manifests: { 'app:huge': huge } }, async ({ host, blobGets }) => {
      await expect(scanned(`docker://${host}/app:huge`)).rejects.toThrowError(
        failure('limit-exceeded', /^Layer 0 /),
      );
      expect(blobGets).toEqual([image.config.digest]);
    });
  });
});

describe('an index of a registry', () => {
  it('costs the manifest and config of one platform', async () => {
    const [amd, arm] = [await imageOf([1], 'app:amd'), await imageOf([2], 'app:arm')];
    const both = index([
      descriptorOf(amd.manifest, { platform: { os: 'linux', architecture: 'amd64' } }),
      // The config of this one says amd64, as cross-built images' sometimes do: the index decides.
      descriptorOf(arm.manifest, { platform: { os: 'linux', architecture: 'arm64' } }),
      descriptorOf(arm.config, { platform: { os: 'unknown', architecture: 'unknown' } }),
    ]);
    await withRegistry([amd, arm], { manifests: { 'app:1': both } }, async ({ host, requests }) => {
      const { image } = await scanned(`docker://${host}/app:1`, memoryStore(), 'linux/arm64');
      expect(image.imageId).toBe(arm.config.digest);
      expect(image.manifestDigest).toBe(arm.manifest.digest);
      expect(requests).toHaveLength(4);
      await expect(scanned(`docker://${host}/app:1`, memoryStore(), 'linux/s390x')).rejects.toThrowError(
        failure('platform-unknown', /it has linux\/amd64, linux\/arm64\.$/),
      );
    });
  });

  it('may list an artefact beside the image', async () => {
    const image = await imageOf([1], 'app:inner');
    const artefact = { ...descriptorOf(image.config), artifactType: 'application/spdx+json' };
    const both = index([artefact, descriptorOf(image.manifest)]);
    await withRegistry([image], { manifests: { 'app:1': both } }, async ({ host }) => {
      const { image: opened } = await scanned(`docker://${host}/app:1`);
      expect(opened.imageId).toBe(image.config.digest);
    });
  });

  it('in an index in an index is read, but not without an end', async () => {
    const image = await imageOf([1], 'app:inner');
    let inner = index([descriptorOf(image.manifest)]);
    const manifests: Record<string, FabricatedBlob> = { 'app:0': inner };
    for (let depth = 1; depth < 6; depth += 1) {
      inner = index([descriptorOf(inner)]);
      manifests[`app:${depth}`] = inner;
    }
    await withRegistry([image], { manifests }, async ({ host }) => {
      const { image: opened } = await scanned(`docker://${host}/app:1`);
      expect(opened.imageId).toBe(image.config.digest);
      await expect(scanned(`docker://${host}/app:5`)).rejects.toThrowError(
        failure('limit-exceeded', /nested/),
      );
    });
  });
});

function never(): never {
  throw new TypeError('it has layers');
}
