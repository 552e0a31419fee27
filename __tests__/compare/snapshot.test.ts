import { expect, test } from 'vitest';
import { coarseLayer, coarsePath } from '../../src/compare/snapshot.ts';

test.each([
  ['usr/local/bin/node', 'usr/local/bin/'],
  ['etc/issue', 'etc/'],
  ['.dockerenv', '.dockerenv'],
  ['opt/conda/lib/python3.12/site-packages/torch/lib/a.so', 'opt/conda/lib/python3.12/site-packages/'],
  ['a/b/c/d/e/f', 'a/b/c/d/e/'],
  ['', ''],
])('%s is told by %s', (path, directory) => {
  expect(coarsePath(path)).toBe(directory);
});

test('files are added up, those of packages by package and the others by directory', () => {
  const layer = coarseLayer([
    ['usr/bin/b', 5, 1],
    ['usr/bin/c', 7],
    ['usr/bin/a', 30, 0],
    ['usr/bin/d', 8],
    ['usr/lib/b', 6, 1],
    ['etc/issue', 1],
  ]);
  expect(layer).toEqual({
    packages: [
      [0, 30],
      [1, 11],
    ],
    directories: [
      ['etc/', 1],
      ['usr/bin/', 15],
    ],
  });
});
