import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareSnapshots } from '../../src/compare/compare-snapshots.ts';
import type { Cause, Comparison } from '../../src/compare/comparison.ts';
import { parseSnapshot, serializeSnapshot } from '../../src/compare/parse-snapshot.ts';
import { snapshotPairs } from './arbitrary.ts';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

test('the causes add up to the size delta, and the files of each to the cause, byte for byte', () => {
  fc.assert(
    fc.property(snapshotPairs, ([base, head]) => {
      const { causes, delta, layers } = compareSnapshots(base, head);
      expect(sum(causes.map(({ bytes }) => bytes))).toBe(head.size - base.size);
      expect(delta.size).toBe(head.size - base.size);
      expect(sum(layers.map(layer => layer.delta))).toBe(delta.size);
      for (const cause of causes) {
        expect(sum(cause.files.map(({ bytes }) => bytes)) + cause.otherBytes).toBe(cause.bytes);
        expect(cause.files.length).toBeLessThanOrEqual(10);
        expect(cause.bytes !== 0 || cause.files.length > 0).toBe(true);
      }
    }),
    { numRuns: 400 },
  );
});

test('every layer of both sides is there once, in order', () => {
  fc.assert(
    fc.property(snapshotPairs, ([base, head]) => {
      const { layers } = compareSnapshots(base, head);
      const bases = layers.flatMap(({ baseIndex }) => baseIndex ?? []);
      const heads = layers.flatMap(({ headIndex }) => headIndex ?? []);
      expect(bases).toEqual(base.layers.map((_, index) => index));
      expect(heads).toEqual(head.layers.map((_, index) => index));
    }),
    { numRuns: 300 },
  );
});

test('swapping base and head negates every delta and nothing else', () => {
  fc.assert(
    fc.property(snapshotPairs, ([base, head]) => {
      const there = compareSnapshots(base, head);
      const back = compareSnapshots(head, base);
      expect(back.delta).toEqual(mapValues(there.delta, negated));
      expect(pairsOf(back, 'headIndex', 'baseIndex', -1)).toEqual(
        pairsOf(there, 'baseIndex', 'headIndex', 1),
      );
      expect(amountsOf(back.causes, -1)).toEqual(amountsOf(there.causes, 1));
      expect(back.baseImageChanged).toBe(there.baseImageChanged);
    }),
    { numRuns: 300 },
  );
});

test('an image beside itself has not changed', () => {
  fc.assert(
    fc.property(snapshotPairs, ([snapshot]) => {
      const { causes, layers, delta, baseImageChanged, notices } = compareSnapshots(snapshot, snapshot);
      expect(causes).toEqual([]);
      expect(layers.filter(layer => layer.change !== 'unchanged')).toEqual([]);
      expect(Object.values(delta).filter(value => value !== 0 && value !== null)).toEqual([]);
      expect(baseImageChanged).toBe(snapshot.baseLayerCount === null ? null : false);
      expect(notices).toEqual([]);
    }),
  );
});

test('every snapshot is read as it was written', () => {
  fc.assert(
    fc.property(snapshotPairs, ([snapshot]) => {
      expect(parseSnapshot(serializeSnapshot(snapshot), 'base.json')).toEqual(snapshot);
    }),
  );
});

/** 0 has no sign here. */
function negated(value: number | null): number | null {
  return value === null || value === 0 ? value : -value;
}

function mapValues(
  figures: Comparison['delta'],
  change: (value: number | null) => number | null,
): Record<string, number | null> {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, change(value)]));
}

type Index = 'baseIndex' | 'headIndex';

function pairsOf({ layers }: Comparison, first: Index, second: Index, sign: number): string[] {
  return layers.map(layer => `${layer[first]} ${layer[second]} ${sign * layer.delta + 0}`).sort();
}

function amountsOf(causes: readonly Cause[], sign: number): string[] {
  return causes
    .map(({ bytes, files, otherBytes }) => {
      const moved = files.map(({ path, bytes: part }) => `${path} ${sign * part + 0}`);
      return [sign * bytes + 0, sign * otherBytes + 0, ...moved].join('|');
    })
    .sort();
}
