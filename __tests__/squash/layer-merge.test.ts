import { describe, expect, it } from 'vitest';
import { planLayerMerge } from '../../src/squash/layer-merge.ts';
import { fabricateTar, type LayerDescription } from '../support/fabricate/layer.ts';
import { dir, file, hardlink, opaque, symlink, whiteout } from '../support/fabricate/node.ts';
import { describeTree, flatten } from '../support/squash/flattened.ts';
import { merge, scanTar } from '../support/squash/merged.ts';
import { entriesOfTar } from '../support/squash/tar-lines.ts';

type Case = readonly [name: string, layers: readonly LayerDescription[], merged: readonly string[]];

/** What engines demand of a layer, and tools get wrong. The first layer lies below the range. */
const CASES: readonly Case[] = [
  [
    'a marker is there for what lies below and is gone',
    [{ a: file(1) }, { a: whiteout() }, { b: file(2) }],
    ['file .wh.a', 'file b'],
  ],
  ['none is for what was made and removed inside', [{ x: file(1) }, { a: file(1) }, { a: whiteout() }], []],
  [
    'a removed directory swallows the markers in it',
    [{ 'd/a': file(1), 'd/b': file(1) }, { 'd/a': whiteout() }, { d: whiteout() }],
    ['file .wh.d'],
  ],
  [
    'a directory that was removed and made again hides what was in it',
    [{ d: dir(), 'd/a': file(1) }, { d: whiteout() }, { d: dir(), 'd/b': file(2) }],
    ['file d/.wh..wh..opq', 'directory d/', 'file d/b'],
  ],
  [
    'so does one that no entry names',
    [{ d: dir({ mode: 0o700 }), 'd/a': file(1) }, { d: whiteout() }, { 'd/b': file(2) }],
    ['directory d/', 'file d/.wh..wh..opq', 'file d/b'],
  ],
  [
    'an opaque marker is there where all that lies below is gone, and single ones where not',
    [
      { 'd/a': file(1), 'd/b': file(1), 'e/a': file(1), 'e/b': file(1) },
      { d: opaque(), 'e/a': whiteout() },
    ],
    ['file d/.wh..wh..opq', 'file e/.wh.a'],
  ],
  [
    'a file in the place of a directory needs no marker',
    [{ 'd/a': file(1) }, { d: file(1) }, { d: file(2) }],
    ['file d'],
  ],
  [
    'a directory that was a file meanwhile hides what was in it',
    [{ 'd/a': file(1) }, { d: file(1) }, { d: dir() }],
    ['file d/.wh..wh..opq', 'directory d/'],
  ],
  [
    'a file beside a marker of its name stays',
    [{ a: file(1) }, { a: whiteout() }, { a: file(2) }],
    ['file a'],
  ],
  [
    'a link to a file that is gone gets the content',
    [{}, { a: file(5), b: hardlink('a'), c: hardlink('a') }, { a: whiteout() }],
    ['file b', 'hardlink c → b'],
  ],
  [
    'so does one whose file was changed',
    [{}, { a: file(5), b: hardlink('a') }, { a: file(6) }],
    ['file b', 'file a'],
  ],
  [
    'a link to a link is one to the file',
    [{}, { a: file(5), b: hardlink('a'), c: hardlink('b') }, { b: whiteout() }],
    ['file a', 'hardlink c → a'],
  ],
  [
    'so does one above a directory that no entry names',
    [{ a: symlink('b'), b: dir() }, { a: dir(), 'a/c/f': file(1) }, { 'a/c/f': whiteout() }],
    ['directory a/', 'directory a/c/'],
  ],
  ['a symlink to nothing stays', [{}, { a: symlink('/nowhere') }], ['symlink a → /nowhere']],
  [
    'no path is there twice',
    [{}, { d: dir(), 'd/a': file(1) }, { d: dir({ mode: 0o700 }), 'd/a': file(2) }],
    ['directory d/', 'file d/a'],
  ],
  [
    'a directory in the place of a link comes before what is in it',
    [{ d: symlink('e') }, { d: dir(), 'd/a': file(1) }, { d: dir({ mode: 0o700 }) }],
    ['directory d/', 'file d/a'],
  ],
  [
    'so does one above a directory that no entry names',
    [{ d: symlink('e'), e: dir() }, { d: dir(), 'd/c/f': file(1) }, { 'd/c/f': whiteout() }],
    ['directory d/', 'directory d/c/'],
  ],
  [
    'a directory that is empty now is there still',
    [{}, { 'd/a': file(1) }, { 'd/a': whiteout() }],
    ['directory d/'],
  ],
  [
    'the root has no opaque marker',
    [
      { a: file(1), b: file(1) },
      { a: whiteout(), b: whiteout() },
    ],
    ['file .wh.a', 'file .wh.b'],
  ],
  [
    'names that begin like markers are none',
    [{}, { '.whole': file(1), 'a.wh.b': file(1) }],
    ['file .whole', 'file a.wh.b'],
  ],
  [
    'a name that holds the escape of a byte as text is deleted by that name',
    [{ 'd\\xc3\\xa9/caf\\xc3\\xa9': file(1), keep: file(1) }, { 'd\\xc3\\xa9/caf\\xc3\\xa9': whiteout() }],
    ['file d\\x5cxc3\\x5cxa9/.wh.caf\\x5cxc3\\x5cxa9'],
  ],
  ['layers without entries are one without entries', [{ a: file(1) }, {}, {}], []],
];

describe('of a merged layer', () => {
  it.each(CASES)('%s', async (_name, layers, lines) => {
    const { tar, before, after } = await merge(layers, { first: 1, last: layers.length - 1 });
    expect(await entriesOfTar(tar)).toEqual(lines);
    expect(describeTree(await flatten(after))).toEqual(describeTree(await flatten(before)));
  });
});

it('refuses a hard link to nothing, which no engine unpacks', async () => {
  const layers = [{ a: file(1) }, { b: hardlink('gone') }];
  await expect(merge(layers, { first: 1, last: 1 })).rejects.toMatchObject({
    code: 'input-corrupt',
    message: expect.stringContaining('Layer 1 has a hard link to a file that is not there: b'),
  });
  expect((await merge(layers, { first: 0, last: 0 })).plan.size).toBe(1);
});

it('gives a link to a file below the range the content: no engine unpacks a link to another layer', async () => {
  const layers = [{ a: file(5) }, { b: hardlink('a') }, { c: file(1) }];
  const { tar, after } = await merge(layers, { first: 1, last: 2 });
  expect(await entriesOfTar(tar)).toEqual(['file b', 'file c']);
  const tree = await flatten(after);
  expect(tree.get('b')?.content).toBe(tree.get('a')?.content);
});

it('says how many bytes of files the layer has', async () => {
  const layers = [{ a: file(10), b: file(20) }, { a: file(5), c: hardlink('b') }, { b: whiteout() }];
  // Of the second and the third: `a`, and what `c` is a name of.
  expect((await merge(layers, { first: 1, last: 2 })).plan.size).toBe(25);
});

it('plans a marker for each of more files than a call takes arguments', async () => {
  const count = 130_000;
  const names = Array.from({ length: count }, (_, index) => `d/${index}`);
  const below = Object.fromEntries(['d/kept', ...names].map(name => [name, file(0)]));
  const gone = Object.fromEntries(names.map(name => [name, whiteout()]));
  const scans = await Promise.all([below, gone].map(async layer => scanTar(await fabricateTar(layer))));
  expect(planLayerMerge(scans, { first: 1, last: 1 }).whiteouts).toHaveLength(count);
}, 60_000);
