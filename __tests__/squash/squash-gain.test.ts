import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StackedScans } from '../../src/analysis/stacked-scans.ts';
import { planLayerMerge } from '../../src/squash/layer-merge.ts';
import { SquashGains } from '../../src/squash/squash-gain.ts';
import { fabricateTar } from '../support/fabricate/layer.ts';
import { layerDescriptions } from '../support/fabricate/random-image.ts';
import { times } from '../support/long.ts';
import { scanTar } from '../support/squash/merged.ts';

/** Hidden copies: written by, hidden by, bytes. */
function gains(sizes: readonly number[], ...wasted: readonly (readonly [number, number, number])[]) {
  return new SquashGains(
    sizes,
    wasted.map(([writtenBy, hiddenBy, bytes]) => ({ writtenBy, hiddenBy, bytes })),
  );
}

it('is what merging frees, of every range of random images', async () => {
  let ranges = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(layerDescriptions, { minLength: 1, maxLength: 4 }), async image => {
      const scans = await Promise.all(image.map(async each => await scanTar(await fabricateTar(each))));
      const stacked = new StackedScans(scans);
      if (stacked.stack.danglingLinks > 0) return;
      const found = new SquashGains(
        scans.map(({ size }) => size),
        stacked.wasted,
      );
      for (let first = 0; first < scans.length; first += 1)
        for (let last = first; last < scans.length; last += 1) {
          ranges += 1;
          const { size, layers } = planLayerMerge(scans, { first, last });
          // A link to a file below has the content besides.
          if (layers.every(({ layer }) => layer >= first)) expect(found.of({ first, last }).size).toBe(size);
        }
    }),
    { numRuns: times(150) },
  );
  expect(ranges).toBeGreaterThan(300);
});

describe('ranges that free more than any in them', () => {
  const tight = (found: SquashGains, from: number, least: number) => [...found.tight(from, least)];

  it('begin with what is hidden and end with what hides it', () => {
    const found = gains([100, 50, 10, 0, 30], [1, 3, 40]);
    expect(tight(found, 0, 1)).toEqual([{ first: 1, last: 3, freed: 40, size: 20 }]);
    expect(found.of({ first: 0, last: 4 })).toEqual({ first: 0, last: 4, freed: 40, size: 150 });
  });

  it('come from the lowest on, where they free enough', () => {
    const found = gains([1000, 50, 0, 500, 0], [1, 2, 50], [3, 4, 400], [0, 4, 100]);
    const all = [
      { first: 0, last: 4, freed: 550, size: 1000 },
      { first: 1, last: 2, freed: 50, size: 0 },
      { first: 1, last: 4, freed: 450, size: 100 },
      { first: 3, last: 4, freed: 400, size: 100 },
    ];
    expect(tight(found, 0, 1)).toEqual(all);
    expect(tight(found, 1, 1)).toEqual(all.slice(1));
    expect(tight(found, 0, 450)).toEqual([all[0], all[2]]);
  });

  it('are none where nothing is hidden, or there is one layer', () => {
    expect(tight(gains([1, 2, 3]), 0, 1)).toEqual([]);
    expect(tight(gains([5], [0, 0, 2]), 0, 1)).toEqual([]);
    expect(tight(gains([]), 0, 1)).toEqual([]);
  });
});
