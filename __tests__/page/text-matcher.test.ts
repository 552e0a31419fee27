import { describe, expect, it } from 'vitest';
import { INITIAL_STATE } from '../../src/page/page-state.ts';
import { textMatcher } from '../../src/page/text-matcher.ts';
import { sumTree } from '../../src/page/tree-sums.ts';
import { finished } from '../support/page/finished.ts';
import { treeOf } from './tree-of.ts';

describe('a text that is searched for', () => {
  it.each([
    ['Curl', 'libcurl.so', true],
    ['curl', 'libcur', false],
    ['*.so', 'libcurl.SO', true],
    ['*.so', 'libcurl.so.4', false],
    ['lib*', 'libcurl.so', true],
    ['curl*', 'libcurl.so', false],
    ['*a*b?', 'xaabbc', true],
    ['*a*b?', 'xaabb', true],
    ['*a*b?', 'xaab', false],
    ['a?', 'a', false],
    ['a**', 'a', true],
    ['?', '*', true],
  ])('%s in %s: %s', (wanted, text, isMatch) => {
    expect(textMatcher(wanted)(text)).toBe(isMatch);
  });

  it('takes no power of the length of a name', () => {
    expect(textMatcher('*a'.repeat(20).concat('*b'))('a'.repeat(20_000))).toBe(false);
  });
});

describe('paths are found', () => {
  const paths = ['app/model.bin', 'usr/bin/python3', 'usr/lib/python3.11/os.py', 'usr/lib64/x.so'];
  const tree = treeOf({ layers: [{ files: Object.fromEntries(paths.map(path => [path, 1])) }] });

  it.each([
    ['*.bin', ['app/model.bin']],
    ['model.???', ['app/model.bin']],
    ['/usr/bin', ['usr/bin/python3']],
    ['/bin', []],
    ['/usr/lib/', ['usr/lib/python3.11/os.py']],
    ['python3.11/', ['usr/lib/python3.11/os.py']],
    ['/python3.11/', []],
    ['/usr/lib*', ['usr/lib/python3.11/os.py', 'usr/lib64/x.so']],
    ['/usr/lib??/', ['usr/lib64/x.so']],
    ['lib*/*.so', ['usr/lib64/x.so']],
    ['/lib*/*.so', []],
    ['/', paths],
  ])('by %s', (text, found) => {
    const { isShown } = finished(sumTree(tree, [], { ...INITIAL_STATE, text }));
    const files = [...isShown.keys()].filter(path => isShown[path] === 1 && !tree.hasChildren(path));
    expect(files.map(path => tree.pathOf(path))).toEqual(found);
  });
});
