import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DependencyGraph, relationNames } from '../../src/packages/dpkg/dependency-graph.ts';
import type { InstalledPackage, PackageRelations } from '../../src/packages/installed-package.ts';

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

const ALONE: PackageRelations = {
  ...{ section: '', priority: '', isEssential: false, isAutomatic: false },
  ...{ preDepends: '', depends: '', recommends: '', provides: '' },
};

function deb(name: string, relations: Partial<PackageRelations> | null = {}): InstalledPackage {
  return {
    ...{ type: 'deb', name, version: '1', architecture: 'amd64', path: 'var/lib/dpkg/status' },
    ...{ bytes: 0, layers: [], layerBytes: [], fileCount: 0, isDevelopment: false, recordBytes: 0 },
    relations: relations && { ...ALONE, ...relations },
  };
}

/** Names that are reached from the first package. */
function reached(packages: readonly InstalledPackage[], recommends = false): string[] {
  const graph = new DependencyGraph(packages);
  return Array.from(graph.reachable(packages.slice(0, 1), { recommends }), ({ name }) => name);
}

it('follows what is needed, and what that needs', () => {
  const packages = [
    deb('a', { depends: 'b (>= 1), c:any', preDepends: 'd' }),
    ...[deb('b', { depends: 'e' }), deb('c'), deb('d'), deb('e', { depends: 'a' }), deb('f')],
  ];
  expect(reached(packages)).toEqual(['a', 'd', 'b', 'c', 'e']);
});

it('follows recommendations only when asked to, of all that is reached', () => {
  const packages = [
    deb('a', { depends: 'b' }),
    deb('b', { recommends: 'c' }),
    deb('c', { recommends: 'd' }),
    deb('d'),
  ];
  expect(reached(packages)).toEqual(['a', 'b']);
  expect(reached(packages, true)).toEqual(['a', 'b', 'c', 'd']);
});

it('takes the first alternative where it is there, and all others where it is not', () => {
  expect(reached([deb('a', { depends: 'b | c | d' }), deb('b'), deb('c')])).toEqual(['a', 'b']);
  expect(reached([deb('a', { depends: 'b | c | d' }), deb('c'), deb('d')])).toEqual(['a', 'c', 'd']);
  expect(reached([deb('a', { depends: 'b | c' })])).toEqual(['a']);
});

it('knows packages by what they provide, and all of several that do', () => {
  const packages = [
    deb('a', { depends: 'mta' }),
    ...[deb('b', { provides: 'mta (= 1), x' }), deb('c', { provides: 'y, mta' }), deb('mtb')],
  ];
  expect(reached(packages)).toEqual(['a', 'b', 'c']);
});

it('leaves packages of other managers alone', () => {
  expect(reached([deb('a', { depends: 'b' }), deb('b', null)])).toEqual(['a']);
});
