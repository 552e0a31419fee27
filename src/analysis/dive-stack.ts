import { type PathTable, ROOT } from '../layer/path-table.ts';
import { compareBytes } from './byte-order.ts';
import { ChildLists } from './child-lists.ts';
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
  readonly #children: ChildLists;
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
    this.#children = new ChildLists(paths.table);
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
      this.#present[node] = 1;
      this.#children.add(node);
    }
    this.#directories[node] = layer.isDirectory(node) ? 1 : 0;
    const size = layer.sizeOf(node);
    this.#addToTotals(node, size - (this.#sizes[node] ?? 0));
    this.#sizes[node] = size;
  }

  #remove(node: number): void {
    if (this.#present[node] === 0) return;
    this.#addToTotals(this.#table.parentOf(node), -(this.#totals[node] ?? 0));
    this.#children.remove(node);
    this.#forget([node]);
  }

  /** Takes all below the node away. */
  #clear(node: number): void {
    if (this.#present[node] === 0) return;
    this.#addToTotals(node, (this.#sizes[node] ?? 0) - (this.#totals[node] ?? 0));
    const children: number[] = [];
    for (let child = this.#children.first(node); child !== 0; child = this.#children.next(child))
      children.push(child);
    this.#children.clear(node);
    this.#forget(children);
  }

  #forget(open: number[]): void {
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (let child = this.#children.first(node); child !== 0; child = this.#children.next(child))
        open.push(child);
      this.#present[node] = 0;
      this.#children.clear(node);
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
