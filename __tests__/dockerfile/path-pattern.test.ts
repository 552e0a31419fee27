import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePathPattern, type MatchAllowance } from '../../src/dockerfile/path-pattern.ts';
import { times } from '../support/long.ts';

const unlimited: MatchAllowance = { steps: Number.POSITIVE_INFINITY };

/** What the pattern is as a regular expression, as github.com/moby/patternmatcher writes it; null where it is none. */
function expressionOf(pattern: string): RegExp | null {
  const source = pattern.replace(/\*\*\/?$|\*\*\/?|\*|\?|\\.|[\\.+(){}|$]/gs, (token: string, at: number) => {
    if (token.startsWith('**')) return at + token.length === pattern.length ? '.*' : '(?:.*/)?';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    return token.startsWith('\\') && token.length > 1 ? token : `\\${token}`;
  });
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    return null;
  }
}

/** Text of few characters, of which those that are listed twice come more often. */
function textOf(characters: readonly string[], maxLength: number): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...characters), { maxLength }).map(parts => parts.join(''));
}

const inPatterns = [
  'a',
  'a',
  'b',
  '/',
  '/',
  '*',
  '*',
  '**/',
  '?',
  '[',
  ']',
  '^',
  '-',
  '!',
  '.',
  '\\',
  '+',
  'ü',
];
const escaped = [
  '\\d',
  '\\D',
  '\\b',
  '\\B',
  '\\w',
  '\\S',
  '\\x61',
  '\\u0061',
  '\\141',
  '\\1',
  '\\c',
  '\\C',
  '\\*',
];
const inPaths = ['a', 'a', 'a', 'b', 'b', '/', '/', '.', '-', '1', '\\', ']', '^', '*', 'C', '\n', 'ü', '😀'];

describe('a pattern', () => {
  it('matches what its regular expression matches', () => {
    const patterns = textOf([...inPatterns, ...inPatterns, ...escaped], 9).filter(pattern =>
      /[?[\]\\]|\*.*[^*]\*|[^*]\*[^*]/.test(pattern),
    );
    fc.assert(
      fc.property(patterns, fc.array(textOf(inPaths, 10), { maxLength: 20 }), (pattern, paths) => {
        const expression = expressionOf(pattern);
        const matches = compilePathPattern(pattern);
        const own = paths.map(path => matches(path, unlimited));
        expect(own).toEqual(paths.map(path => expression?.test(path) ?? false));
      }),
      { numRuns: times(3000) },
    );
  });

  it.each([
    ['*a'.repeat(50), '*b', 'a'.repeat(4000)],
    ['**/a'.repeat(50), '/b', 'a/'.repeat(2000)],
    ['[*]'.repeat(50), '[b]', '/]'.repeat(2000)],
  ])('of many wildcards is compared once for each character (%#)', (wild, end, path) => {
    const allowance = { steps: 2_000_000 };
    expect(compilePathPattern(`${wild}**`)(path, allowance)).toBe(true);
    expect(compilePathPattern(`${wild}${end}*`)(path, allowance)).toBe(false);
    expect(allowance.steps).toBeGreaterThan(0);
  });

  it('is not compared beyond the allowance', () => {
    const allowance = { steps: 100 };
    const matches = compilePathPattern('a*b*c');
    expect([matches('a1b1c', allowance), allowance.steps]).toEqual([true, 84]);
    expect([matches(`a${'b'.repeat(100)}c`, allowance), allowance.steps]).toEqual([false, 0]);
    expect(matches('abc', allowance)).toBe(false);
  });
});
