import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commonSubsequence } from '../../src/compare/alignment.ts';
import { times } from '../support/long.ts';

const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 9 });

test('a common subsequence is common, ascending, and as long as any', () => {
  fc.assert(
    fc.property(keys, keys, (first, second) => {
      const matches = commonSubsequence(first, second);
      expect(matches).toHaveLength(longest(first, second));
      for (const [index, [i, j]] of matches.entries()) {
        expect(first[i]).toBe(second[j]);
        const previous = matches[index - 1] ?? [-1, -1];
        expect(i > previous[0] && j > previous[1]).toBe(true);
      }
    }),
    { numRuns: times(500) },
  );
});

test('lists too long for a table are still matched in order', () => {
  const first = Array.from({ length: 3000 }, (_, i) => `k${i}`);
  const second = ['new', ...first.slice(1000), ...first.slice(0, 1000), 'last'];
  const matches = commonSubsequence(first, second);
  expect(matches.length).toBeGreaterThanOrEqual(1000);
  expect(matches.every(([i, j]) => first[i] === second[j])).toBe(true);
  expect(matches.every(([, j], index) => index === 0 || j > (matches[index - 1]?.[1] ?? 0))).toBe(true);
});

/** By definition. */
function longest(first: readonly string[], second: readonly string[]): number {
  const [a, ...rest] = first;
  if (a === undefined) return 0;
  const place = second.indexOf(a);
  const without = longest(rest, second);
  return place === -1 ? without : Math.max(without, 1 + longest(rest, second.slice(place + 1)));
}
