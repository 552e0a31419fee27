import { describe, expect, it } from 'vitest';
import { entriesOf } from '../../src/layer/layer-entries.ts';
import type { LayerEntry } from '../../src/layer/layer-entry.ts';
import { FreedEntries, type FreedFile } from '../../src/savings/layer-files.ts';
import { directory, file, hardlink } from '../support/scans/scan.ts';

function find(
  entries: readonly LayerEntry[],
  ...freed: readonly Omit<FreedFile, 'layer'>[]
): readonly number[] | null {
  const found = new FreedEntries(entriesOf(entries)).find(freed);
  if (found !== null) expect(found.partBytes).toBe(0);
  return found === null ? null : found.files;
}

describe('the entries of freed files', () => {
  it('are counted among regular files only, in the order of the tar', () => {
    const entries = [directory('a'), file('a/x', 1), hardlink('a/l', 'a/x'), file('a/y', 2), file('b', 3)];
    expect(find(entries, { path: 'b', bytes: 3 }, { path: 'a/x', bytes: 1 })).toEqual([0, 2]);
    expect(find(entries)).toEqual([]);
  });

  it('are each taken once', () => {
    const entries = [file('a', 5), hardlink('b', 'a')];
    const freed = [
      { path: 'a', bytes: 5 },
      { path: 'a', bytes: 5 },
      { path: 'b', bytes: 5 },
    ];
    expect(find(entries, ...freed)).toEqual([0]);
  });

  it('may be freed by the name of a link, and of a link to a link', () => {
    const entries = [
      file('a', 5),
      hardlink('b', 'a'),
      file('a', 7),
      hardlink('c', 'b'),
      hardlink('d', 'nowhere'),
    ];
    expect(find(entries, { path: 'c', bytes: 5 })).toEqual([0]);
    expect(find(entries, { path: 'a', bytes: 7 })).toEqual([1]);
    expect(find(entries, { path: 'd', bytes: 5 })).toBeNull();
  });

  it('are told apart by their bytes where a path is there more than once, and then by the number of the copy', () => {
    const entries = [file('a', 5), file('a', 9), file('a', 5), file('a', 1)];
    expect(find(entries, { path: 'a', bytes: 9 })).toEqual([1]);
    expect(find(entries, { path: 'a', bytes: 5, copy: 1 })).toEqual([0]);
    expect(find(entries, { path: 'a', bytes: 5, copy: 2 })).toEqual([2]);
    expect(find(entries, { path: 'a', bytes: 1, copy: 3 })).toEqual([3]);
    expect(find(entries, { path: 'a', bytes: 5 })).toEqual([0]);
    expect(find(entries, { path: 'a', bytes: 5, copy: 99 })).toEqual([2]);
  });

  it('are left out where a part of one is freed, which is told', () => {
    const freed = [
      { path: 'b', bytes: 6 },
      { path: 'a', bytes: 4 },
      { path: 'c', bytes: 2 },
    ];
    const entries = [file('a', 5), file('b', 6), file('c', 3), file('c', 1)];
    expect(new FreedEntries(entriesOf(entries)).find(freed)).toEqual({ files: [1], partBytes: 6 });
  });

  it('are not known where none is there, or none so large', () => {
    const entries = [file('a', 5), file('d', 1), file('d', 2), directory('e')];
    expect(find(entries, { path: 'a', bytes: 6 })).toBeNull();
    expect(find(entries, { path: 'd', bytes: 3 })).toBeNull();
    expect(find(entries, { path: 'e', bytes: 1 })).toBeNull();
    expect(find(entries, { path: 'c', bytes: 1 })).toBeNull();
    expect(find(entries, { path: 'c', bytes: 0 })).toEqual([]);
  });
});
