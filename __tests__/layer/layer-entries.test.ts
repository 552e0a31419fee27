import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entriesOf } from '../../src/layer/layer-entries.ts';
import type { EntryKind, LayerEntry } from '../../src/layer/layer-entry.ts';
import { times } from '../support/long.ts';
import { contentDigest, file, hardlink, plainEntries } from '../support/scans/scan.ts';

const number = fc.oneof(
  fc.constantFrom(0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1),
  fc.integer({ min: 0, max: 5_000 }),
);
const id = fc.oneof(number, fc.constantFrom(-1, -(2 ** 40)));
const entry: fc.Arbitrary<LayerEntry> = fc
  .record({
    path: fc.constantFrom('', 'a', 'a/b', 'a/b/c', 'ü/ﬁ', 'usr/lib/x'),
    kind: fc.constantFrom<EntryKind>(
      'file',
      'directory',
      'symlink',
      'hardlink',
      'character',
      'block',
      'fifo',
    ),
    size: number,
    mode: fc.integer({ min: 0, max: 0o7777 }),
    uid: id,
    gid: id,
    mtime: fc.oneof(id, fc.constantFrom(-1.5, 1_700_000_000.25)),
    linkname: fc.option(fc.constantFrom('', '../x', 'a/b', '日本'), { nil: undefined }),
    content: fc.option(fc.constantFrom('x', 'y').map(contentDigest), { nil: undefined }),
    declaredSize: fc.option(number, { nil: undefined }),
  })
  .map(({ linkname, content, declaredSize, ...rest }) => ({
    ...rest,
    ...(linkname === undefined ? {} : { linkname }),
    ...(content === undefined ? {} : { content }),
    ...(declaredSize === undefined || declaredSize === rest.size ? {} : { declaredSize }),
  }));

describe('the entries of a layer', () => {
  it('are what they were made of, in their order', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), list => {
        const entries = entriesOf(list);
        expect(plainEntries({ entries })).toEqual(list);
        expect(entries.length).toBe(list.length);
        expect(entries.fileCount).toBe(list.filter(({ kind }) => kind === 'file').length);
        for (const [index, each] of list.entries()) {
          expect(entries.at(index).path).toBe(each.path);
          expect(entries.declaredSizeOf(index)).toBe(each.declaredSize ?? each.size);
          expect(entries.knowsContent(index)).toBe(each.content !== undefined);
        }
        expect(() => entries.at(list.length)).toThrow(RangeError);
      }),
      { numRuns: times(300) },
    );
  });

  it('learn contents, and leave the entries that they were made of as they were', () => {
    const before = entriesOf([
      file('a', 1),
      file('b', 1, { content: contentDigest('b') }),
      hardlink('c', 'a'),
    ]);
    const after = before.withContents(new Map([[0, contentDigest('a')]]));
    expect([...after].map(({ content }) => content)).toEqual([
      contentDigest('a'),
      contentDigest('b'),
      undefined,
    ]);
    expect([...before].map(({ content }) => content)).toEqual([undefined, contentDigest('b'), undefined]);
  });

  it('compare contents that both sides know, and metadata', () => {
    const x = contentDigest('x');
    const one = entriesOf([
      file('a', 1, { content: x }),
      file('b', 1),
      file('c', 1, { content: contentDigest('y') }),
    ]);
    const other = entriesOf([file('z', 1, { content: x, mode: 0o600 })]);
    expect([0, 1, 2].map(index => one.hasContentOf(index, other, 0))).toEqual([true, false, false]);
    expect(entriesOf([file('a', 1)]).hasContentOf(0, other, 0)).toBe(false);
    expect(one.hasMetadataOf(0, one, 1)).toBe(true);
    expect(one.hasMetadataOf(0, other, 0)).toBe(false);
  });
});
