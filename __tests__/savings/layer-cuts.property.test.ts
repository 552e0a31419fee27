import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fabricateTar } from '../support/fabricate/layer.ts';
import { times } from '../support/long.ts';
import { cutOut, cuttings, type Packing, wholeDifference } from './whole-layer.ts';

/**
 * Borders of deflate's blocks are elsewhere in a whole layer: by that much a run may be off, where content that does not
 * compress meets content that does. Bytes.
 */
const BORDERS: Readonly<Record<Packing, number>> = { gzip: 4000, zstd: 500 };

describe.each(['gzip', 'zstd'] as const)('what is cut out of a layer, with %s', packing => {
  it('is what compressing all of it tells, within 1 % and the borders of blocks', async () => {
    await fc.assert(
      fc.asyncProperty(cuttings, async ({ layer, removed }) => {
        const tar = await fabricateTar(layer);
        const whole = wholeDifference(tar, removed, packing);
        const [saved] = await cutOut(tar, [removed], packing);
        if (saved === null || saved === undefined) throw new Error('it was not measured');
        expect(Math.abs(saved - whole), `${saved} for ${whole}`).toBeLessThanOrEqual(
          whole * 0.01 + BORDERS[packing],
        );
      }),
      { numRuns: times(50) },
    );
  });

  it('is on the average within 0.5 %, and not to one side', async () => {
    const sums = { whole: 0, error: 0, distance: 0 };
    for (const { layer, removed } of fc.sample(cuttings, { numRuns: 60, seed: 4 })) {
      const tar = await fabricateTar(layer);
      const whole = wholeDifference(tar, removed, packing);
      const [saved] = await cutOut(tar, [removed], packing);
      sums.whole += whole;
      sums.error += (saved ?? 0) - whole;
      sums.distance += Math.abs((saved ?? 0) - whole);
    }
    expect(sums.whole).toBeGreaterThan(1_000_000);
    expect(sums.distance / sums.whole).toBeLessThan(0.005);
    expect(Math.abs(sums.error) / sums.whole).toBeLessThan(0.001);
  });

  it('is the same by position and as it passes by, whatever the chunks and whatever else is cut out', async () => {
    const chunkings = fc.array(fc.integer({ min: 1, max: 400_000 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(cuttings, cuttings, chunkings, async ({ layer, removed }, other, lengths) => {
        const tar = await fabricateTar(layer);
        const sets = [removed, other.removed.filter(file => file < layerLength(layer)), []];
        const positioned = await cutOut(tar, sets, packing);
        const streamed = await cutOut(tar, sets, packing, atLeast(lengths, tar.length / 300));
        const [alone] = await cutOut(tar, [removed], packing);
        expectAlike(positioned, streamed, packing);
        expectAlike(positioned.slice(0, 1), [alone], packing);
        expect(positioned.at(-1)).toBe(0);
      }),
      { numRuns: times(30) },
    );
  });
});

/** A zstd frame ends in an empty block, or does not, as it happens to learn of its end. */
function expectAlike(
  some: readonly (number | null)[],
  others: readonly (number | null | undefined)[],
  packing: Packing,
): void {
  for (const [index, saved] of some.entries()) {
    const difference = Math.abs((saved ?? Number.NaN) - (others[index] ?? Number.NaN));
    expect(difference).toBeLessThanOrEqual(packing === 'zstd' ? 40 : 0);
  }
}

function layerLength(layer: object): number {
  return Array.isArray(layer) ? layer.length : Object.keys(layer).length;
}

/** A layer of megabytes in chunks of one byte takes minutes. */
function atLeast(lengths: readonly number[], least: number): readonly number[] {
  return lengths.map(length => Math.max(length, Math.ceil(least)));
}
