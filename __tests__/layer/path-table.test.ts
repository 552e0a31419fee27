import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanPath } from '../../src/layer/clean-path.ts';
import { NameTable } from '../../src/layer/name-table.ts';
import { PathTable, ROOT } from '../../src/layer/path-table.ts';
import { times } from '../support/long.ts';

const RUNS = { numRuns: times(300) };
const part = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'usr',
    'lib',
    '..data',
    'ü',
    '日本',
    '\u{1f600}',
    'ﬁ',
    '__proto__',
    'x'.repeat(300),
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
);
const path = fc.array(part, { maxLength: 6 }).map(parts => cleanPath(parts.join('/').toWellFormed()));
const paths = fc.array(path, { maxLength: 60 });

describe('a table of names', () => {
  it('gives each text one number, and the text back', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 80 }), texts => {
        const table = new NameTable();
        const names = texts.map(text => table.add(text.toWellFormed()));
        for (const [index, name] of names.entries()) {
          const text = texts[index]?.toWellFormed() ?? '';
          expect(table.textOf(name)).toBe(text);
          expect(table.find(text)).toBe(name);
          expect(table.lengthOf(name)).toBe(Buffer.byteLength(text));
        }
        expect(table.size).toBe(new Set(texts.map(text => text.toWellFormed())).size);
      }),
      RUNS,
    );
  });

  it('knows the empty text, parts of texts, and what was not added', () => {
    const table = new NameTable();
    expect(table.find('')).toBeUndefined();
    const empty = table.add('');
    expect(table.textOf(empty)).toBe('');
    expect(table.find('usr/lib', 4, 7)).toBeUndefined();
    const lib = table.add('usr/lib', 4, 7);
    expect(table.find('lib')).toBe(lib);
    expect(table.startsWith(lib, Buffer.from('li'))).toBe(true);
    expect(table.startsWith(lib, Buffer.from('libs'))).toBe(false);
  });

  it('tells texts apart whose characters are the bytes of another', () => {
    const table = new NameTable();
    const texts = ['a', 'é', 'a', 'Ã©', 'a', 'é'];
    expect(texts.map(text => table.add(text))).toEqual([0, 1, 0, 2, 0, 1]);
  });

  it('refuses columns that are not such', () => {
    const bytes = Buffer.from('abc');
    expect(NameTable.of(Uint32Array.of(1, 3), bytes)?.textOf(1)).toBe('bc');
    expect(NameTable.of(Uint32Array.of(2, 1), bytes)).toBeNull();
    expect(NameTable.of(Uint32Array.of(1, 2), bytes)).toBeNull();
    expect(NameTable.of(Uint32Array.of(1, 4), bytes)).toBeNull();
  });
});

describe('a table of paths', () => {
  it('gives each path one node below its parent, and the path back', () => {
    fc.assert(
      fc.property(paths, all => {
        const table = new PathTable();
        const nodes = all.map(each => table.add(each));
        const byPath = new Map<string, number>();
        for (const [index, node] of nodes.entries()) {
          const each = all[index] ?? '';
          expect(table.pathOf(node)).toBe(each);
          expect(table.find(each)).toBe(node);
          expect(byPath.get(each) ?? node).toBe(node);
          byPath.set(each, node);
          if (node !== ROOT) expect(table.pathOf(table.parentOf(node))).toBe(parentOf(each));
        }
        const known = new Set(all.flatMap(ancestors));
        expect(table.size).toBe(known.size + 1);
        for (const each of known) expect(table.find(`${each}/not there`)).toBeUndefined();
      }),
      RUNS,
    );
  });

  it('takes the paths of another, and can be read from its columns', () => {
    fc.assert(
      fc.property(paths, paths, (own, others) => {
        const other = new PathTable();
        const nodes = others.map(each => other.add(each));
        other.compact();
        const { parents, nameIds, nameEnds, nameBytes } = other.columns();
        const names = NameTable.of(nameEnds.slice(), nameBytes.slice());
        const read = names && PathTable.of(names, parents.slice(), nameIds.slice());
        const table = new PathTable();
        const before = own.map(each => table.add(each));
        for (const source of [other, read]) {
          if (source === null) throw new Error('the columns were not read');
          const translated = table.addAll(source);
          expect(nodes.map(node => table.pathOf(translated[node] ?? -1))).toEqual(others);
          expect(nodes.map(node => source.pathOf(node))).toEqual(others);
          for (const each of own) source.add(each);
          expect(own.map(each => source.pathOf(source.find(each) ?? -1))).toEqual(own);
        }
        expect(before.map(node => table.pathOf(node))).toEqual(own);
      }),
      RUNS,
    );
  });

  it('spells a path of ten thousand components', () => {
    const table = new PathTable();
    const deep = Array.from({ length: 10_000 }, (_, index) => `d${index}`).join('/');
    expect(table.pathOf(table.add(deep))).toBe(deep);
    expect(table.size).toBe(10_001);
  });

  it('refuses columns that are not such', () => {
    const names = NameTable.of(Uint32Array.of(1, 2), Buffer.from('ab'));
    if (names === null) throw new Error('these are columns');
    expect(PathTable.of(names, Uint32Array.of(0, 0, 1), Uint32Array.of(0, 0, 1))?.pathOf(2)).toBe('a/b');
    expect(PathTable.of(names, Uint32Array.of(0, 2, 1), Uint32Array.of(0, 0, 1))).toBeNull();
    expect(PathTable.of(names, Uint32Array.of(0, 1), Uint32Array.of(0, 0))).toBeNull();
    expect(PathTable.of(names, Uint32Array.of(0, 0), Uint32Array.of(0, 2))).toBeNull();
    expect(PathTable.of(names, Uint32Array.of(0, 0), Uint32Array.of(0))).toBeNull();
    expect(PathTable.of(names, new Uint32Array(0), new Uint32Array(0))).toBeNull();
  });
});

function parentOf(each: string): string {
  return each.slice(0, Math.max(each.lastIndexOf('/'), 0));
}

function ancestors(each: string): readonly string[] {
  return each === '' ? [] : [each, ...ancestors(parentOf(each))];
}
