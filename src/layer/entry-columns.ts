import { isByteCount, isListOf, isRecord, isString } from './json-value.ts';
import { entriesOf, type LayerEntries } from './layer-entries.ts';
import type { EntryKind, LayerEntry } from './layer-entry.ts';

/** Entries by column: a tenth of the bytes and the time of an array of objects. Lists are as long as `paths`. */
interface EntryColumns {
  readonly paths: readonly string[];
  /** One letter an entry, as in KINDS. */
  readonly kinds: string;
  readonly sizes: readonly number[];
  readonly modes: readonly number[];
  readonly uids: readonly number[];
  readonly gids: readonly number[];
  readonly mtimes: readonly number[];
  /** Empty where there is none. */
  readonly contents: readonly string[];
  readonly linknames: ReadonlyArray<readonly [index: number, linkname: string]>;
  readonly declaredSizes: ReadonlyArray<readonly [index: number, bytes: number]>;
}

type Draft = { -readonly [Key in keyof LayerEntry]: LayerEntry[Key] };

const LETTERS: Readonly<Record<EntryKind, string>> = {
  file: 'f',
  directory: 'd',
  symlink: 's',
  hardlink: 'h',
  character: 'c',
  block: 'b',
  fifo: 'p',
};
const KINDS: ReadonlyMap<string, EntryKind> = new Map([
  ['f', 'file'],
  ['d', 'directory'],
  ['s', 'symlink'],
  ['h', 'hardlink'],
  ['c', 'character'],
  ['b', 'block'],
  ['p', 'fifo'],
]);

export function toColumns(columns: LayerEntries): EntryColumns {
  const entries = [...columns];
  return {
    paths: entries.map(entry => entry.path),
    kinds: entries.map(entry => LETTERS[entry.kind]).join(''),
    sizes: entries.map(entry => entry.size),
    modes: entries.map(entry => entry.mode),
    uids: entries.map(entry => entry.uid),
    gids: entries.map(entry => entry.gid),
    mtimes: entries.map(entry => entry.mtime),
    contents: entries.map(entry => entry.content ?? ''),
    linknames: entries.flatMap(({ linkname }, index) => (linkname === undefined ? [] : [[index, linkname]])),
    declaredSizes: entries.flatMap(({ declaredSize }, index) =>
      declaredSize === undefined ? [] : [[index, declaredSize]],
    ),
  };
}

/** @returns null when the value is not what `toColumns` makes. */
export function fromColumns(value: unknown): LayerEntries | null {
  const columns = readColumns(value);
  if (columns === null) return null;
  const linknames = new Map(columns.linknames);
  const declaredSizes = new Map(columns.declaredSizes);
  const entries: LayerEntry[] = [];
  for (const [index, path] of columns.paths.entries()) {
    const kind = KINDS.get(columns.kinds[index] ?? '');
    const content = columns.contents[index] ?? '';
    if (kind === undefined || (content !== '' && !/^[0-9a-f]{32}$/.test(content))) return null;
    const entry: Draft = {
      path,
      kind,
      size: columns.sizes[index] ?? 0,
      mode: columns.modes[index] ?? 0,
      uid: columns.uids[index] ?? 0,
      gid: columns.gids[index] ?? 0,
      mtime: columns.mtimes[index] ?? 0,
    };
    const linkname = linknames.get(index);
    const declaredSize = declaredSizes.get(index);
    if (linkname !== undefined) entry.linkname = linkname;
    if (content !== '') entry.content = content;
    if (declaredSize !== undefined) entry.declaredSize = declaredSize;
    entries.push(entry);
  }
  return entriesOf(entries);
}

function readColumns(value: unknown): EntryColumns | null {
  if (!isRecord(value)) return null;
  const { paths, kinds, sizes, modes, uids, gids, mtimes, contents, linknames, declaredSizes } = value;
  const isWhole =
    isListOf(paths, isString) &&
    isString(kinds) &&
    isListOf(sizes, isByteCount) &&
    isListOf(modes, isNumber) &&
    isListOf(uids, isNumber) &&
    isListOf(gids, isNumber) &&
    isListOf(mtimes, isNumber) &&
    isListOf(contents, isString) &&
    isListOf(linknames, isLinkname) &&
    isListOf(declaredSizes, isDeclaredSize);
  if (!isWhole) return null;
  const lists = [kinds, sizes, modes, uids, gids, mtimes, contents];
  if (lists.some(list => list.length !== paths.length)) return null;
  return { paths, kinds, sizes, modes, uids, gids, mtimes, contents, linknames, declaredSizes };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isLinkname(value: unknown): value is readonly [number, string] {
  return Array.isArray(value) && value.length === 2 && isByteCount(value[0]) && isString(value[1]);
}

function isDeclaredSize(value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && value.length === 2 && isByteCount(value[0]) && isByteCount(value[1]);
}
