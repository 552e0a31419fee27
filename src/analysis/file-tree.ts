import { type PathTable, ROOT } from '../layer/path-table.ts';
import { ChildLists } from './child-lists.ts';
import type { EntryHistory } from './entry-history.ts';

/** What is at a node of the paths. */
const ABSENT = 0;
const DIRECTORY = 1;
const NAME = 2;

/**
 * The filesystem that a stack of layers shows, over the nodes of a table of paths that has all of them. What is there
 * has a directory above it. About twenty bytes a node; every node that is put costs the same, and once more when it goes.
 */
export class FileTree {
  readonly paths: PathTable;
  readonly #states: Uint8Array;
  /** One more than the inode of a name; 0 for what holds no bytes: symlinks, devices, hard links to them or to nothing. */
  readonly #inodes: Uint32Array;
  readonly #children: ChildLists;
  readonly #history: EntryHistory | null;

  /** @param history is told of what goes; null tells nobody */
  constructor(paths: PathTable, history: EntryHistory | null = null) {
    this.paths = paths;
    this.#history = history;
    this.#states = new Uint8Array(paths.size);
    this.#inodes = new Uint32Array(paths.size);
    this.#children = new ChildLists(paths);
    this.#states[ROOT] = DIRECTORY;
  }

  isDirectory(node: number): boolean {
    return this.#states[node] === DIRECTORY;
  }

  /** Whether it is anything but a directory. */
  isName(node: number): boolean {
    return this.#states[node] === NAME;
  }

  /** The inode of a name; null for what holds no bytes. */
  inodeOf(node: number): number | null {
    const inode = this.#inodes[node] ?? 0;
    return inode === 0 ? null : inode - 1;
  }

  /** In no order. */
  *childrenOf(directory: number): IterableIterator<number> {
    for (let node = this.#children.first(directory); node !== 0; node = this.#children.next(node)) yield node;
  }

  /**
   * Makes all above a node directories.
   * @param onReplaced is told of a name that stood in the way, with its inode
   */
  makeParents(node: number, onReplaced: (name: number, inode: number | null) => void): void {
    const missing: number[] = [];
    let above = this.paths.parentOf(node);
    for (; !this.isDirectory(above); above = this.paths.parentOf(above)) missing.push(above);
    for (let directory = missing.pop(); directory !== undefined; directory = missing.pop()) {
      if (this.isName(directory)) onReplaced(directory, this.inodeOf(directory));
      this.putDirectory(directory);
    }
  }

  /** In place of a name, or where nothing is; the directory above is there. */
  putDirectory(node: number): void {
    this.#put(node, DIRECTORY, 0);
  }

  /** In place of a name, or where nothing is; the directory above is there. */
  putName(node: number, inode: number | null): void {
    this.#put(node, NAME, inode === null ? 0 : inode + 1);
  }

  /**
   * Takes a node, and all below it, out of the tree. The root stays.
   * @param onRemoved is told of each name that goes, with its inode
   */
  remove(node: number, onRemoved: (name: number, inode: number | null) => void): void {
    if (node === ROOT || this.#states[node] === ABSENT) return;
    this.#children.remove(node);
    this.#forget(node, onRemoved);
  }

  /** Takes all below a directory out of the tree; `onRemoved` as in `remove`. */
  clear(directory: number, onRemoved: (name: number, inode: number | null) => void): void {
    const first = this.#children.first(directory);
    this.#children.clear(directory);
    for (let node = first; node !== 0; ) {
      const next = this.#children.next(node);
      this.#forget(node, onRemoved);
      node = next;
    }
  }

  #put(node: number, state: number, inode: number): void {
    if (this.#states[node] === ABSENT) this.#children.add(node);
    else this.#history?.leave(node);
    this.#states[node] = state;
    this.#inodes[node] = inode;
  }

  /** A node that is in no list of children any more, and all below it. Deep trees are fine. */
  #forget(top: number, onRemoved: (name: number, inode: number | null) => void): void {
    const open = [top];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      const wasName = this.isName(node);
      this.#states[node] = ABSENT;
      this.#history?.leave(node);
      for (let child = this.#children.first(node); child !== 0; child = this.#children.next(child))
        open.push(child);
      this.#children.clear(node);
      if (wasName) onRemoved(node, this.inodeOf(node));
      this.#inodes[node] = 0;
    }
  }
}
