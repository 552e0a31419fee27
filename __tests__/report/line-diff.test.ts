import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lineDiff } from '../../src/report/line-diff.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 });

it('tells both texts, and as much of what they share as can be', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const diff = lineDiff(before, after);
      expect(diff.filter(({ sign }) => sign !== '+').map(({ text }) => text)).toEqual(before);
      expect(diff.filter(({ sign }) => sign !== '-').map(({ text }) => text)).toEqual(after);
      const kept = diff.filter(({ sign }) => sign === ' ').length;
      expect(kept).toBe(longestCommon(before, after));
    }),
  );
});

it('puts what goes before what comes', () => {
  const diff = lineDiff(['a', 'b', 'c'], ['a', 'x', 'c', 'd']);
  expect(diff.map(({ sign, text }) => sign + text)).toEqual([' a', '-b', '+x', ' c', '+d']);
});

it('is quick for what is long', () => {
  const many = Array.from({ length: 20_000 }, (_, index) => `${index}`);
  expect(lineDiff(many, many.toReversed())).toHaveLength(40_000);
});

function longestCommon(a: readonly string[], b: readonly string[]): number {
  const [first, ...rest] = a;
  if (first === undefined || b.length === 0) return 0;
  const at = b.indexOf(first);
  const without = longestCommon(rest, b);
  return at < 0 ? without : Math.max(without, 1 + longestCommon(rest, b.slice(at + 1)));
}
