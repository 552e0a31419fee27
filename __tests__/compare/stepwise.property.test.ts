import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ImageAnalysis } from '../../src/analysis/image-analysis.ts';
import { DeadweightError } from '../../src/base/errors.ts';
import { compareSnapshots } from '../../src/compare/compare-snapshots.ts';
import type { Cause } from '../../src/compare/comparison.ts';
import { parseSnapshot, serializeSnapshot } from '../../src/compare/parse-snapshot.ts';
import type { Snapshot } from '../../src/compare/snapshot.ts';
import { createSnapshot } from '../../src/compare/snapshot-of.ts';
import { fittingRanges } from '../../src/squash/layer-ranges.ts';
import { times } from '../support/long.ts';
import { type SquashedAnalyses, squashedAnalyses } from '../support/squash/squashed-analysis.ts';
import { analysisPairs } from './arbitrary.ts';

/** Null where a layer is one that no engine unpacks. */
function squashed(analysis: ImageAnalysis): SquashedAnalyses | null {
  try {
    const { ranges } = fittingRanges({ kind: 'own' }, analysis.layers.length, analysis.baseLayerCount);
    return squashedAnalyses(analysis, ranges);
  } catch (error) {
    if (error instanceof DeadweightError && error.message.includes('hard link')) return null;
    throw error;
  }
}

/** As it is stored and read again. */
function stored(analysis: ImageAnalysis): Snapshot {
  return parseSnapshot(serializeSnapshot(createSnapshot(analysis, null)), 'snapshot.json');
}

/** The snapshot of an image with a layer for each step: what is left of a layer is another one. */
function byLayer({ remaining, squashed: { layers } }: SquashedAnalyses): Snapshot {
  const snapshot = createSnapshot(remaining, null);
  const merged = layers.findIndex(({ steps }) => steps !== undefined);
  const renamed = snapshot.layers.map((layer, index) =>
    merged < 0 || index < merged
      ? layer
      : { ...layer, diffId: `${layers[merged]?.diffId} ${index - merged}` },
  );
  return { ...snapshot, layers: renamed };
}

/** All that a cause tells but for the numbers of its layers. */
function toldBy({ head, baseline, layerCounts: _counts, waste, ...cause }: Cause): unknown {
  const places = [head, baseline].map(side =>
    side.map(({ bytes, instruction, createdBy }) => [bytes, instruction, createdBy]),
  );
  return { ...cause, places, waste: waste && { ...waste, layer: null } };
}

test('what a layer of many lines changed is told by the lines, as if there were a layer for each', () => {
  let merged = 0;
  fc.assert(
    fc.property(analysisPairs, ([before, after]) => {
      const [base, head] = [squashed(before), squashed(after)];
      if (base === null || head === null) return;
      const [baseSnapshot, headSnapshot] = [stored(base.squashed), stored(head.squashed)];
      const { causes, delta } = compareSnapshots(baseSnapshot, headSnapshot);
      const byStep = compareSnapshots(byLayer(base), byLayer(head));
      expect(causes.map(toldBy)).toEqual(byStep.causes.map(toldBy));
      expect(causes.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(delta.size);
      expect(delta.size).toBe(head.squashed.size - base.squashed.size);
      expect(delta.layerCount).toBe(head.squashed.layers.length - base.squashed.layers.length);
      for (const { head: places, baseline } of causes) {
        for (const { layer } of places) expect(layer).toBeLessThan(Math.max(1, headSnapshot.layers.length));
        for (const { layer } of baseline) expect(layer).toBeLessThan(Math.max(1, baseSnapshot.layers.length));
      }
      if (headSnapshot.layers.some(({ steps }) => steps !== undefined)) merged += 1;
    }),
    { numRuns: times(300) },
  );
  expect(merged).toBeGreaterThan(50);
});

test('an image of which nothing is merged is told as ever', () => {
  fc.assert(
    fc.property(analysisPairs, ([before, after]) => {
      const known = after.scans.length;
      const same = squashedAnalyses(after, []).squashed;
      expect(
        same.layers.map(({ size, wastedBytes, instruction }) => [size, wastedBytes, instruction]),
      ).toEqual(after.layers.map(({ size, wastedBytes, instruction }) => [size, wastedBytes, instruction]));
      expect(same.scans.length).toBe(known);
      const base = createSnapshot(before, null);
      expect(compareSnapshots(base, createSnapshot(same, null)).causes).toEqual(
        compareSnapshots(base, createSnapshot(after, null)).causes,
      );
    }),
    { numRuns: times(100) },
  );
});
