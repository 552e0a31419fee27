import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { scanLayerStream, scanLayerWith } from '../../src/layer/scan.ts';
import { TarHashThread } from '../../src/layer/tar-hash-thread.ts';
import { diffIdOf, fabricateLayer, fabricateTar } from '../support/fabricate/layer.ts';
import { file } from '../support/fabricate/node.ts';
import { layerDescriptions } from '../support/fabricate/random-image.ts';
import { plainScan } from '../support/scans/scan.ts';
import { chunked } from '../tar/collect.ts';
import { SPARSE_SIZE, sparseTars } from '../tar/sparse-tars.ts';

const threads: TarHashThread[] = [];
afterEach(async () => {
  await Promise.all(threads.splice(0).map(thread => thread.close()));
});

function started(): TarHashThread {
  const thread = new TarHashThread();
  threads.push(thread);
  return thread;
}

/** Chunks as an engine of node:zlib hands them on: those of one buffer come one after the other, each with its own bytes. */
async function* unpacked(
  tar: Buffer,
  size: number,
  lengths: readonly number[],
  buffers: ArrayBuffer[] = [],
): AsyncIterable<Uint8Array> {
  let turn = 0;
  for (let start = 0; start < tar.length; start += size) {
    const buffer = new ArrayBuffer(size);
    buffers.push(buffer);
    const piece = tar.subarray(start, start + size);
    for (let at = 0; at < piece.length; ) {
      const length = Math.min(lengths[turn % lengths.length] ?? size, piece.length - at);
      const chunk = Buffer.from(buffer, at, length);
      chunk.set(piece.subarray(at, at + length));
      yield chunk;
      at += length;
      turn += 1;
    }
  }
}

describe('a layer whose tar is hashed on a thread', () => {
  it('has the scan that hashing here gives, however it is cut, one layer after the other', async () => {
    const thread = started();
    const cuts = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        layerDescriptions,
        fc.integer({ min: 1, max: 5000 }),
        cuts,
        async (layer, size, lengths) => {
          const { tar, diffId } = await fabricateLayer(layer);
          const here = await scanLayerStream(chunked(tar, []), { diffId, content: 'all', verify: true });
          const there = await scanLayerWith(thread, unpacked(tar, size, lengths), { diffId });
          expect(plainScan(there)).toEqual(plainScan(here));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is held back while the thread is behind, and leaves none of its memory here', async () => {
    const tar = await fabricateTar({ a: file(9_000_000), b: file(100), c: file(0), d: file(9_000_000) });
    const diffId = diffIdOf(tar);
    const buffers: ArrayBuffer[] = [];
    const scan = await scanLayerWith(started(), unpacked(tar, 262_144, [100_000], buffers), { diffId });
    const here = await scanLayerStream(chunked(tar, []), { diffId, content: 'all', verify: true });
    expect(plainScan(scan)).toEqual(plainScan(here));
    expect(buffers.every(({ detached }) => detached)).toBe(true);
  });

  it('is told from another', async () => {
    const tar = await fabricateTar({ a: file(1000) });
    const diffId = diffIdOf(await fabricateTar({ a: file(1001) }));
    await expect(scanLayerWith(started(), unpacked(tar, 4096, [512]), { diffId })).rejects.toMatchObject({
      code: 'digest-mismatch',
    });
  });

  it.each(sparseTars)('hashes the holes of a sparse file: $format', async ({ tar }) => {
    const scan = await scanLayerWith(started(), unpacked(tar, 2000, [700]), { diffId: diffIdOf(tar) });
    const here = await scanLayerStream(chunked(tar, []), {
      diffId: diffIdOf(tar),
      content: 'all',
      verify: true,
    });
    expect(plainScan(scan)).toEqual(plainScan(here));
    expect(scan.size).toBe(SPARSE_SIZE);
  });

  it('may come in memory that others use too, which stays as it is', async () => {
    const tar = await fabricateTar({ a: file(1000) });
    const parts = async function* () {
      for (let at = 0; at < tar.length; at += 512) yield Buffer.concat([tar.subarray(at, at + 512)]);
    };
    const first = Buffer.from('pooled');
    await scanLayerWith(started(), parts(), { diffId: diffIdOf(tar) });
    expect(first.toString()).toBe('pooled');
  });
});
