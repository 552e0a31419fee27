import { ENTRY_STATES, type EntryState } from '../inventory/inventory.ts';
import { type FileTable, PATH_KINDS, TABLE_CHANGES } from '../report/html/file-table.ts';

export type PathKind = (typeof PATH_KINDS)[number];
export type TableChange = (typeof TABLE_CHANGES)[number];

/** The root of a tree. */
export const ROOT_PATH = 0;

const FOLDED = PATH_KINDS.indexOf('folded');
/** A name may begin with what is no part of other texts: a byte order mark. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The paths of a table as a tree: a path is its number in preorder, so that what is below it follows it. */
export class PageTree {
  readonly table: FileTable;
  readonly length: number;
  /** By path: the directory that holds it; the root's is itself. */
  readonly parents: Uint32Array;
  /** By path: one more than the last path below it. */
  readonly ends: Uint32Array;

  constructor(table: FileTable) {
    const { depths } = table;
    this.table = table;
    this.length = depths.length;
    this.parents = new Uint32Array(this.length);
    this.ends = new Uint32Array(this.length);
    const above: number[] = [];
    for (let path = 0; path < this.length; path += 1) {
      const depth = depths[path] ?? 0;
      for (let left = above.length; left > depth; left -= 1) this.ends[above.pop() ?? 0] = path;
      this.parents[path] = above.at(-1) ?? 0;
      above.push(path);
    }
    for (const path of above) this.ends[path] = this.length;
  }

  /** The last component, as it is; of joined files how many there are. */
  nameOf(path: number): string {
    if (this.kindOf(path) === 'folded') return '';
    const { nameBytes, nameEnds } = this.table;
    const start = path === 0 ? 0 : (nameEnds[path - 1] ?? 0);
    return decoder.decode(nameBytes.subarray(start, nameEnds[path]));
  }

  /** Clean path; the root is the empty string. */
  pathOf(path: number): string {
    const names: string[] = [];
    for (let each = path; each !== ROOT_PATH; each = this.parents[each] ?? ROOT_PATH)
      names.unshift(this.nameOf(each));
    return names.join('/');
  }

  /** The path, or the nearest directory above it that is there. */
  nearest(text: string): number {
    let path = ROOT_PATH;
    for (const name of text === '' ? [] : text.split('/')) {
      const child = this.childrenOf(path).find(each => this.nameOf(each) === name);
      if (child === undefined) return path;
      path = child;
    }
    return path;
  }

  /** In the order of the table. */
  childrenOf(path: number): number[] {
    const children: number[] = [];
    const end = this.ends[path] ?? 0;
    for (let child = path + 1; child < end; child = this.ends[child] ?? end) children.push(child);
    return children;
  }

  hasChildren(path: number): boolean {
    return (this.ends[path] ?? 0) > path + 1;
  }

  kindOf(path: number): PathKind {
    return PATH_KINDS[this.table.kinds[path] ?? 0] ?? 'file';
  }

  changeOf(path: number): TableChange {
    return TABLE_CHANGES[this.table.changes[path] ?? 0] ?? 'unchanged';
  }

  /** Numbers of its entries: from the first to before the second, one a layer that has it, lowest first. */
  entriesOf(path: number): readonly [from: number, to: number] {
    const { entryEnds } = this.table;
    return [path === 0 ? 0 : (entryEnds[path - 1] ?? 0), entryEnds[path] ?? 0];
  }

  /** The index of the highest layer that has it; null where only the baseline does. */
  layerOf(path: number): number | null {
    const [from, to] = this.entriesOf(path);
    return from === to ? null : (this.table.layers[to - 1] ?? null);
  }

  /** What became of its highest entry; null where there is none. */
  stateOf(path: number): EntryState | null {
    const [from, to] = this.entriesOf(path);
    return from === to ? null : (ENTRY_STATES[this.table.states[to - 1] ?? 0] ?? null);
  }

  /** Bytes of all layers that have a file there, less those of the baseline. */
  deltaOf(path: number): number {
    const [from, to] = this.entriesOf(path);
    let bytes = -(this.table.baselines[path] ?? 0);
    for (let entry = from; entry < to; entry += 1) bytes += this.table.sizes[entry] ?? 0;
    return bytes;
  }

  /** How many paths are joined in it; 0 of any other. */
  joinedOf(path: number): number {
    return this.table.kinds[path] === FOLDED ? (this.table.folded[path] ?? 0) : 0;
  }
}
