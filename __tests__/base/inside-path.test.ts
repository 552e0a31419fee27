import { expect, it } from 'vitest';
import { pathInside } from '../../src/base/inside-path.ts';

it.each([
  ['/a', '/a', ''],
  ['/a', '/a/b/c', 'b/c'],
  ['/a', '/a/..b/c', '..b/c'],
  ['/a', '/a/...', '...'],
  ['/a', '/ab', null],
  ['/a', '/', null],
  ['/a/b', '/a/c', null],
  ['/', '/a', 'a'],
  ['.', '..', null],
  ['.', './x/../y', 'y'],
])('from %s the path %s is %o', (folder, path, inside) => {
  expect(pathInside(folder, path)).toBe(inside);
});
