import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitLayers } from '../../src/squash/fitting-range.ts';
import type { LayerRange } from '../../src/squash/layer-merge.ts';
import { adviseSquash, type SquashAdvice } from '../../src/squash/squash-advice.ts';
import { fabricate, type LayerSpec } from '../support/fabricate/analysis.ts';
import { times } from '../support/long.ts';

const MB = 1_000_000;

type Copy = readonly [writtenBy: number, hiddenBy: number, bytes: number];

/** An image of layers of so many bytes, and which of these are hidden. */
function imageOf(sizes: readonly number[], wasted: readonly Copy[], baseLayerCount: number | null = 0) {
  const layers = fabricate(sizes.map((size, index) => ({ files: { [`file-${index}`]: size } }))).layers;
  return {
    layers,
    baseLayerCount,
    size: sizes.reduce((sum, size) => sum + size, 0),
    wastedFiles: wasted.map(([writtenBy, hiddenBy, bytes], index) => ({
      ...{ path: `gone-${index}`, reason: 'deleted' as const },
      ...{ writtenBy, hiddenBy, bytes },
    })),
  };
}

type Image = ReturnType<typeof imageOf>;

const NOTHING_ELSE = { fixed: [], limit: null };

function freedBy(image: Pick<Image, 'wastedFiles'>, { first, last }: LayerRange): number {
  const within = image.wastedFiles.filter(
    ({ writtenBy, hiddenBy }) => writtenBy >= first && hiddenBy <= last,
  );
  return within.reduce((sum, { bytes }) => sum + bytes, 0);
}

function sizeOf(image: Image, range: LayerRange): number {
  const held = image.layers.slice(range.first, range.last + 1);
  return held.reduce((sum, { size }) => sum + size, 0) - freedBy(image, range);
}

/** All ranges from a layer on. */
function rangesFrom(from: number, count: number): readonly LayerRange[] {
  const indexes = Array.from({ length: count }, (_, index) => index);
  return indexes.slice(from).flatMap(first => indexes.slice(first + 1).map(last => ({ first, last })));
}

/** What one layer has twice is no reason to merge it with others. */
function isOfOneLayer(image: Image, range: LayerRange): boolean {
  const freed = freedBy(image, range);
  return image.layers
    .slice(range.first, range.last + 1)
    .some(({ index }) => freedBy(image, { first: index, last: index }) === freed);
}

/** What the best of all sets of ranges is worth, tried one by one. */
function bestWorth(image: Image, from: number, least: number, ranges = 3): number {
  if (ranges === 0) return 0;
  const worths = rangesFrom(from, image.layers.length)
    .filter(range => freedBy(image, range) >= least && !isOfOneLayer(image, range))
    .map(
      range =>
        10 * freedBy(image, range) -
        sizeOf(image, range) +
        bestWorth(image, range.last + 1, least, ranges - 1),
    );
  return Math.max(0, ...worths);
}

const shownSize = fc.oneof(fc.nat(2), fc.integer({ min: 30, max: 400 }));

const randomImage = fc
  .tuple(
    fc.oneof(
      fc.array(shownSize, { minLength: 1, maxLength: 8 }),
      fc.array(shownSize, { minLength: 7, maxLength: 8 }),
    ),
    fc.array(fc.tuple(fc.nat(7), fc.constantFrom(0, 1, 1, 1, 2, 3), fc.integer({ min: 1, max: 20 })), {
      minLength: 3,
      maxLength: 8,
    }),
    fc.constantFrom(0, 0, 0, 1, 2, null),
  )
  .map(([shown, copies, base]) => {
    const wasted = copies
      .map(([writtenBy, span, bytes]): Copy => [writtenBy, writtenBy + span, bytes * MB])
      .filter(([, hiddenBy]) => hiddenBy < shown.length);
    const sizes = shown.map((size, layer) =>
      wasted
        .filter(([writtenBy]) => writtenBy === layer)
        .reduce((sum, [, , bytes]) => sum + bytes, size * MB),
    );
    return imageOf(sizes, wasted, base === null ? null : Math.min(base, shown.length));
  });

describe('ranges that free something', () => {
  it('are worth most of all that there are', () => {
    fc.assert(
      fc.property(randomImage, image => {
        const advice = adviseSquash(image, NOTHING_ELSE);
        const from = image.baseLayerCount ?? 1;
        const ranges = advice?.ranges ?? [];
        const worth = ranges.reduce((sum, { freed, size }) => sum + 10 * freed - size, 0);
        expect(worth).toBe(bestWorth(image, from, Math.max(MB, image.size / 100)));
        for (const [index, range] of ranges.entries()) {
          expect(range).toMatchObject({ freed: freedBy(image, range), size: sizeOf(image, range) });
          expect(range.added).toBe(range.freed);
          expect(range.first).toBeGreaterThan(ranges[index - 1]?.last ?? from - 1);
        }
      }),
      { numRuns: times(300) },
    );
  });

  it('leave out what lies between them and is not worth tying to them', () => {
    const image = imageOf(
      [30 * MB, 0, 900 * MB, 40 * MB, 0],
      [
        [0, 1, 30 * MB],
        [3, 4, 40 * MB],
      ],
    );
    expect(adviseSquash(image, NOTHING_ELSE)).toMatchObject({
      ranges: [
        { first: 0, last: 1, freed: 30 * MB, size: 0 },
        { first: 3, last: 4, freed: 40 * MB, size: 0 },
      ],
      layerCount: 3,
    });
  });

  it('tell how many layers are left', () => {
    const image = imageOf([75 * MB, 60 * MB, 10 * MB, 0, 5 * MB], [[1, 3, 40 * MB]], 1);
    expect(adviseSquash(image, NOTHING_ELSE)).toEqual({
      ranges: [{ first: 1, last: 3, freed: 40 * MB, added: 40 * MB, size: 30 * MB }],
      layerCount: 3,
      limit: null,
    });
  });

  it('are none of base layers, nor of the lowest one where the base is unknown', () => {
    const wasted: readonly Copy[] = [[0, 1, 40 * MB]];
    expect(adviseSquash(imageOf([60 * MB, 0], wasted, 1), NOTHING_ELSE)).toBeNull();
    expect(adviseSquash(imageOf([60 * MB, 0], wasted, null), NOTHING_ELSE)).toBeNull();
    expect(adviseSquash(imageOf([60 * MB, 0], wasted, 0), NOTHING_ELSE)?.ranges).toHaveLength(1);
  });

  it('free a hundredth of the image, a megabyte and a tenth of what is pulled again at least', () => {
    const freed = (shown: number, bytes: number, below = 0) =>
      adviseSquash(imageOf([below, shown + bytes, 0], [[1, 2, bytes]], 1), NOTHING_ELSE) !== null;
    expect([freed(0, MB - 1), freed(0, MB)]).toEqual([false, true]);
    expect([freed(0, MB, 99 * MB + 1), freed(0, MB, 99 * MB)]).toEqual([false, true]);
    expect([freed(10 * MB, MB), freed(10 * MB - 1, MB)]).toEqual([false, true]);
  });

  it('are three at most, those that are worth most', () => {
    const sizes = [3, 1, 4, 2].flatMap(bytes => [bytes * 10 * MB, 0, 900 * MB]);
    const wasted = [3, 1, 4, 2].map((bytes, pair): Copy => [3 * pair, 3 * pair + 1, bytes * 10 * MB]);
    const image = { ...imageOf(sizes, wasted), size: 900 * MB };
    expect(adviseSquash(image, NOTHING_ELSE)?.ranges.map(({ first }) => first)).toEqual([0, 6, 9]);
  });

  it('are not looked for among more layers than an engine runs', () => {
    const many = (count: number) => {
      const sizes = [2 * MB, ...new Array<number>(count - 1).fill(0)];
      return adviseSquash(imageOf(sizes, [[0, 1, 2 * MB]]), NOTHING_ELSE);
    };
    expect(many(500)?.ranges).toHaveLength(1);
    expect(many(501)).toBeNull();
  });
});

describe('what fixes free', () => {
  const layers: readonly LayerSpec[] = [
    { base: true, files: { libc: 50 * MB } },
    { files: { lists: 20 * MB, sources: 30 * MB, program: 5 * MB } },
    { deletes: ['lists', 'sources'] },
  ];
  const image = fabricate(layers);
  const fixOf = (path: string, bytes: number, layer = 1) => ({ layer, path, bytes });

  it('is no reason to merge layers', () => {
    const fixed = [fixOf('lists', 20 * MB), fixOf('sources', 30 * MB)];
    expect(adviseSquash(image, { fixed, limit: null })).toBeNull();
  });

  it('is not counted among what is added, file by file and in part', () => {
    const added = (...fixed: readonly ReturnType<typeof fixOf>[]) =>
      adviseSquash(image, { fixed, limit: null })?.ranges.map(range => [range.freed, range.added]);
    expect(added(fixOf('lists', 20 * MB))).toEqual([[50 * MB, 30 * MB]]);
    expect(added(fixOf('sources', 10 * MB))).toEqual([[50 * MB, 40 * MB]]);
    expect(added(fixOf('lists', 20 * MB, 2), fixOf('program', 5 * MB))).toEqual([[50 * MB, 50 * MB]]);
  });

  it('is of one copy where a layer has several of one path', () => {
    const twice = imageOf(
      [9 * MB, 0],
      [
        [0, 1, 4 * MB],
        [0, 1, 4 * MB],
      ],
    );
    const wastedFiles = twice.wastedFiles.map(file => ({ ...file, path: 'same' }));
    const advice = adviseSquash(
      { ...twice, wastedFiles },
      { fixed: [{ layer: 0, path: 'same', bytes: 4 * MB }], limit: null },
    );
    expect(advice?.ranges).toMatchObject([{ freed: 8 * MB, added: 4 * MB }]);
  });
});

describe('a limit of layers', () => {
  it('is kept by the layers that become the smallest one, of all that would do', () => {
    let grown = 0;
    fc.assert(
      fc.property(randomImage, fc.integer({ min: 1, max: 7 }), (image, limit) => {
        const from = image.baseLayerCount ?? 1;
        const merged = adviseSquash(image, NOTHING_ELSE);
        const advice = adviseSquash(image, { fixed: [], limit });
        const least = smallest(image, from, merged, limit);
        if (least === null) expect(advice).toEqual(merged);
        if (least === null) return;
        expect(advice?.limit ?? limit).toBe(limit);
        expect(advice?.layerCount ?? image.layers.length).toBeLessThanOrEqual(limit);
        const added = (advice?.ranges ?? []).filter(
          range => !merged?.ranges.some(other => other.first === range.first && other.last === range.last),
        );
        expect(added.length).toBeLessThanOrEqual(1);
        if (added.length > 0 && merged) grown += 1;
        expect(added.reduce((sum, range) => sum + sizeOf(image, range), 0)).toBe(least);
      }),
      { numRuns: times(300) },
    );
    expect(grown).toBeGreaterThan(5);
  });

  it('may be of thousands of layers', () => {
    const sizes = Array.from({ length: 4096 }, (_, layer) => (layer >= 1000 && layer < 1200 ? 1 : MB));
    const advice = adviseSquash(imageOf(sizes, []), { fixed: [], limit: 3990 });
    expect(advice).toMatchObject({ layerCount: 3990, limit: 3990, ranges: [{ size: 107 }] });
    expect(advice?.ranges[0]?.first).toBe(1093);
  });

  it('takes the highest of layers that cost the same', () => {
    const advice = adviseSquash(imageOf([0, 0, 0, 0, 0], [], 1), { fixed: [], limit: 3 });
    expect(advice?.ranges).toMatchObject([{ first: 2, last: 4 }]);
  });

  it('is out of reach where the base has too many', () => {
    expect(adviseSquash(imageOf([1, 1, 1, 1], [], 3), { fixed: [], limit: 3 })).toBeNull();
    expect(adviseSquash(imageOf([1, 1, 1, 1], [], 2), { fixed: [], limit: 3 })?.limit).toBe(3);
  });

  it('is kept by ranges that are merged anyway where these are enough', () => {
    const merged = [{ first: 1, last: 3 }];
    const layers = imageOf([1, 1, 1, 1, 1], []).layers;
    expect(fitLayers(layers, [], { from: 0, needed: 2, merged })).toEqual(merged);
    expect(fitLayers(layers, [], { from: 0, needed: 0, merged })).toEqual(merged);
    expect(fitLayers(layers, [], { from: 0, needed: 4, merged })).toEqual([{ first: 0, last: 4 }]);
  });
});

/** Of one more range, or one that has grown, the least size that leaves `limit` layers; null where none does, 0 where none is needed. */
function smallest(image: Image, from: number, merged: SquashAdvice | null, limit: number): number | null {
  const needed = (merged?.layerCount ?? image.layers.length) - limit;
  if (needed <= 0) return 0;
  const isCut = (range: LayerRange, { first, last }: LayerRange) =>
    range.first <= last && range.last >= first && !(range.first <= first && range.last >= last);
  const found = rangesFrom(from, image.layers.length).filter(range => {
    const ranges = merged?.ranges ?? [];
    if (ranges.some(other => isCut(range, other))) return false;
    const inside = ranges.filter(({ first, last }) => range.first <= first && range.last >= last);
    const gone = inside.reduce((sum, { first, last }) => sum + last - first, 0);
    return range.last - range.first - gone === needed;
  });
  return found.length === 0 ? null : Math.min(...found.map(range => sizeOf(image, range)));
}
