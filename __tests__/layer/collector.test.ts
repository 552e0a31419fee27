import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Collector,
  type FileCollector,
  MAX_RANGE,
  type RangeCollector,
} from '../../src/layer/collector.ts';
import type { LayerScan } from '../../src/layer/layer-scan.ts';
import { scanLayerAt, scanLayerStream } from '../../src/layer/scan.ts';
import type { ByteRange, RandomAccess } from '../../src/tar/random-access.ts';
import { diffIdOf, fabricateLayer, fabricateTar } from '../support/fabricate/layer.ts';
import { bytesOf, file } from '../support/fabricate/node.ts';
import { chunked, inMemory } from '../tar/collect.ts';
import { SPARSE_CONTENT, sparseTars } from '../tar/sparse-tars.ts';

/** Gives what it read of the ranges, in hexadecimal, and how many of them it was given. */
function reader(ranges: readonly ByteRange[]): RangeCollector {
  return {
    id: 'ranges',
    version: 1,
    wants: ({ path }) => path.endsWith('.bin'),
    *read() {
      const texts: string[] = [];
      for (const range of ranges) texts.push(Buffer.from(yield range).toString('hex'));
      return texts;
    },
  };
}

const whole: FileCollector = {
  id: 'whole',
  version: 1,
  wants: ({ path }) => path.endsWith('.bin'),
  collect: (_entry, content) => content.length,
};

interface Reads {
  readonly values: readonly unknown[];
  /** Bytes that were read of the file's content. */
  readonly bytes: number;
}

const HEADERS = 8 * 1024;

async function streamed(tar: Buffer, collectors: readonly Collector[], lengths: readonly number[] = []) {
  const options = { diffId: diffIdOf(tar), content: 'none', verify: false, collectors } as const;
  return scanLayerStream(chunked(tar, lengths), options);
}

async function positioned(
  tar: Buffer,
  collectors: readonly Collector[],
): Promise<{ readonly scan: LayerScan; readonly bytes: number }> {
  const source = inMemory(tar);
  let bytes = 0;
  const counting: RandomAccess = {
    ...source,
    read(target, position) {
      const length = source.read(target, position);
      bytes += length;
      return length;
    },
  };
  const options = { diffId: diffIdOf(tar), content: 'none', verify: false, collectors } as const;
  return { scan: await scanLayerAt(counting, options), bytes };
}

/** By every way there is: they must agree. */
async function valuesOf(
  tar: Buffer,
  ranges: readonly ByteRange[],
  lengths: readonly number[],
): Promise<Reads> {
  const collector = reader(ranges);
  const { scan, bytes } = await positioned(tar, [collector]);
  const values = scan.collected['ranges'] ?? [];
  const hashed = {
    diffId: diffIdOf(tar),
    content: 'all',
    verify: true,
    collectors: [collector, whole],
  } as const;
  expect((await streamed(tar, [collector], lengths)).collected['ranges']).toEqual(values);
  expect((await scanLayerStream(chunked(tar, lengths), hashed)).collected['ranges']).toEqual(values);
  expect((await positioned(tar, [whole, collector])).scan.collected['ranges']).toEqual(values);
  return { values: values.map(({ value }) => value), bytes };
}

const SIZE = 1_300_000;
const CONTENT = bytesOf(SIZE, 0);

function hex({ start, length }: ByteRange): string {
  return CONTENT.subarray(start, start + length).toString('hex');
}

describe('ranges of a file', () => {
  const layer = fabricateLayer({ 'a.txt': file(10), 'app.bin': file(CONTENT), 'z.txt': file(10) });

  it('are all that is read of it by position', async () => {
    const { tar } = await layer;
    const ranges = [
      { start: 0, length: 64 },
      { start: 1_000_000, length: 500 },
      { start: 1_000_500, length: 1 },
      { start: SIZE - 20, length: 20 },
    ];
    const { values, bytes } = await valuesOf(tar, ranges, [10_007]);
    expect(values).toEqual([ranges.map(hex)]);
    // Three headers, each with a window over what comes behind it.
    expect(bytes).toBeLessThanOrEqual(5 * HEADERS + 585);
  });

  it('are all that is read of it by position for several collectors, each of which has its own', async () => {
    const { tar } = await layer;
    const near = [
      { start: 0, length: 64 },
      { start: 500_000, length: 100 },
    ];
    const far = [
      { start: 10, length: 20 },
      { start: 500_050, length: 100 },
      { start: SIZE - 20, length: 20 },
    ];
    const collectors = [reader(near), { ...reader(far), id: 'far' }];
    const { scan, bytes } = await positioned(tar, collectors);
    expect(scan.collected['ranges']).toEqual([{ path: 'app.bin', value: near.map(hex) }]);
    expect(scan.collected['far']).toEqual([{ path: 'app.bin', value: far.map(hex) }]);
    expect(bytes).toBeLessThanOrEqual(5 * HEADERS + 234);
    expect((await streamed(tar, collectors)).collected).toEqual(scan.collected);
  });

  it('are the same however the layer comes', async () => {
    const { tar } = await layer;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ gap: fc.nat(200_000), length: fc.integer({ min: 1, max: 300_000 }) }), {
          maxLength: 8,
        }),
        fc.array(fc.integer({ min: 1, max: 700_000 }), { minLength: 1, maxLength: 5 }),
        async (steps, lengths) => {
          let at = 0;
          const ranges = steps.map(({ gap, length }) => {
            const range = { start: at + gap, length };
            at = range.start + length;
            return range;
          });
          const { values } = await valuesOf(
            tar,
            ranges,
            lengths.map(length => Math.max(length, 3_000)),
          );
          expect(values).toEqual(at <= SIZE ? [ranges.map(hex)] : []);
        },
      ),
      { numRuns: 20 },
    );
  });

  it.each([
    [
      'back',
      [
        { start: 100, length: 10 },
        { start: 50, length: 10 },
      ],
    ],
    [
      'upon the last',
      [
        { start: 100, length: 10 },
        { start: 109, length: 10 },
      ],
    ],
    ['beyond the end', [{ start: SIZE - 5, length: 6 }]],
    ['far beyond the end', [{ start: Number.MAX_SAFE_INTEGER, length: 1 }]],
    ['of nothing', [{ start: 5, length: 0 }]],
    ['before the start', [{ start: -5, length: 10 }]],
    ['of no number', [{ start: Number.NaN, length: 10 }]],
    ['of half a byte', [{ start: 0.5, length: 10 }]],
    ['too long', [{ start: 0, length: MAX_RANGE + 1 }]],
  ])('give no value when one goes %s', async (_what, ranges) => {
    const { tar } = await layer;
    expect((await valuesOf(tar, ranges, [50_000])).values).toEqual([]);
  });

  it('may be none', async () => {
    const { tar } = await layer;
    expect((await valuesOf(tar, [], [])).values).toEqual([[]]);
  });

  it('are of the logical content of a sparse file', async () => {
    const ranges = [
      { start: 10, length: 5 },
      { start: 99_000, length: 1_000 },
    ];
    for (const { tar } of sparseTars) {
      const named = (await streamed(tar, [])).entries.at(0).path;
      const collector = { ...reader(ranges), wants: ({ path }: { readonly path: string }) => path === named };
      const expected = ranges.map(({ start, length }) =>
        SPARSE_CONTENT.subarray(start, start + length).toString('hex'),
      );
      const value = { path: named, value: expected };
      expect((await streamed(tar, [collector], [400])).collected['ranges']).toEqual([value]);
      expect((await positioned(tar, [collector])).scan.collected['ranges']).toEqual([value]);
    }
  });

  it('are read of files that are too large to be kept', async () => {
    const tar = await fabricateTar({ 'large.bin': file(70 * 1024 * 1024) });
    const { scan } = await positioned(tar, [whole, reader([{ start: 0, length: 1 }])]);
    expect(scan.collected).toEqual({
      whole: [],
      ranges: [{ path: 'large.bin', value: [expect.any(String)] }],
    });
  });
});
