import { describe, expect, it } from 'vitest';
import type { DiffId } from '../../../src/base/digest.ts';
import { parsePlatform } from '../../../src/base/platform.ts';
import { openImage } from '../../../src/image/open-image.ts';
import type { LayerScan } from '../../../src/layer/layer-scan.ts';
import type { ScanStore } from '../../../src/layer/scan-store.ts';
import { openOptions } from '../../support/conformance/medium.ts';
import {
  blobOf,
  descriptorOf,
  type FabricatedBlob,
  type FabricatedImage,
} from '../../support/fabricate/image.ts';
import type { Fault } from '../../support/registry/strict-registry.ts';
import { imageOf, withRegistry } from '../../support/registry/with-registry.ts';

const failure = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

const INDEX = 'application/vnd.oci.image.index.v1+json';
const index = (manifests: readonly unknown[]) =>
  blobOf({ schemaVersion: 2, mediaType: INDEX, manifests }, INDEX);

function memoryStore(): ScanStore {
  const scans = new Map<DiffId, LayerScan>();
  return {
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

describe('an image of a registry', () => {
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
