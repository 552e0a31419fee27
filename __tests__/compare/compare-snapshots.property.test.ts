import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareSnapshots } from '../../src/compare/compare-snapshots.ts';
import type { Cause, Comparison, PackageDelta } from '../../src/compare/comparison.ts';
import { parseSnapshot, serializeSnapshot } from '../../src/compare/parse-snapshot.ts';
import type { Snapshot } from '../../src/compare/snapshot.ts';
import { times } from '../support/long.ts';
import { snapshotPairs } from './arbitrary.ts';

/** Whether either side is as the first version knew it: without packages. */
const sides = fc.tuple(fc.boolean(), fc.boolean());

const sumOf = (parts: readonly { readonly bytes: number }[]): number => sum(parts.map(({ bytes }) => bytes));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

test('the causes add up to the size delta, and what is below each to the cause, byte for byte', () => {
  fc.assert(
    fc.property(snapshotPairs, sides, ([base, head], forget) => {
      const { causes, delta, layers } = compareSnapshots(...forgetful(base, head, forget));
      expect(sumOf(causes)).toBe(head.size - base.size);
      expect(delta.size).toBe(head.size - base.size);
      expect(sum(layers.map(layer => layer.delta))).toBe(delta.size);
      for (const { bytes, packages, packageTotals, files, otherBytes } of causes) {
        expect(sumOf(packages) + sumOf(files) + otherBytes).toBe(bytes);
        expect(packages.length).toBeLessThanOrEqual(10);
        expect(files.length).toBeLessThanOrEqual(10);
        const counted = Object.values(packageTotals).some(({ count }) => count > 0);
        expect(bytes !== 0 || files.length > 0 || counted).toBe(true);
        expect(packages.filter(each => each.bytes === 0)).toEqual([]);
        // There are no more than are listed.
        expect(sumOf(Object.values(packageTotals))).toBe(sumOf(packages));
      }
    }),
    { numRuns: times(600) },
  );
});

test('what became of the packages adds up to the size delta, and is the sum of the causes', () => {
  let told = 0;
  fc.assert(
    fc.property(snapshotPairs, ([base, head]) => {
      const { causes, packages, delta } = compareSnapshots(base, head);
      if (packages === null) throw new TypeError('both sides know their packages');
      expect(sumOf(packages.packages) + packages.otherBytes).toBe(delta.size);
      expect(sumOf(Object.values(packages.totals))).toBe(sumOf(packages.packages));
      expect(byPackage(packages.packages)).toEqual(byPackage(causes.flatMap(cause => cause.packages)));
      for (const { name, type, before, after } of packages.packages) {
        expect(before).toBe(versionsOf(base, type, name));
        expect(after).toBe(versionsOf(head, type, name));
      }
      told += packages.packages.length;
    }),
    { numRuns: times(300) },
  );
  expect(told).toBeGreaterThan(100);
});

test('what is added only adds, what is removed only takes away, and nothing is told as both', () => {
  fc.assert(
    fc.property(snapshotPairs, ([base, head]) => {
      const { causes } = compareSnapshots(base, head);
      const named = new Map<string, string>();
      for (const { kind, change, bytes, packages, files, head: places, baseline } of causes) {
        if (kind === 'base-image') continue;
        // A package may take a file over that belonged to none.
        if (kind !== 'packages' && change === 'added') expect([bytes > 0, baseline]).toEqual([true, []]);
        if (kind !== 'packages' && change === 'removed') expect([bytes < 0, places]).toEqual([true, []]);
        expect(sumOf([...places, ...baseline])).toBe(bytes);
        if (change !== 'added' && change !== 'removed') continue;
        const names =
          kind === 'packages'
            ? packages.map(({ type, name }) => `${type} ${name}`)
            : files.map(({ path }) => path);
        for (const name of names) expect(named.get(name) ?? change).toBe(change);
        if (kind !== 'waste') for (const name of names) named.set(name, change);
      }
    }),
    { numRuns: times(300) },
  );
});

test('where a side does not know its packages, files are told of both, and a notice says so', () => {
  fc.assert(
    fc.property(
      snapshotPairs,
      sides.filter(([first, second]) => first || second),
      ([base, head], forget) => {
        const there = compareSnapshots(...forgetful(base, head, forget));
        expect(there.packages).toBeNull();
        expect(there.causes.flatMap(({ packages }) => packages)).toEqual([]);
        expect(there.notices.map(({ code }) => code)).toContain('comparison-packages-unknown');
      },
    ),
    { numRuns: 100 },
  );
});

test('every layer of both sides is there once, in order', () => {
  fc.assert(
    fc.property(snapshotPairs, ([base, head]) => {
      const { layers } = compareSnapshots(base, head);
      const bases = layers.flatMap(({ baselineIndex }) => baselineIndex ?? []);
      const heads = layers.flatMap(({ headIndex }) => headIndex ?? []);
      expect(bases).toEqual(base.layers.map((_, index) => index));
      expect(heads).toEqual(head.layers.map((_, index) => index));
    }),
    { numRuns: times(300) },
  );
});

test('swapping base and head negates every delta and nothing else', () => {
  fc.assert(
    fc.property(snapshotPairs, ([base, head]) => {
      const there = compareSnapshots(base, head);
      const back = compareSnapshots(head, base);
      expect(back.delta).toEqual(mapValues(there.delta, negated));
      expect(pairsOf(back, 'headIndex', 'baselineIndex', -1)).toEqual(
        pairsOf(there, 'baselineIndex', 'headIndex', 1),
      );
      expect(amountsOf(back.causes, -1)).toEqual(amountsOf(there.causes, 1));
      expect(packagesOf(back.packages?.packages ?? [], -1)).toEqual(
        packagesOf(there.packages?.packages ?? [], 1),
      );
      expect(back.baseImageChanged).toBe(there.baseImageChanged);
    }),
    { numRuns: times(300) },
  );
});

test('an image beside itself has not changed', () => {
  fc.assert(
    fc.property(snapshotPairs, ([snapshot]) => {
      const { causes, packages, layers, ...rest } = compareSnapshots(snapshot, snapshot);
      const { delta, baseImageChanged, notices } = rest;
      expect(packages?.packages).toEqual([]);
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

test('a snapshot of the first version is read as one whose packages are not known', () => {
  fc.assert(
    fc.property(snapshotPairs, ([snapshot]) => {
      const text = JSON.stringify(firstVersion(snapshot));
      const read = parseSnapshot(text, 'base.json');
      expect(read).toEqual(withoutPackages(snapshot));
      expect(parseSnapshot(serializeSnapshot(read), 'base.json')).toEqual(read);
    }),
  );
});

type Forget = readonly [base: boolean, head: boolean];

function forgetful(base: Snapshot, head: Snapshot, [first, second]: Forget): readonly [Snapshot, Snapshot] {
  return [first ? withoutPackages(base) : base, second ? withoutPackages(head) : head];
}

function withoutPackages(snapshot: Snapshot): Snapshot {
  const layers = snapshot.layers.map(layer => ({
    ...layer,
    files: layer.files.map(([path, bytes]) => [path, bytes] as const),
    ...{ packages: [], directories: [], hidden: [] },
  }));
  return { ...snapshot, packages: null, layers };
}

/** As version 1 wrote it. */
function firstVersion(snapshot: Snapshot): unknown {
  const { packages: _unknown, layers, ...rest } = withoutPackages(snapshot);
  const plain = layers.map(({ packages: _none, directories: _untold, hidden: _shown, ...layer }) => layer);
  return { ...rest, deadweightSnapshot: 1, layers: plain };
}

function byPackage(packages: readonly PackageDelta[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const { type, name, bytes } of packages) {
    sums.set(`${type} ${name}`, (sums.get(`${type} ${name}`) ?? 0) + bytes);
  }
  return Object.fromEntries([...sums].filter(([, bytes]) => bytes !== 0).sort());
}

function versionsOf({ packages }: Snapshot, type: string, name: string): string | null {
  const all = (packages ?? []).filter(each => each[0] === type && each[1] === name);
  const versions = [...new Set(all.map(each => each[2]))].sort();
  return versions.length === 0 ? null : versions.join(', ');
}

/** `deb tool 1.0 1.1 300`; of the exchanged sides with the versions exchanged. */
function packagesOf(packages: readonly PackageDelta[], sign: number): string[] {
  return packages
    .map(({ type, name, before, after, bytes }) => {
      const versions = sign > 0 ? [before, after] : [after, before];
      return [type, name, ...versions, sign * bytes + 0].join(' ');
    })
    .sort();
}

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

type Index = 'baselineIndex' | 'headIndex';

function pairsOf({ layers }: Comparison, first: Index, second: Index, sign: number): string[] {
  return layers.map(layer => `${layer[first]} ${layer[second]} ${sign * layer.delta + 0}`).sort();
}

/** How many bytes each package moved, and all paths together: directories are told by what else lies beside them. */
function amountsOf(causes: readonly Cause[], sign: number): Record<string, number> {
  const sums = new Map<string, number>();
  const add = (name: string, bytes: number): void => {
    sums.set(name, (sums.get(name) ?? 0) + sign * bytes);
  };
  for (const { packages, files, otherBytes } of causes) {
    for (const { type, name, bytes } of packages) add(`${type} ${name}`, bytes);
    for (const { bytes } of files) add('paths', bytes);
    add('paths', otherBytes);
  }
  return Object.fromEntries([...sums].filter(([, bytes]) => bytes !== 0).sort());
}
