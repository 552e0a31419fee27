import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { DeadweightError } from '../../../src/base/errors.ts';
import type { Platform } from '../../../src/base/platform.ts';
import type { Image } from '../../../src/image/image.ts';
import { openImage } from '../../../src/image/open-image.ts';
import type { ImageTarget, OutgoingBlob, OutgoingDocument } from '../../../src/image/targets/image-target.ts';
import { blobOf, descriptorOf, type FabricatedImage } from '../fabricate/image.ts';
import { bytesOf } from '../fabricate/node.ts';
import { identityOf, outgoing, streamOf, writtenImage } from '../registry/outgoing.ts';
import { bytesOfStream, openOptions, withDirectory } from './medium.ts';
import type { TargetMedium, TargetPlace } from './target-media.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';

/**
 * What every medium must do with an image that is written to it.
 * @param images one of linux/amd64, another, and one of another platform, with blobs in common
 */
export function targetConforms(
  medium: TargetMedium,
  images: () => Promise<readonly [FabricatedImage, FabricatedImage, FabricatedImage]>,
): void {
  const { hasBlobs, holdsPlatforms, replaces } = medium;

  describe(medium.name, () => {
    it('reads back what was written', async () => {
      const [image] = await images();
      await withPlace(medium, async place => {
        await write(place, [image]);
        await opened(place, null, read => expectImage(read, image, hasBlobs));
      });
    });

    it('shows nothing before it is committed', async () => {
      const [image] = await images();
      await withTarget(medium, async (target, place) => {
        await writeBlobs(target, image);
        await expect(opened(place, null, async () => undefined)).rejects.toBeInstanceOf(DeadweightError);
        await target.commit([writtenImage(image)], null);
        await opened(place, null, read => expectImage(read, image, hasBlobs));
      });
    });

    it('leaves nothing that is not committed', async () => {
      const [image] = await images();
      await withPlace(medium, async place => {
        const before = await place.look();
        const target = await place.open();
        expect(await place.look()).toEqual(before);
        await writeBlobs(target, image);
        await target.close();
        await target.close();
        expect(await place.look()).toEqual(before);
      });
    });

    it('leaves nothing where nothing was written', async () => {
      await withPlace(medium, async place => {
        const before = await place.look();
        const target = await place.open();
        await target.close();
        await target.close();
        expect(await place.look()).toEqual(before);
      });
    });

    it.each([true, false])(
      'leaves nothing where a blob breaks off in the middle (known: %s)',
      async isKnown => {
        const [image] = await images();
        await withPlace(medium, async place => {
          const before = await place.look();
          const target = await place.open();
          await writeBlobs(target, { ...image, layers: image.layers.slice(0, 1) });
          const error = new DeadweightError('input-corrupt', {
            message: 'It breaks off.',
            remedy: 'Try again.',
          });
          await expect(target.write(breaking(error, isKnown))).rejects.toBe(error);
          await target.close();
          expect(await place.look()).toEqual(before);
        });
      },
    );

    it('takes a blob that is lent to it, in chunks that change at once', async () => {
      const [image] = await images();
      await withTarget(medium, async (target, place) => {
        for (const { bytes } of [...image.layers, image.config]) {
          const blob = { ...outgoing(bytes), lend: () => lent(bytes) };
          expect(await target.write(blob)).toEqual(identityOf(bytes));
        }
        await target.commit([writtenImage(image)], null);
        await opened(place, null, read => expectImage(read, image, hasBlobs));
      });
    });

    it.each([-1, 1])('refuses a blob that has %d bytes more than are announced', async more => {
      const [image] = await images();
      await withPlace(medium, async place => {
        const before = await place.look();
        const target = await place.open();
        const { open } = outgoing(bytesOf(200_000 + more, 77));
        const blob = { name: 'layer 9', known: identityOf(bytesOf(200_000, 77)), from: null, open };
        await writeBlobs(target, { ...image, layers: image.layers.slice(0, 1) });
        await expect(target.write(blob)).rejects.toMatchObject({ code: 'digest-mismatch' });
        await target.close();
        expect(await place.look()).toEqual(before);
      });
    });

    it('stores a blob once', async () => {
      const [image] = await images();
      await withPlace(medium, async place => {
        const target = await place.open();
        try {
          for (const isKnown of [false, true]) await writeBlobs(target, image, isKnown);
          const again = outgoing(image.config.bytes, { isKnown: true });
          expect(await target.write(again)).toEqual(identityOf(image.config.bytes));
          expect(again.opened()).toBe(0);
          await writeBlobs(target, image, false);
          await target.commit([writtenImage(image)], null);
        } finally {
          await target.close();
        }
        await opened(place, null, read => expectImage(read, image, hasBlobs));
        const once = await withPlace(medium, async other => {
          await write(other, [image]);
          return (await other.look()).filter(line => !line.includes('uploads'));
        });
        expect((await place.look()).filter(line => !line.includes('uploads'))).toEqual(once);
      });
    });

    it('has the same bytes for the same image', async () => {
      const [image] = await images();
      const looks: (readonly string[])[] = [];
      for (const _turn of [1, 2])
        await withPlace(medium, async place => {
          await write(place, [image]);
          looks.push(await place.look());
        });
      expect(looks[0]).toEqual(looks[1]);
      expect(looks[0]?.length).toBeGreaterThan(0);
    });

    it('stays as it was until another image is committed', async () => {
      const [image, other] = await images();
      await withPlace(medium, async place => {
        await write(place, [image]);
        const before = await place.look();
        const target = await place.open();
        try {
          if (!replaces) {
            await expect(writeBlobs(target, other)).rejects.toMatchObject({ code: 'output-unwritable' });
            await target.close();
            return expect(await place.look()).toEqual(before);
          }
          await writeBlobs(target, other);
          await opened(place, null, read => expectImage(read, image, hasBlobs));
          await target.close();
          expect(await place.look()).toEqual(before);
          await write(place, [other]);
          await opened(place, null, read => expectImage(read, other, hasBlobs));
        } finally {
          await target.close();
        }
      });
    });

    it(holdsPlatforms ? 'holds an index of two platforms' : 'refuses two platforms', async () => {
      const [image, , other] = await images();
      await withPlace(medium, async place => {
        const both = [image, other];
        if (!holdsPlatforms) {
          const before = await place.look();
          await expect(write(place, both)).rejects.toMatchObject({ code: 'usage' });
          return expect(await place.look()).toEqual(before);
        }
        await write(place, both);
        for (const each of both)
          await opened(place, each.platform, async read => {
            await expectImage(read, each, hasBlobs);
            expect(read.platforms).toEqual(both.map(({ platform }) => platform));
          });
      });
    });
  });
}

async function withPlace<T>(medium: TargetMedium, body: (place: TargetPlace) => Promise<T>): Promise<T> {
  let result: { readonly value: T } | null = null;
  await withDirectory(async directory => {
    const place = await medium.prepare(directory);
    try {
      result = { value: await body(place) };
    } finally {
      await place.close?.();
    }
  });
  if (result === null) throw new TypeError('it has ended');
  return Object(result).value;
}

async function withTarget(
  medium: TargetMedium,
  body: (target: ImageTarget, place: TargetPlace) => Promise<void>,
): Promise<void> {
  await withPlace(medium, async place => {
    const target = await place.open();
    try {
      await body(target, place);
    } finally {
      await target.close();
      await target.close();
    }
  });
}

async function opened(
  { reference, env = {} }: TargetPlace,
  platform: Platform | null,
  body: (image: Image) => Promise<void>,
): Promise<void> {
  const image = await openImage(reference, openOptions({ env, ...(platform && { platform }) }));
  try {
    await body(image);
  } finally {
    await image.close();
  }
}

async function write(place: TargetPlace, images: readonly FabricatedImage[]): Promise<void> {
  const target = await place.open();
  try {
    for (const image of images) await writeBlobs(target, image);
    await target.commit(images.map(writtenImage), images.length > 1 ? indexOf(images) : null);
  } finally {
    await target.close();
    await target.close();
  }
}

/** @param isKnown whether their digests are known before they have passed; of every other one when absent */
async function writeBlobs(
  target: ImageTarget,
  { layers, config }: FabricatedImage,
  isKnown: boolean | null = null,
): Promise<void> {
  for (const [index, { bytes }] of [...layers, config].entries()) {
    const blob = outgoing(bytes, { isKnown: isKnown ?? index % 2 === 1 });
    expect(await target.write(blob)).toEqual(identityOf(bytes));
  }
}

/** In one buffer. */
async function* lent(bytes: Buffer): AsyncIterable<Uint8Array> {
  const chunk = Buffer.alloc(10_000);
  for (let at = 0; at < bytes.length; at += chunk.length) {
    const length = bytes.copy(chunk, 0, at, at + chunk.length);
    yield chunk.subarray(0, length);
    chunk.fill(0);
  }
}

/** Its first bytes, and then an error. */
function breaking(error: Error, isKnown: boolean): OutgoingBlob {
  const bytes = bytesOf(3_000_000, 77);
  async function* chunks() {
    yield bytes.subarray(0, 2_000_000);
    throw error;
  }
  return {
    name: 'layer 9',
    known: isKnown ? identityOf(bytes) : null,
    from: null,
    open: () => streamOf(chunks()),
  };
}

function indexOf(images: readonly FabricatedImage[]): OutgoingDocument {
  const manifests = images.map(({ manifest, platform }) => descriptorOf(manifest, { platform }));
  const { bytes, digest } = blobOf({ schemaVersion: 2, mediaType: INDEX, manifests }, INDEX);
  return { bytes, digest, size: bytes.length, mediaType: INDEX };
}

async function expectImage(read: Image, made: FabricatedImage, hasBlobs: boolean): Promise<void> {
  const { config, manifest } = await read.documents();
  expect(Buffer.from(config)).toEqual(made.config.bytes);
  expect(read.imageId).toBe(made.config.digest);
  expect(read.platform).toEqual(made.platform);
  expect(read.notices).toEqual([]);
  if (hasBlobs) {
    expect(read.manifestDigest).toBe(made.manifest.digest);
    expect(read.mediaType).toBe(made.manifest.mediaType);
    expect(manifest && Buffer.from(manifest)).toEqual(made.manifest.bytes);
  }
  expect(read.layers.map(({ diffId }) => diffId)).toEqual(made.layers.map(({ diffId }) => diffId));
  for (const { index, openStored } of read.layers) {
    const { bytes, tar } = made.layers[index] ?? {};
    const wanted = (hasBlobs ? bytes : tar) ?? Buffer.alloc(0);
    // An assertion on buffers compares them byte by byte.
    expect((await bytesOfStream(openStored())).equals(wanted)).toBe(true);
  }
  await read.scan({ verify: true });
}
