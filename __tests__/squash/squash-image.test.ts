import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isDiffId } from '../../src/base/digest.ts';
import type { Image } from '../../src/image/image.ts';
import { openImage } from '../../src/image/open-image.ts';
import { MeasuringTarget } from '../../src/squash/measuring-target.ts';
import { planSquash, squashImage } from '../../src/squash/squash-image.ts';
import { bytesOfStream, openOptions } from '../support/conformance/medium.ts';
import { jibArchive } from '../support/fabricate/docker-archive.ts';
import { blobOf, descriptorOf, type FabricatedImage, fabricateImage } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
import { ociLayout, writeFiles } from '../support/fabricate/oci-layout.ts';
import { folderOf } from '../support/folder.ts';
import { chunked } from '../tar/collect.ts';

const TARGET = new MeasuringTarget({ reference: 'oci:out', usualCompression: 'gzip' });
const REQUEST = { packing: null, origin: null, count: () => undefined };

/** An archive of jib with two layers, which packs in another way than we do. */
async function withImage(body: (image: Image, made: FabricatedImage) => Promise<void>): Promise<void> {
  const steps = [1, 2].map(seed => ({ createdBy: `RUN ${seed}`, layer: { a: file(3000, { seed }) } }));
  const made = await fabricateImage({ steps, compression: 'estargz' });
  const path = join(await folderOf(), 'in.tar');
  await writeFile(path, await jibArchive([made]));
  const image = await openImage(`docker-archive:${path}`, openOptions());
  try {
    await body(image, made);
  } finally {
    await image.close();
  }
}

it('knows a compressed layer in whatever pieces it comes', async () => {
  await withImage(async (image, made) => {
    const scans = (await image.scan({})).filter(scan => scan !== null);
    for (const length of [1, 5, 6, 7, 100_000]) {
      const layers = image.layers.map(layer => {
        async function* openStored() {
          yield* chunked(await bytesOfStream(layer.openStored()), [length]);
        }
        return { ...layer, openStored };
      });
      const request = { ...REQUEST, scans, ranges: [], image: { ...image, layers } };
      const squashed = await squashImage(request, TARGET);
      expect(squashed.layers[0]).toMatchObject({ digest: made.layers[0]?.digest, packing: 'gzip' });
    }
  });
});

it('does not merge layers that are others than those that were scanned', async () => {
  await withImage(async (image, made) => {
    const scans = (await image.scan({})).filter(scan => scan !== null);
    const ranges = planSquash(image, scans, [{ first: 0, last: 1 }]);
    const changed = Buffer.from(made.layers[1]?.tar ?? []);
    changed[600] = (changed[600] ?? 0) ^ 1;
    const layers = image.layers.map(layer =>
      layer.index === 1 ? { ...layer, open: () => chunked(changed, [1000]) } : layer,
    );
    const squashed = squashImage({ ...REQUEST, scans, ranges, image: { ...image, layers } }, TARGET);
    await expect(squashed).rejects.toMatchObject({ code: 'digest-mismatch' });
  });
});

it.each([
  ['another layer', (made: FabricatedImage) => made.layers[0]?.bytes],
  ['no whole one', (made: FabricatedImage) => made.layers[1]?.bytes.subarray(0, -20)],
])('keeps no compressed layer that is %s', async (_name, bytesOf) => {
  await withImage(async (image, made) => {
    const scans = (await image.scan({})).filter(scan => scan !== null);
    const bytes = bytesOf(made) ?? Buffer.alloc(0);
    const layers = image.layers.map(layer =>
      layer.index === 1 ? { ...layer, openStored: () => chunked(bytes, [1000]) } : layer,
    );
    const squashed = squashImage({ ...REQUEST, scans, ranges: [], image: { ...image, layers } }, TARGET);
    await expect(squashed).rejects.toMatchObject({
      code: expect.stringMatching(/digest-mismatch|truncated/),
    });
  });
});

it.each(['none', 'gzip'] as const)(
  'keeps no tar whose diffID is of another algorithm and another layer (%s)',
  async type => {
    await withImage(async (image, made) => {
      const scans = (await image.scan({})).filter(scan => scan !== null);
      const tar = made.layers[1]?.tar ?? Buffer.alloc(0);
      const diffId = `sha512:${createHash('sha512').update(tar).digest('hex')}`;
      if (!isDiffId(diffId)) throw new TypeError('it is a diffID');
      const squashed = (bytes: Buffer) => {
        const open = () => chunked(bytes, [1000]);
        const layers = image.layers.map(layer =>
          layer.index === 1 ? { ...layer, diffId, open, openStored: open } : layer,
        );
        const packing = { type, level: null };
        return squashImage({ ...REQUEST, packing, scans, ranges: [], image: { ...image, layers } }, TARGET);
      };
      expect((await squashed(tar)).layers[1]).toMatchObject({ diffId, packing: type });
      const changed = Buffer.from(tar);
      changed[600] = (changed[600] ?? 0) ^ 1;
      await expect(squashed(changed)).rejects.toMatchObject({ code: 'digest-mismatch' });
    });
  },
);

it('leaves an image of which nothing is merged as it is, byte for byte', async () => {
  const steps = [{ createdBy: 'RUN a & b', layer: { a: file(3000) } }];
  const made = await fabricateImage({ steps });
  const spelled = (bytes: Uint8Array, more = {}) =>
    Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(bytes).toString()), ...more }, null, 1).replaceAll(
        '&',
        '\\u0026',
      ),
    );
  const config = blobOf(spelled(made.config.bytes, { 'moby.buildkit.cache.v0': '&' }), made.config.mediaType);
  const subject = descriptorOf(made.manifest);
  const manifest = blobOf(
    spelled(made.manifest.bytes, { config: descriptorOf(config), subject }),
    made.manifest.mediaType,
  );
  const folder = await folderOf();
  await writeFiles(folder, ociLayout([{ ...made, config, manifest }]));
  const image = await openImage(`oci:${folder}`, openOptions());
  try {
    const squashed = await squashImage({ ...REQUEST, image, scans: [], ranges: [] }, TARGET);
    expect(Buffer.from(squashed.manifest.bytes).toString()).toBe(manifest.bytes.toString());
    expect(squashed.config.digest).toBe(config.digest);
    const scans = (await image.scan({})).filter(scan => scan !== null);
    const ranges = planSquash(image, scans, [{ first: 0, last: 0 }]);
    const merged = await squashImage({ ...REQUEST, image, scans, ranges }, TARGET);
    expect(Buffer.from(merged.manifest.bytes).toString()).not.toContain('subject');
  } finally {
    await image.close();
  }
});
