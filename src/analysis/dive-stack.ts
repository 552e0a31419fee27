import { type PathTable, ROOT } from '../layer/path-table.ts';
import { compareBytes } from './byte-order.ts';
import type { DivePaths } from './dive-paths.ts';
import type { DiveTree } from './dive-tree.ts';

/**
 * The tree against which dive looks whiteouts up: a copy of the lowest layer's own tree, whiteouts and all, on which
 * every layer below the scored one was put (the lowest once more). dive makes it anew for each whiteout.
 */
export class DiveStack {
  readonly #paths: DivePaths;
  readonly #table: PathTable;
  readonly #present: Uint8Array;
  readonly #directories: Uint8Array;
  /** Bytes of the node alone, and of all below it too. */
  readonly #sizes: Float64Array;
  readonly #totals: Float64Array;
  /** The children that are there, linked in both directions; 0 ends a list. */
  readonly #firsts: Uint32Array;
  readonly #nexts: Uint32Array;
  readonly #previous: Uint32Array;
  /** One more than the `put` that removes the node after it was put. */
  readonly #removals: Uint32Array;
  #puts = 0;

  constructor(paths: DivePaths) {
    const { size } = paths.table;
    this.#paths = paths;
    this.#table = paths.table;
    this.#present = new Uint8Array(size);
    this.#directories = new Uint8Array(size);
    this.#sizes = new Float64Array(size);
    this.#totals = new Float64Array(size);
    this.#firsts = new Uint32Array(size);
    this.#nexts = new Uint32Array(size);
    this.#previous = new Uint32Array(size);
    this.#removals = new Uint32Array(size);
    this.#present[ROOT] = 1;
  }

  /** Bytes that go with a node: of a directory and all below it; null when nothing is there. */
  hiddenBytes(node: number): number | null {
    if (this.#present[node] === 0) return null;
    return this.#directories[node] === 1 ? (this.#totals[node] ?? 0) : 0;
  }

  /** Becomes the lowest layer's own tree. */
  copy(lowest: DiveTree): void {
    const open = [ROOT];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (const child of lowest.childrenOf(node)) {
        this.#put(child, lowest);
        if (!lowest.isLeaf(child)) open.push(child);
      }
    }
  }

  /**
   * Puts a layer on what is there. dive visits the children of a directory in byte order and finishes one before the
   * next. All that the order decides is whether a name or the whiteout of it in the same directory comes last.
   */
  put(layer: DiveTree): void {
    this.#puts += 1;
    const open = [ROOT];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (const child of layer.childrenOf(node)) {
        if (this.#paths.isWhiteout(child)) this.#applyWhiteout(child, node, layer);
      }
      for (const child of layer.childrenOf(node)) {
        const isRemoved = this.#removals[child] === this.#puts;
        if (isRemoved || (this.#paths.isWhiteout(child) && !layer.isCarried(child))) continue;
        this.#put(child, layer);
        if (!layer.isLeaf(child)) open.push(child);
      }
    }
  }

  /** A whiteout of no name removes the directory itself, which comes back with what is put after it; the root stays. */
  #applyWhiteout(whiteout: number, directory: number, layer: DiveTree): void {
    if (!this.#paths.isNameless(whiteout)) {
      const target = this.#paths.targetOf(whiteout);
      this.#remove(target);
      if (layer.has(target)) this.#removeIfBefore(target, whiteout);
    } else if (directory !== ROOT) {
      this.#clear(directory);
      for (const child of layer.childrenOf(directory)) this.#removeIfBefore(child, whiteout);
    }
  }

  /** The whiteout removes a name of its own layer that was put before it. */
  #removeIfBefore(node: number, whiteout: number): void {
    const { names } = this.#table;
    const [name, own] = [names.textOf(this.#table.nameOf(node)), names.textOf(this.#table.nameOf(whiteout))];
    if (compareBytes(name, own) <= 0) this.#removals[node] = this.#puts;
  }

  #put(node: number, layer: DiveTree): void {
    if (this.#present[node] === 0) {
      const parent = this.#table.parentOf(node);
      const first = this.#firsts[parent] ?? 0;
      this.#present[node] = 1;
      this.#firsts[parent] = node;
      this.#nexts[node] = first;
      this.#previous[node] = 0;
      if (first !== 0) this.#previous[first] = node;
    }
    this.#directories[node] = layer.isDirectory(node) ? 1 : 0;
    const size = layer.sizeOf(node);
    this.#addToTotals(node, size - (this.#sizes[node] ?? 0));
    this.#sizes[node] = size;
  }

  #remove(node: number): void {
    if (this.#present[node] === 0) return;
    const parent = this.#table.parentOf(node);
    this.#addToTotals(parent, -(this.#totals[node] ?? 0));
    const next = this.#nexts[node] ?? 0;
    const previous = this.#previous[node] ?? 0;
    if (previous === 0) this.#firsts[parent] = next;
    else this.#nexts[previous] = next;
    if (next !== 0) this.#previous[next] = previous;
    this.#forget([node]);
  }

  /** Takes all below the node away. */
  #clear(node: number): void {
    if (this.#present[node] === 0) return;
    this.#addToTotals(node, (this.#sizes[node] ?? 0) - (this.#totals[node] ?? 0));
    const children: number[] = [];
    for (let child = this.#firsts[node] ?? 0; child !== 0; child = this.#nexts[child] ?? 0)
      children.push(child);
    this.#firsts[node] = 0;
    this.#forget(children);
  }

  #forget(open: number[]): void {
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (let child = this.#firsts[node] ?? 0; child !== 0; child = this.#nexts[child] ?? 0)
        open.push(child);
      this.#present[node] = 0;
      this.#firsts[node] = 0;
      this.#sizes[node] = 0;
      this.#totals[node] = 0;
    }
  }

  #addToTotals(from: number, bytes: number): void {
    if (bytes === 0) return;
    for (let node = from; ; node = this.#table.parentOf(node)) {
      this.#totals[node] = (this.#totals[node] ?? 0) + bytes;
      if (node === ROOT) return;
    }
  }
}
