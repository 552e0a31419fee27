import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanPath } from '../../src/layer/clean-path.ts';
import { meaningOf } from '../../src/layer/whiteout.ts';
import { times } from '../support/long.ts';

describe('a clean path', () => {
  it.each([
    ['usr/bin/x', 'usr/bin/x'],
    ['./usr//bin/./x', 'usr/bin/x'],
    ['/etc/', 'etc'],
    ['etc///', 'etc'],
    ['../../etc/passwd', 'etc/passwd'],
    ['a/../../b', 'b'],
    ['a/..', ''],
    ['./', ''],
    ['/', ''],
    ['', ''],
    ['.hidden', '.hidden'],
    ['a/..b/...', 'a/..b/...'],
    ['a\0b', 'a\0b'],
  ])('of %j is %j', (name, path) => {
    expect(cleanPath(name)).toBe(path);
  });

  it('is what POSIX makes of the name below the root', () => {
    const name = fc.string({ unit: fc.constantFrom('a', '.', '/', '..', 'b'), maxLength: 12 });
    fc.assert(
      fc.property(name, text => {
        expect(cleanPath(text)).toBe(posix.normalize(`/${text}`).replace(/^\/|\/$/g, ''));
        expect(cleanPath(cleanPath(text))).toBe(cleanPath(text));
      }),
      { numRuns: times(1000) },
    );
  });
});

describe('a name', () => {
  it.each([
    ['a/b', { type: 'entry' }],
    ['a/x.wh.b', { type: 'entry' }],
    ['a/.wh.b', { type: 'whiteout', path: 'a/b' }],
    ['.wh.b', { type: 'whiteout', path: 'b' }],
    ['.wh..hidden', { type: 'whiteout', path: '.hidden' }],
    ['a/.wh..wh..opq', { type: 'opaque', path: 'a' }],
    ['.wh..wh..opq', { type: 'opaque', path: '' }],
    ['.wh.d/file', { type: 'entry' }],
    ['.wh..wh.plnk', { type: 'marker' }],
    ['.wh..wh.plnk/1.2', { type: 'marker' }],
    ['.wh..wh.plnk/.wh.x', { type: 'marker' }],
    ['.wh..wh.orph/.wh..wh..opq', { type: 'marker' }],
    ['a/.wh..wh..opq/b', { type: 'marker' }],
    ['a/.wh.', { type: 'marker' }],
    ['a/.wh..', { type: 'marker' }],
    ['a/.wh...', { type: 'marker' }],
  ])('%s means %j', (path, meaning) => {
    expect(meaningOf(path)).toEqual(meaning);
  });
});
