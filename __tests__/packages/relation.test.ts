import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { relationNames } from '../../src/packages/dpkg/relation.ts';

describe('a relation of Debian packages', () => {
  it.each([
    ['', []],
    ['libc6 (>= 2.38)', [['libc6']]],
    ['debconf (>= 0.5) | debconf-2.0, perl:any', [['debconf', 'debconf-2.0'], ['perl']]],
    ['g++-12 [amd64 arm64] <!nocheck>,libstdc++6(=1)', [['g++-12'], ['libstdc++6']]],
    [' , | ,%{x}, base (= 13), usr-is-merged', [['base'], ['usr-is-merged']]],
  ])('%j names %j', (text, names) => {
    expect(relationNames(text)).toEqual(names);
  });

  it('of any text has names without separators', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ',', '|', ' ', ':', '(', ')', '+') }), text => {
        for (const names of relationNames(text)) for (const name of names) expect(name).toMatch(/^[a+]+$/);
      }),
    );
  });
});
