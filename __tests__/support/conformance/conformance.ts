import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import type { DiffId } from '../../../src/base/digest.ts';
import type { Progress, Work } from '../../../src/base/effects.ts';
import type { TarConsumer } from '../../../src/image/layer-reader.ts';
import type { Collector } from '../../../src/layer/collector.ts';
import type { LayerScan } from '../../../src/layer/layer-scan.ts';
import { scanLayerStream } from '../../../src/layer/scan.ts';
import { noScanStore, type ScanStore } from '../../../src/layer/scan-store.ts';
import type { RandomAccess } from '../../../src/tar/random-access.ts';
import type { FabricatedImage, FabricatedImageLayer } from '../fabricate/image.ts';
import { diffIdOf } from '../fabricate/layer.ts';
import { plainEntries, plainScan } from '../scans/scan.ts';
import { bytesOfStream, type Medium, withMedium } from './medium.ts';

/** Collects what its files say. */
const collector: Collector = {
  id: 'notes',
  version: 1,
  wants: entry => entry.path.endsWith('.note'),
  collect: (_entry, content) => new TextDecoder().decode(content),
};

/**
 * What every medium must do with an image that it was given.
 * @param images the first one is opened; it has the tag `app:1`, and its layer 0 has the file `etc/base.note`
 */
export function conforms(medium: Medium, images: () => Promise<readonly FabricatedImage[]>): void {
  const opened = async (body: Parameters<typeof withMedium>[2]) => withMedium(medium, await images(), body);
  const first = async () => {
    const [image] = await images();
    if (!image) throw new TypeError('there is an image to open');
    return image;
  };

  describe(medium.name, () => {
    it('tells what the image says of itself', async () => {
      const made = await first();
      await opened(async image => {
        expect(image.platform).toEqual(made.platform);
        expect(image.imageId).toBe(made.config.digest);
        expect(image.manifestDigest).toBe(medium.hasBlobs ? made.manifest.digest : null);
        expect(image.mediaType).toBe(medium.hasBlobs ? made.manifest.mediaType : null);
        expect(image.notices).toEqual([]);
        expect(image.labels).toEqual({ maintainer: 'tests' });
        expect(image.user).toBe('app');
        expect(image.layers.map(layer => [layer.index, layer.diffId, layer.createdBy])).toEqual(
          made.layers.map((layer, index) => [index, layer.diffId, layer.createdBy]),
        );
        expect(image.history.filter(entry => !entry.emptyLayer).map(entry => entry.createdBy)).toEqual(
          made.layers.map(layer => layer.createdBy),
        );
      });
    });

    it('tells digests and compressed sizes where it keeps the blobs, and nothing where it does not', async () => {
      const made = await first();
      await opened(async image => {
        expect(image.layers.map(layer => [layer.digest, layer.mediaType, layer.compressedSize])).toEqual(
          made.layers.map(layer => (medium.hasBlobs ? blobFacts(layer, medium) : [null, null, null])),
        );
      });
    });

    it('scans all layers, again and again', async () => {
      const expected = await expectedScans(await first());
      await opened(async image => {
        const scans = await image.scan({});
        expect(scans.map(withoutContent)).toEqual(expected.map(withoutContent));
        expect((await image.scan({})).map(plainScan)).toEqual(scans.map(plainScan));
      });
    });

    it('verifies when it is asked to, and hashes contents then', async () => {
      const expected = await expectedScans(await first());
      await opened(async image => {
        expect((await image.scan({ verify: true })).map(plainScan)).toEqual(expected.map(plainScan));
      });
    });

    it('scans some layers', async () => {
      const expected = await expectedScans(await first());
      await opened(async image => {
        const scans = await image.scan({ layers: new Set([1]) });
        expect(scans.map(withoutContent)).toEqual(
          expected.map((scan, index) => (index === 1 ? withoutContent(scan) : null)),
        );
      });
    });

    it('hashes at least the contents that are asked for', async () => {
      const expected = await expectedScans(await first());
      await opened(async image => {
        const content = new Map([[0, new Set(['etc/base.note'])]]);
        const [scan] = await image.scan({ content });
        expect(scan?.contentKnown).toBe(medium.isPositional ? 'some' : 'all');
        expect(contentOf(scan, 'etc/base.note')).toBe(contentOf(expected[0], 'etc/base.note'));
        expect(contentOf(scan, 'etc/base.note')).toMatch(/^[0-9a-f]{32}$/);
      });
    });

    it('hands files to collectors', async () => {
      await opened(async image => {
        const [scan] = await image.scan({ collectors: [collector] });
        expect(scan?.collected).toEqual({ notes: [{ path: 'etc/base.note', value: 'lowest' }] });
      });
    });

    it('streams each layer, twice, and lets go of a stream that is not read on', async () => {
      const made = await first();
      await opened(async image => {
        for (const [index, layer] of image.layers.entries()) {
          for await (const _chunk of layer.open()) break;
          expect(await bytesOfStream(layer.open())).toEqual(made.layers[index]?.tar);
          expect(await bytesOfStream(layer.open())).toEqual(made.layers[index]?.tar);
        }
      });
    });

    it('hands out its documents and its blobs byte for byte, and checks the blobs', async () => {
      const made = await first();
      await opened(async image => {
        const { config, manifest } = await image.documents();
        expect(Buffer.from(config)).toEqual(made.config.bytes);
        expect(manifest && Buffer.from(manifest)).toEqual(medium.hasBlobs ? made.manifest.bytes : null);
        expect(image.platforms).toContainEqual(image.platform);
        expect(image.isAttested).toBe(false);
        for (const [index, layer] of image.layers.entries()) {
          const { bytes, tar } = made.layers[index] ?? {};
          for await (const _chunk of layer.openStored()) break;
          const stored = await bytesOfStream(layer.openStored());
          if (medium.hasBlobs && !medium.isUnpacked) expect(stored).toEqual(bytes);
          else expect([tar, bytes]).toContainEqual(stored);
        }
      });
    });

    it('hands each layer over once more, once, by position or whole, and ignores what it has not', async () => {
      const made = await first();
      await opened(async image => {
        const consumers = new Map(image.layers.map(layer => [layer.diffId, new KeepingConsumer()]));
        await image.read(new Map([...consumers, [diffIdOf(Buffer.alloc(0)), new KeepingConsumer()]]));
        for (const layer of image.layers) {
          const consumer = consumers.get(layer.diffId);
          expect(consumer?.bytes).toEqual(made.layers[layer.index]?.tar);
          expect(consumer?.calls).toEqual(layer.access() === 'position' ? ['readAt'] : ['end']);
        }
        const packed = image.layers.filter(({ index }) => isPacked(made.layers[index]));
        const isByPosition = new Set(packed.map(layer => layer.access() === 'position'));
        if (packed.length > 0) expect([...isByPosition]).toEqual([medium.isPositional]);
      });
    });

    it('makes one pass over the medium to hand over layers that were scanned', async () => {
      await opened(async (image, { contentRequests }) => {
        await image.scan({});
        const before = contentRequests?.() ?? 0;
        const diffIds = new Set(image.layers.slice(1).map(layer => layer.diffId));
        await image.read(new Map([...diffIds].map(diffId => [diffId, new KeepingConsumer()])));
        const passes = medium.fetchesLayers ? diffIds.size : 1;
        expect((contentRequests?.() ?? before + passes) - before).toBe(passes);
        await image.read(new Map());
        expect((contentRequests?.() ?? before + passes) - before).toBe(passes);
      });
    });

    it('throws what a consumer throws, and can be read again', async () => {
      await opened(async image => {
        const [layer] = image.layers;
        if (layer === undefined) throw new TypeError('there is a layer');
        const refuse = () => {
          throw new RangeError('refused');
        };
        const refusing = { readAt: async () => refuse(), write: refuse, end: refuse };
        await expect(image.read(new Map([[layer.diffId, refusing]]))).rejects.toThrow(
          new RangeError('refused'),
        );
        const consumer = new KeepingConsumer();
        await image.read(new Map([[layer.diffId, consumer]]));
        expect(consumer.bytes.length).toBeGreaterThan(0);
      });
    });

    it('reads nothing that the store has, and stores what was verified', async () => {
      const made = await first();
      await opened(async (image, { contentRequests }) => {
        const { store, scans } = memoryStore();
        const verified = await image.scan({ verify: true, store });
        expect(new Set(scans.keys())).toEqual(new Set(made.layers.map(layer => layer.diffId)));
        const before = contentRequests?.();
        expect(await image.scan({ store })).toEqual(verified);
        expect(contentRequests?.()).toBe(before);
      });
    });

    it('makes one pass over the medium for one scan, and shows how far it is', async () => {
      await opened(async (image, { contentRequests }) => {
        const before = contentRequests?.() ?? 0;
        const shown: { work: Work; done: number; isOver: boolean }[] = [];
        const progress: Progress = {
          async show(work, body) {
            const one = { work, done: 0, isOver: false };
            shown.push(one);
            return await body(bytes => {
              expect(bytes).toBeGreaterThan(0);
              one.done += bytes;
            }).finally(() => {
              one.isOver = true;
            });
          },
        };
        await image.scan({ progress });
        const passes = medium.fetchesLayers ? new Set(image.layers.map(layer => layer.diffId)).size : 1;
        expect((contentRequests?.() ?? before + passes) - before).toBe(passes);
        expect(shown).toMatchObject([{ isOver: true, done: expect.toSatisfy(bytes => bytes > 0) }]);
        for (const { work, done } of shown) {
          expect(work.label).toMatch(/^Reading (?:docker|oci|dir|containers)/);
          // What streams by ends with the last layer that is wanted.
          if (work.total && !work.isEstimate) expect(done).toBeLessThanOrEqual(work.total);
        }
      });
    });
  });
}

/** Keeps a whole layer. */
class KeepingConsumer implements TarConsumer {
  /** How it was handed over. */
  readonly calls: string[] = [];
  readonly #chunks: Uint8Array[] = [];

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  async readAt(source: RandomAccess): Promise<void> {
    const bytes = Buffer.alloc(source.size);
    expect(source.read(bytes, 0)).toBe(source.size);
    this.#chunks.push(bytes);
    this.calls.push('readAt');
  }

  write(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
  }

  async end(): Promise<void> {
    this.calls.push('end');
  }
}

function isPacked(layer: FabricatedImageLayer | undefined): boolean {
  return layer !== undefined && !layer.bytes.equals(layer.tar);
}

function blobFacts({ digest, mediaType, bytes }: FabricatedImageLayer, { isUnpacked = false }: Medium) {
  return [digest, mediaType, isUnpacked && !/gzip|zstd/.test(mediaType) ? null : bytes.length];
}

async function* once(bytes: Uint8Array) {
  yield bytes;
}

function expectedScans(image: FabricatedImage): Promise<readonly LayerScan[]> {
  const scans = image.layers.map(({ tar, diffId }) =>
    scanLayerStream(once(tar), { diffId, content: 'all', verify: true }),
  );
  return Promise.all(scans);
}

/** A scan as the headers alone tell it. */
function withoutContent(scan: LayerScan | null): unknown {
  if (!scan) return null;
  const entries = plainEntries(scan).map(({ content: _content, ...entry }) => entry);
  return { ...scan, entries, contentKnown: null, verified: null };
}

function contentOf(scan: LayerScan | null | undefined, path: string): string | undefined {
  return scan?.entries.values().find(entry => entry.path === path)?.content;
}

function memoryStore(): { store: ScanStore; scans: Map<DiffId, LayerScan> } {
  const scans = new Map<DiffId, LayerScan>();
  const put = async (scan: LayerScan) => {
    if (scan.verified) scans.set(scan.diffId, scan);
  };
  return { scans, store: { ...noScanStore, get: async diffId => scans.get(diffId) ?? null, put } };
}
