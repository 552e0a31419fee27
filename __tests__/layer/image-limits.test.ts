import { Buffer } from 'node:buffer';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ImagePaths } from '../../src/analysis/image-paths.ts';
import { ImageLimits, MAX_ENTRIES, MAX_MARKS, MAX_NAME_BYTES } from '../../src/layer/image-limits.ts';
import { LayerScanner } from '../../src/layer/layer-scanner.ts';
import { decompress } from '../../src/tar/compression.ts';
import { Expansion, MAX_FRAMES_FREE, MAX_UNPACKED_FREE } from '../../src/tar/expansion.ts';
import { file, scan } from '../support/scans/scan.ts';

const refusal = (message: RegExp) =>
  expect.objectContaining({ code: 'limit-exceeded', message: expect.stringMatching(message) });

const HEADER = {
  kind: 'file',
  size: 0,
  storedSize: 0,
  declaredSize: 0,
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtime: 0,
  linkname: '',
} as const;

describe('the limits of an image', () => {
  it('count the layers together', () => {
    const limits = new ImageLimits();
    const deep = `${'a/'.repeat(6000)}x`;
    const scanLayer = (index: number) => {
      const scanner = new LayerScanner({ content: 'none', limits });
      for (const name of ['a', 'b', 'c']) scanner.entry({ ...HEADER, path: `${index}/${name}/${deep}` });
      scanner.finish(scan([]).diffId, false);
    };
    expect(() => {
      for (let index = 0; index < 100; index += 1) scanLayer(index);
    }).toThrow(refusal(/more than 1,000,000 directories that no entry names/));
  });

  it('name what is too much, and how much may be', () => {
    const limits = new ImageLimits();
    const addEntries = () => {
      for (let index = 0; index <= MAX_ENTRIES; index += 1) limits.addEntry('x', '');
    };
    expect(addEntries).toThrow(refusal(/3,000,000 entries/));
    const addMarks = () => {
      for (let index = 0; index <= MAX_MARKS; index += 1) limits.addMark();
    };
    expect(addMarks).toThrow(refusal(/1,000,000 whiteouts/));
    expect(() => limits.addEntry('x'.repeat(20_000), '')).toThrow(refusal(/16,384 characters/));
    expect(() => limits.addNames(0, MAX_NAME_BYTES + 1)).toThrow(refusal(/bytes of names/));
  });

  it('leave out content and holes that are too much, and go on', () => {
    const limits = new ImageLimits();
    const half = 400 * 1024 * 1024;
    expect([limits.collects(half), limits.collects(half), limits.collects(100)]).toEqual([true, false, true]);
    expect([limits.readsHoles(2 ** 30), limits.readsHoles(1)]).toEqual([true, false]);
  });

  it('count a layer again that is stacked again', () => {
    const layer = scan(Array.from({ length: 5000 }, (_, index) => file(`d/${index}`, 1)));
    const layers = (count: number) => Array.from({ length: count }, () => layer);
    expect(new ImagePaths(layers(1200)).ofLayer(1199)).toHaveLength(5000);
    expect(() => new ImagePaths(layers(1201))).toThrow(refusal(/6,000,000 entries .* counted again/));
  });
});

describe('what compressed bytes unpack to', () => {
  it('is limited beyond what databases of zeros have', () => {
    const expansion = new Expansion();
    expansion.addPacked(1000, 'layer');
    expansion.addUnpacked(MAX_UNPACKED_FREE + 200_000);
    expect(() => expansion.addUnpacked(1)).toThrow(
      refusal(/1,000 compressed bytes unpack to more than 4 GiB/),
    );
    expansion.addPacked(1_000_000_000, 'layer');
    expansion.addUnpacked(100_000_000_000);
  });

  it('is held against the bytes of the archive, where that is compressed itself', () => {
    const expansion = new Expansion();
    expansion.addPacked(1000, 'archive');
    expansion.addPacked(1_000_000_000, 'layer');
    expect(() => expansion.addUnpacked(2 * MAX_UNPACKED_FREE)).toThrow(refusal(/1,000 compressed bytes/));
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(100_000))],
    ['zstd', zstdCompressSync(Buffer.alloc(100_000))],
  ] as const)('is counted of %s while it is unpacked', async (compression, bytes) => {
    const expansion = new Expansion();
    expansion.addUnpacked(MAX_UNPACKED_FREE);
    const unpack = async () => {
      for await (const _chunk of decompress(chunksOf(bytes), compression, expansion));
    };
    await expect(unpack()).rejects.toThrow(refusal(/times as many/));
  });

  it('does not come in frames of nothing', () => {
    const expansion = new Expansion();
    const addFrames = (count: number) => {
      for (let index = 0; index < count; index += 1) expansion.addFrame();
    };
    addFrames(MAX_FRAMES_FREE);
    expect(() => addFrames(1)).toThrow(refusal(/500,000 frames/));
    expansion.addUnpacked(512_000_000);
    addFrames(1_900_000);
  });
});

async function* chunksOf(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
