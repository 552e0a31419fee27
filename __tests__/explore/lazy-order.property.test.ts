import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LazyOrder } from '../../src/explore/lazy-order.ts';
import { times } from '../support/long.ts';

it('has its items in order, and each at its rows, whatever is looked at first', () => {
  const rows = fc.array(fc.nat(3), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(rows, fc.array(fc.nat(400), { maxLength: 8 }), fc.nat(50), (counts, looks, keys) => {
      const rowsOf = (item: number): number => counts[item] ?? 0;
      const items = Uint32Array.from(counts, (_, item) => item);
      // Many are equal but for their numbers.
      const compare = (one: number, other: number) =>
        (one % (keys + 1)) - (other % (keys + 1)) || one - other;
      const sorted = [...items].sort(compare);
      const expected = sorted.flatMap((item, index) =>
        Array.from({ length: rowsOf(item) }, () => ({ item, index })),
      );
      const order = new LazyOrder(items, compare, rowsOf);
      for (const row of [...looks, ...expected.keys()]) {
        const found = order.locate(row, rowsOf);
        expect(found?.index).toBe(expected[row]?.index);
        if (found === null) continue;
        const item = order.at(found.index, rowsOf);
        expect(item).toBe(expected[row]?.item);
        expect(expected.findIndex(each => each.item === item)).toBe(found.firstRow);
        expect(order.rowsBefore(item, rowsOf)).toBe(found.firstRow);
      }
      expect(Array.from(items, (_, index) => order.at(index, rowsOf))).toEqual(sorted);
    }),
    { numRuns: times(300) },
  );
});
