import fc from 'fast-check';
import { expect, test } from 'vitest';
import { summarizePaths } from '../../src/compare/path-summary.ts';
import type { PathBytes } from '../../src/compare/snapshot.ts';
import { computedMs } from '../support/computed.ts';
import { times } from '../support/long.ts';

const many = (directory: string, count: number, bytes: number): PathBytes[] =>
  Array.from({ length: count }, (_, index) => [`${directory}${index % 40}/f${index}`, bytes]);

test('many small files are told by their directory, and a large one by its name', () => {
  const { paths, otherBytes } = summarizePaths([
    ...many('usr/share/vim/', 2000, 10_000),
    ['usr/bin/vim', 3_000_000],
    ['etc/vimrc', 12],
  ]);
  expect(paths).toEqual([
    { path: 'usr/share/vim/', bytes: 20_000_000 },
    { path: 'usr/bin/vim', bytes: 3_000_000 },
    { path: 'etc/vimrc', bytes: 12 },
  ]);
  expect(otherBytes).toBe(0);
});

test('a directory whose few files are the story is opened', () => {
  const { paths, otherBytes } = summarizePaths([
    ['app/dist/bundle.js', 900],
    ['app/dist/bundle.css', 90],
    ...many('app/dist/img/', 100, 0.1),
  ]);
  expect(paths.map(({ path }) => path)).toEqual([
    'app/dist/bundle.js',
    'app/dist/bundle.css',
    'app/dist/img/',
  ]);
  expect(otherBytes).toBeCloseTo(0);
});

test('a cache of a package manager is told by its own name, whatever is in it', () => {
  const lists = 'var/lib/apt/lists/';
  const { paths } = summarizePaths([
    [`${lists}deb.debian.org_main_Packages`, 20_000_000],
    [`${lists}lock`, 5],
    ['var/log/dpkg.log', 1000],
  ]);
  expect(paths[0]).toEqual({ path: lists, bytes: 20_000_005 });
});

test('no more than the limit is listed, and the rest is counted', () => {
  const changes: PathBytes[] = Array.from({ length: 50 }, (_, i) => [`opt/tool${i}/bin`, 100 + i]);
  const { paths, otherBytes } = summarizePaths(changes);
  expect(paths).toHaveLength(10);
  expect(paths[0]).toEqual({ path: 'opt/tool49/bin', bytes: 149 });
  expect(otherBytes).toBe(changes.reduce((sum, [, bytes]) => sum + bytes, 0) - (149 + 140) * 5);
});

test('a file in the place of a directory is no part of it', () => {
  const { paths } = summarizePaths([
    ['opt/a', 7],
    ['opt/a/b', -5],
    ['opt/a-b', 3],
  ]);
  expect(paths).toEqual([
    { path: 'opt/a', bytes: 7 },
    { path: 'opt/a/b', bytes: -5 },
    { path: 'opt/a-b', bytes: 3 },
  ]);
});

const part = fc.constantFrom('a', 'b', 'usr', 'lib', '', '..', 'var', '\u{1f600}');
const change = fc.tuple(
  fc
    .array(part, { minLength: 1, maxLength: 5 })
    .map(parts => parts.join('/'))
    .filter(path => !path.endsWith('/')),
  fc.integer({ min: -1000, max: 1000 }),
);

test('listed paths do not overlap, and they and the rest are all bytes', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), (changes, limit) => {
      const { paths, otherBytes } = summarizePaths(changes, limit);
      const total = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
      expect(total(paths.map(({ bytes }) => bytes)) + otherBytes).toBe(
        total(changes.map(([, bytes]) => bytes)),
      );
      expect(paths.length).toBeLessThanOrEqual(limit);
      for (const { path, bytes } of paths) {
        const below = changes.filter(
          ([name]) => name === path || (path.endsWith('/') && name.startsWith(path)),
        );
        expect(total(below.map(([, size]) => size))).toBe(bytes);
        const others = paths.filter(
          other => other.path !== path && path.endsWith('/') && other.path.startsWith(path),
        );
        expect(others).toEqual([]);
      }
    }),
    { numRuns: times(300) },
  );
});

test('hostile depth and number cost no more than their length', () => {
  const deep: PathBytes[] = Array.from({ length: 200 }, (_, i) => [`${'d/'.repeat(20_000)}${i}`, 1]);
  const wide: PathBytes[] = Array.from({ length: 100_000 }, (_, i) => [`opt/${i % 1000}/${i}`, i % 7]);
  const started = computedMs();
  summarizePaths(deep);
  summarizePaths(wide);
  expect(computedMs() - started).toBeLessThan(3000);
});
