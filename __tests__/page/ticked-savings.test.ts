import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FreedBytes, unionOfSavings } from '../../src/findings/freed-bytes.ts';
import { tickedSaving } from '../../src/page/ticked-savings.ts';
import type { FreedFile } from '../../src/savings/layer-files.ts';
import { times } from '../support/long.ts';

const file: fc.Arbitrary<FreedFile> = fc.record({
  layer: fc.integer({ min: 0, max: 2 }),
  path: fc.constantFrom('a', 'b', 'c'),
  bytes: fc.integer({ min: 0, max: 9 }),
});

/** Findings by what their fixes free, with those that are ticked. */
const ticks = fc.array(
  fc.record({ freed: fc.array(file, { maxLength: 4 }), isTicked: fc.boolean(), hasEdits: fc.boolean() }),
  { maxLength: 6 },
);

function rangeOf(
  all: readonly {
    readonly freed: readonly FreedFile[];
    readonly isTicked: boolean;
    readonly hasEdits: boolean;
  }[],
) {
  const counted = new FreedBytes();
  const findings = all.map(({ freed, hasEdits }) => {
    const addedBytes = counted.add(freed);
    const bytes = unionOfSavings([{ freed }]);
    return { saving: { bytes, addedBytes, compressedBytes: null, basis: 'predicted' as const }, hasEdits };
  });
  const ticked = new Set(all.flatMap(({ isTicked }, index) => (isTicked ? [index] : [])));
  const edited = unionOfSavings(all.filter(({ hasEdits }) => hasEdits));
  return tickedSaving(findings, ticked, unionOfSavings(all), edited);
}

it('holds what is ticked between bounds that are true', () => {
  fc.assert(
    fc.property(ticks, all => {
      const { least, most } = rangeOf(all);
      const real = unionOfSavings(all.filter(({ isTicked }) => isTicked));
      expect(least).toBeLessThanOrEqual(real);
      expect(most).toBeGreaterThanOrEqual(real);
    }),
    { numRuns: times(500) },
  );
});

it('knows what all of them save, and what each saves alone', () => {
  fc.assert(
    fc.property(ticks, all => {
      const everything = unionOfSavings(all);
      expect(rangeOf(all.map(one => ({ ...one, isTicked: true })))).toEqual({
        least: everything,
        most: everything,
      });
      for (const [only, { freed }] of all.entries()) {
        const bytes = unionOfSavings([{ freed }]);
        const ticked = all.map((one, index) => ({ ...one, isTicked: index === only }));
        expect(rangeOf(ticked)).toEqual({ least: bytes, most: bytes });
      }
    }),
    { numRuns: times(300) },
  );
});

it('knows what those with edits save, and of some of them the sum where none of them share', () => {
  fc.assert(
    fc.property(ticks, all => {
      const edited = all.filter(({ hasEdits }) => hasEdits);
      const union = unionOfSavings(edited);
      expect(rangeOf(all.map(one => ({ ...one, isTicked: one.hasEdits })))).toEqual({
        least: union,
        most: union,
      });
      const sum = (some: typeof all): number =>
        some.reduce((bytes, { freed }) => bytes + unionOfSavings([{ freed }]), 0);
      fc.pre(sum(edited) === union);
      const some = all.map(one => ({ ...one, isTicked: one.isTicked && one.hasEdits }));
      const bytes = sum(some.filter(({ isTicked }) => isTicked));
      expect(rangeOf(some)).toEqual({ least: bytes, most: bytes });
    }),
    { numRuns: times(300) },
  );
});
