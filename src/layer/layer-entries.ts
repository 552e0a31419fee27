import { compact, grown, type NumberColumn, NumberColumnBuilder } from './column.ts';
import { ENTRY_KINDS, type EntryKind, type LayerEntry } from './layer-entry.ts';
import { PathTable } from './path-table.ts';

/** Kinds of entries as numbers, in a column of bytes: their places in `ENTRY_KINDS`. */
export const Kind = {
  FILE: 0,
  DIRECTORY: 1,
  SYMLINK: 2,
  HARDLINK: 3,
  CHARACTER: 4,
  BLOCK: 5,
  FIFO: 6,
} as const;

const NUMBERS: Readonly<Record<EntryKind, number>> = {
  file: Kind.FILE,
  directory: Kind.DIRECTORY,
  symlink: Kind.SYMLINK,
  hardlink: Kind.HARDLINK,
  character: Kind.CHARACTER,
  block: Kind.BLOCK,
  fifo: Kind.FIFO,
};
/** Words of 32 bits that a content has: 128 bits of a SHA-256. */
const WORDS = 4;

/** What entries are, column by column. Each has as many values as there are entries, where nothing else is said. */
export interface EntryColumns {
  readonly paths: PathTable;
  /** Nodes of `paths`. */
  readonly nodes: Uint32Array;
  /** As in `Kind`. */
  readonly kinds: Uint8Array;
  readonly sizes: NumberColumn;
  readonly modes: Uint16Array;
  readonly uids: NumberColumn;
  readonly gids: NumberColumn;
  readonly mtimes: NumberColumn;
  /** null where no header states another size than the entry has. */
  readonly declaredSizes: NumberColumn | null;
  /** Entries that are links, ascending, and what each names: numbers of texts in `paths.names`. */
  readonly links: Uint32Array;
  readonly linknames: Uint32Array;
  /** Four words an entry; null where none is known. */
  readonly contents: Uint32Array | null;
  /** 1 where the content is known; null where none is. */
  readonly contentFlags: Uint8Array | null;
}

/** The entries of one layer in the order of its tar; an entry is its index. About forty bytes each, and its name. */
export class LayerEntries implements Iterable<LayerEntry> {
  readonly columns: EntryColumns;
  readonly length: number;

  constructor(columns: EntryColumns) {
    this.columns = columns;
    this.length = columns.nodes.length;
  }

  /** Regular files among them. */
  get fileCount(): number {
    let count = 0;
    for (const kind of this.columns.kinds) if (kind === Kind.FILE) count += 1;
    return count;
  }

  /** Entries made one by one as they are asked for: for few, or where few of their properties are read. */
  *values(): Generator<LayerEntry> {
    for (let index = 0; index < this.length; index += 1) yield new IndexedEntry(this, index);
  }

  [Symbol.iterator](): Generator<LayerEntry> {
    return this.values();
  }

  /** @throws RangeError when there are not so many */
  at(index: number): LayerEntry {
    if (!(index >= 0 && index < this.length)) throw new RangeError(`there is no entry ${index}`);
    return new IndexedEntry(this, index);
  }

  kindOf(index: number): EntryKind {
    return ENTRY_KINDS[this.columns.kinds[index] ?? 0] ?? 'file';
  }

  isFile(index: number): boolean {
    return this.columns.kinds[index] === Kind.FILE;
  }

  pathOf(index: number): string {
    return this.columns.paths.pathOf(this.columns.nodes[index] ?? 0);
  }

  sizeOf(index: number): number {
    return this.columns.sizes[index] ?? 0;
  }

  /** What the header says, which dive counts. Bytes. */
  declaredSizeOf(index: number): number {
    return this.columns.declaredSizes?.[index] ?? this.sizeOf(index);
  }

  /** What a link names, as in `LayerEntry`; undefined for all else. */
  linknameOf(index: number): string | undefined {
    const { links, linknames, paths } = this.columns;
    let low = 0;
    let high = links.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((links[middle] ?? 0) < index) low = middle + 1;
      else high = middle;
    }
    return links[low] === index ? paths.names.textOf(linknames[low] ?? 0) : undefined;
  }

  /** Whether the content of this entry is known. */
  knowsContent(index: number): boolean {
    return this.columns.contentFlags?.[index] === 1;
  }

  contentOf(index: number): string | undefined {
    const { contents } = this.columns;
    if (contents === null || !this.knowsContent(index)) return undefined;
    let text = '';
    for (let word = index * WORDS; word < (index + 1) * WORDS; word += 1) {
      text += (contents[word] ?? 0).toString(16).padStart(8, '0');
    }
    return text;
  }

  /** Whether both contents are known, and equal. */
  hasContentOf(index: number, other: LayerEntries, otherIndex: number): boolean {
    const own = this.columns.contents;
    const others = other.columns.contents;
    if (!own || !others || !this.knowsContent(index) || !other.knowsContent(otherIndex)) return false;
    for (let word = 0; word < WORDS; word += 1) {
      if (own[index * WORDS + word] !== others[otherIndex * WORDS + word]) return false;
    }
    return true;
  }

  /** Whether mode, owner and time are the same. */
  hasMetadataOf(index: number, other: LayerEntries, otherIndex: number): boolean {
    const own = this.columns;
    const others = other.columns;
    return (
      own.modes[index] === others.modes[otherIndex] &&
      own.uids[index] === others.uids[otherIndex] &&
      own.gids[index] === others.gids[otherIndex] &&
      own.mtimes[index] === others.mtimes[otherIndex]
    );
  }

  /** These entries with contents that were not known, by index. */
  withContents(known: ReadonlyMap<number, string>): LayerEntries {
    const { columns, length } = this;
    const contents = columns.contents?.slice() ?? new Uint32Array(length * WORDS);
    const contentFlags = columns.contentFlags?.slice() ?? new Uint8Array(length);
    for (const [index, content] of known) {
      writeContent(contents, index, content);
      contentFlags[index] = 1;
    }
    return new LayerEntries({ ...columns, contents, contentFlags });
  }
}

/** One entry of many: a view that reads a property when it is asked for it. */
class IndexedEntry implements LayerEntry {
  readonly #entries: LayerEntries;
  readonly #index: number;

  constructor(entries: LayerEntries, index: number) {
    this.#entries = entries;
    this.#index = index;
  }

  get path(): string {
    return this.#entries.pathOf(this.#index);
  }

  get kind(): EntryKind {
    return this.#entries.kindOf(this.#index);
  }

  get size(): number {
    return this.#entries.sizeOf(this.#index);
  }

  get mode(): number {
    return this.#entries.columns.modes[this.#index] ?? 0;
  }

  get uid(): number {
    return this.#entries.columns.uids[this.#index] ?? 0;
  }

  get gid(): number {
    return this.#entries.columns.gids[this.#index] ?? 0;
  }

  get mtime(): number {
    return this.#entries.columns.mtimes[this.#index] ?? 0;
  }

  get linkname(): string | undefined {
    return this.#entries.linknameOf(this.#index);
  }

  get content(): string | undefined {
    return this.#entries.contentOf(this.#index);
  }

  get declaredSize(): number | undefined {
    const declared = this.#entries.declaredSizeOf(this.#index);
    return declared === this.size ? undefined : declared;
  }
}

/** Takes the entries of a layer, one after the other. */
export class LayerEntriesBuilder {
  readonly #paths = new PathTable();
  #length = 0;
  #nodes = new Uint32Array(16);
  #kinds = new Uint8Array(16);
  #modes = new Uint16Array(16);
  readonly #sizes = new NumberColumnBuilder();
  readonly #uids = new NumberColumnBuilder();
  readonly #gids = new NumberColumnBuilder();
  readonly #mtimes = new NumberColumnBuilder();
  #declared: NumberColumnBuilder | null = null;
  readonly #links: number[] = [];
  readonly #linknames: number[] = [];
  #contents: Uint32Array | null = null;
  #contentFlags = new Uint8Array(0);

  get length(): number {
    return this.#length;
  }

  /** Directories that no entry names; fewer where a path is written twice. */
  get impliedDirectories(): number {
    return this.#paths.size - this.#length;
  }

  /** Bytes of all names, each once. */
  get nameBytes(): number {
    return this.#paths.names.byteLength;
  }

  /** @returns the index of the entry */
  add(entry: LayerEntry): number {
    const index = this.#length;
    const length = index + 1;
    this.#length = length;
    this.#nodes = grown(this.#nodes, length);
    this.#kinds = grown(this.#kinds, length);
    this.#modes = grown(this.#modes, length);
    this.#nodes[index] = this.#paths.add(entry.path);
    this.#kinds[index] = NUMBERS[entry.kind];
    this.#modes[index] = entry.mode;
    this.#uids.push(entry.uid);
    this.#gids.push(entry.gid);
    this.#mtimes.push(entry.mtime);
    const { declaredSize = entry.size, linkname, content } = entry;
    if (declaredSize !== entry.size) this.#declared ??= this.#sizes.copy();
    this.#sizes.push(entry.size);
    this.#declared?.push(declaredSize);
    if (linkname !== undefined) {
      this.#links.push(index);
      this.#linknames.push(this.#paths.names.add(linkname));
    }
    if (content !== undefined) this.setContent(index, content);
    return index;
  }

  /** @param content as in `LayerEntry` */
  setContent(index: number, content: string): void {
    this.#contents = grown(this.#contents ?? new Uint32Array(64), (index + 1) * WORDS);
    this.#contentFlags = grown(this.#contentFlags, index + 1);
    writeContent(this.#contents, index, content);
    this.#contentFlags[index] = 1;
  }

  finish(): LayerEntries {
    const length = this.#length;
    this.#paths.compact();
    return new LayerEntries({
      paths: this.#paths,
      nodes: compact(this.#nodes, length),
      kinds: compact(this.#kinds, length),
      sizes: this.#sizes.finish(),
      modes: compact(this.#modes, length),
      uids: this.#uids.finish(),
      gids: this.#gids.finish(),
      mtimes: this.#mtimes.finish(),
      declaredSizes: this.#declared?.finish() ?? null,
      links: Uint32Array.from(this.#links),
      linknames: Uint32Array.from(this.#linknames),
      contents: this.#contents && compact(grown(this.#contents, length * WORDS), length * WORDS),
      contentFlags: this.#contents && compact(grown(this.#contentFlags, length), length),
    });
  }
}

/** Of a list, each with all of its properties. */
export function entriesOf(list: Iterable<LayerEntry>): LayerEntries {
  const builder = new LayerEntriesBuilder();
  for (const entry of list) builder.add(entry);
  return builder.finish();
}

function writeContent(contents: Uint32Array, index: number, content: string): void {
  for (let word = 0; word < WORDS; word += 1) {
    contents[index * WORDS + word] = Number.parseInt(content.slice(word * 8, word * 8 + 8), 16);
  }
}
