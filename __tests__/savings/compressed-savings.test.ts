import { Buffer } from 'node:buffer';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { DiffId } from '../../src/base/digest.ts';
import { silentProgress } from '../../src/base/effects.ts';
import type { Image } from '../../src/image/image.ts';
import { consumeStream } from '../../src/image/layer-reader.ts';
import { openImage } from '../../src/image/open-image.ts';
import { entriesOf } from '../../src/layer/layer-entries.ts';
import type { LayerNumbers } from '../../src/layer/layer-numbers.ts';
import type { LayerScan } from '../../src/layer/layer-scan.ts';
import { codecOf } from '../../src/savings/codec.ts';
import { measureCompressedSavings } from '../../src/savings/compressed-savings.ts';
import { CompressionPool } from '../../src/savings/compression-pool.ts';
import { LayerCuts } from '../../src/savings/layer-cuts.ts';
import type { FreedFile } from '../../src/savings/layer-files.ts';
import { THOROUGH_LIMIT } from '../../src/savings/measuring-cost.ts';
import { MEDIA } from '../support/conformance/media.ts';
import { openOptions, withDirectory, withMedium } from '../support/conformance/medium.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { fabricateImage, type ImageDescription } from '../support/fabricate/image.ts';
import { diffIdOf } from '../support/fabricate/layer.ts';
import { dir, file, hardlink, whiteout } from '../support/fabricate/node.ts';
import { ociLayout, writeFiles } from '../support/fabricate/oci-layout.ts';
import { chunked } from '../tar/collect.ts';
import { GNU, padded, rawHeader } from '../tar/raw-header.ts';
import { contentOf, wholeDifference } from './whole-layer.ts';

const SHARED = { 'srv/data': file(contentOf('code', 150_000, 3)), 'srv/empty': file('') };

const STEPS: ImageDescription['steps'] = [
  {
    createdBy: 'ADD rootfs /',
    layer: {
      etc: dir(),
      'etc/words': file(contentOf('text', 120_000, 1)),
      'usr/bin/tool': file(contentOf('code', 400_000, 2)),
      'usr/bin/alias': hardlink('usr/bin/tool'),
      'var/lib/lists': file(contentOf('text', 700_000, 5)),
      'var/lib/last': file(contentOf('noise', 30_000, 6)),
    },
  },
  { createdBy: 'COPY shared /srv', layer: SHARED },
  { createdBy: 'RUN rm', layer: { 'var/lib/lists': whiteout(), 'opt/note': file('short') } },
  { createdBy: 'COPY shared /srv # again', layer: SHARED },
];

const LISTS: FreedFile = { layer: 0, path: 'var/lib/lists', bytes: 700_000 };
const TOOL: FreedFile = { layer: 0, path: 'usr/bin/alias', bytes: 400_000 };
const DATA: FreedFile = { layer: 1, path: 'srv/data', bytes: 150_000 };

const LIMITLESS = { compress: Number.POSITIVE_INFINITY, read: Number.POSITIVE_INFINITY };

async function scansOf(image: Image): Promise<readonly LayerScan[]> {
  return (await image.scan({})).filter(scan => scan !== null);
}

function made(compression?: ImageDescription['compression']) {
  return fabricateImage({ steps: STEPS, tags: ['app:1'], ...(compression && { compression }) });
}

async function opened(body: (image: Image, directory: string) => Promise<void>): Promise<void> {
  const fabricated = await made();
  await withDirectory(async directory => {
    await writeFiles(directory, ociLayout([fabricated]));
    const image = await openImage(`oci:${directory}`, openOptions());
    await body(image, directory);
    await image.close();
  });
}

describe.each(MEDIA)('on $name', medium => {
  it.each(['gzip', 'zstd'] as const)(
    'the saving of each fix is measured in one pass over %s layers',
    async packing => {
      const fabricated = await made(packing);
      const tars = fabricated.layers.map(({ tar }) => tar);
      await withMedium(medium, [fabricated], async (image, { contentRequests }) => {
        const scans = await scansOf(image);
        const before = contentRequests?.() ?? 0;
        const savings = [[LISTS], [TOOL], [DATA], [LISTS, TOOL, DATA, { ...DATA, layer: 3 }]];
        const { bytes, ...rest } = await measureCompressedSavings(image, scans, savings, LIMITLESS);
        const passes = medium.fetchesLayers ? 2 : 1;
        expect((contentRequests?.() ?? before + passes) - before).toBe(passes);
        expect(rest).toEqual({ leftOut: { count: 0, bytes: 0 }, failure: null });
        // What is not known to be zstd would be pushed as gzip.
        const known = medium.hasBlobs ? packing : 'gzip';
        const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = tars;
        const data = wholeDifference(second, [0], known);
        const expected = [
          wholeDifference(first, [2], known),
          wholeDifference(first, [1], known),
          data,
          wholeDifference(first, [1, 2], known) + 2 * data,
        ];
        for (const [index, saved] of bytes.entries()) {
          const real = expected[index] ?? 0;
          expect(Math.abs((saved ?? 0) - real), `${index}: ${saved} for ${real}`).toBeLessThan(
            real * 0.01 + 300,
          );
        }
      });
    },
  );
});

describe('what is not measured', () => {
  it('is what frees a part of a file, a file that is not there, or nothing', async () => {
    await opened(async image => {
      const savings = [
        [{ ...LISTS, bytes: 1 }],
        [LISTS, { ...DATA, path: 'srv/none' }],
        [],
        [{ ...LISTS, layer: 9 }],
      ];
      const { bytes, leftOut } = await measureCompressedSavings(
        image,
        await scansOf(image),
        savings,
        THOROUGH_LIMIT,
      );
      expect(bytes).toEqual([null, null, null, null]);
      expect(leftOut.count).toBe(0);
    });
  });

  it('is told where the layers cannot be read any more', async () => {
    await opened(async (image, directory) => {
      const scans = await scansOf(image);
      const blobs = join(directory, 'blobs/sha256');
      for (const name of await readdir(blobs)) await writeFile(join(blobs, name), 'something else');
      const savings = [[LISTS], []];
      const { bytes, failure } = await measureCompressedSavings(image, scans, savings, THOROUGH_LIMIT);
      expect(bytes).toEqual([null, null]);
      expect(failure?.code).toBe('input-corrupt');
    });
  });

  it('is a layer that has other files than its scan', async () => {
    await opened(async image => {
      const scans = await scansOf(image);
      const other = scans.map(scan => ({ ...scan, entries: entriesOf([...scan.entries].slice(0, -1)) }));
      const savings = [[LISTS]];
      expect((await measureCompressedSavings(image, other, savings, THOROUGH_LIMIT)).bytes).toEqual([null]);
      expect((await measureCompressedSavings(image, scans, savings, THOROUGH_LIMIT)).bytes).not.toEqual([
        null,
      ]);
    });
  });
});

describe('what was measured before', () => {
  function memoryStore() {
    const stored = new Map<string, LayerNumbers>();
    const keyOf = (diffId: DiffId, place: string | null) => (place === null ? diffId : `${diffId} ${place}`);
    return {
      stored,
      getNumbers: async (diffId: DiffId, place: string | null) =>
        stored.get(keyOf(diffId, place)) ?? new Map(),
      putNumbers: async (diffId: DiffId, place: string | null, numbers: LayerNumbers) => {
        const key = keyOf(diffId, place);
        stored.set(key, new Map([...(stored.get(key) ?? []), ...numbers]));
      },
    };
  }

  it('is not read again, and what is new is', async () => {
    await opened(async image => {
      const scans = await scansOf(image);
      const store = memoryStore();
      const measure = (from: Image, ...savings: readonly FreedFile[][]) =>
        measureCompressedSavings(from, scans, savings, THOROUGH_LIMIT, silentProgress, { store });
      const first = await measure(image, [LISTS], [DATA]);
      expect([...store.stored.keys()]).toEqual([image.layers[0]?.diffId, image.layers[1]?.diffId]);
      const unread: Image = { ...image, read: () => Promise.reject(new Error('read again')) };
      expect(await measure(unread, [DATA], [LISTS])).toEqual({ ...first, bytes: first.bytes.toReversed() });
      await expect(measure(unread, [LISTS], [TOOL])).rejects.toThrowError('read again');
    });
  });

  it('is kept of a layer whose bytes were hashed, or of where it has lain for a while', async () => {
    const fabricated = await made('none');
    await withDirectory(async directory => {
      const path = join(directory, 'app.tar');
      await writeFile(path, await dockerArchive([fabricated]));
      const image = await openImage(`docker-archive:${path}`, openOptions());
      const store = memoryStore();
      const scans = await scansOf(image);
      const { bytes } = await measureCompressedSavings(
        ...([image, scans, [[LISTS]], THOROUGH_LIMIT, silentProgress, { store }] as const),
      );
      expect(bytes[0]).toBeGreaterThan(0);
      expect(store.stored.size).toBe(0);
      await setTimeout(2100);
      const measure = (from: Image) =>
        measureCompressedSavings(from, scans, [[LISTS]], THOROUGH_LIMIT, silentProgress, { store });
      expect((await measure(image)).bytes).toEqual(bytes);
      const place = image.layers[0]?.place()?.text;
      expect([...store.stored.keys()]).toEqual([`${image.layers[0]?.diffId} ${place}`]);
      const unread: Image = { ...image, read: () => Promise.reject(new Error('read again')) };
      expect((await measure(unread)).bytes).toEqual(bytes);
      await utimes(path, 1, 1);
      await expect(measure(unread)).rejects.toThrowError('read again');
      await image.close();
    });
    const tar = fabricated.layers[0]?.tar ?? Buffer.alloc(0);
    const other = fabricated.layers[1]?.diffId ?? diffIdOf(tar);
    for (const [diffId, expected] of [
      [diffIdOf(tar), true],
      [other, false],
    ] as const) {
      const cut = { layer: 0, diffId, codec: codecOf(null), files: [1], cost: 0 };
      const cuts = new LayerCuts([cut], 4, new CompressionPool());
      await consumeStream(chunked(tar, [65_536]), cuts);
      expect(cuts.isVerified()).toBe(expected);
      await cuts.saved()[0]?.[1];
    }
  });
});

describe('a hostile layer', () => {
  it('whose headers never come to an end fills no memory', async () => {
    const name = Buffer.alloc(500_000, 'n');
    const header = rawHeader({ name: '././@LongLink', type: 'L', size: name.length, magic: GNU });
    const tar = Buffer.concat(Array.from({ length: 24 }, () => [header, padded(name)]).flat());
    const cut = { layer: 0, diffId: diffIdOf(tar), codec: codecOf(null), files: [0], cost: 0 };
    const cuts = new LayerCuts([cut], 1, new CompressionPool());
    await expect(consumeStream(chunked(tar, [65_536]), cuts)).rejects.toMatchObject({
      code: 'limit-exceeded',
    });
  });
});
