import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sharedDirectory } from '../../src/report/shared-directory.ts';

it.each([
  [[], null],
  [['/usr/bin/cc'], null],
  [['/usr/bin/cc', '/usr/lib/gcc/cc1'], '/usr/'],
  [['/usr/lib', '/usr/library'], '/usr/'],
  [['/a', '/b'], '/'],
  [['/a', 'b'], null],
  [['/a', ''], null],
  [['a/b', 'a/c'], 'a/'],
])('of %j is %j', (paths, directory) => {
  expect(sharedDirectory(paths)).toBe(directory);
});

it('is what all texts begin with, whatever they are', () => {
  const paths = fc.array(fc.string({ unit: fc.constantFrom('/', 'a', 'b') }), { minLength: 2 });
  fc.assert(
    fc.property(paths, texts => {
      const directory = sharedDirectory(texts) ?? '';
      const next = /^[^/]*\//.exec((texts[0] ?? '').slice(directory.length))?.[0];
      expect(texts.every(text => text.startsWith(directory))).toBe(true);
      expect(next !== undefined && texts.every(text => text.startsWith(directory + next))).toBe(false);
    }),
  );
});
