import type { LayerScan } from '../layer/layer-scan.ts';
import { ROOT } from '../layer/path-table.ts';
import type { DivePaths } from './dive-paths.ts';

/**
 * The tree that dive makes of the tar of one layer after the other, over the nodes of their paths. Of entries with one
 * path the last stays.
 */
export class DiveTree {
  readonly #paths: DivePaths;
  /** One more than the layer that last had the node. */
  readonly #layers: Uint16Array;
  /** Bytes that the header states; 0 where no entry made the node. */
  readonly #sizes: Float64Array;
  /** Whether an entry of a directory made the node. */
  readonly #directories: Uint8Array;
  /** Whether a name that is no whiteout is below it: restacking makes a whiteout's node only then. */
  readonly #carried: Uint8Array;
  /** Children, as lists; 0 ends one. */
  readonly #firsts: Uint32Array;
  readonly #nexts: Uint32Array;
  #layer = 0;
  #hasWhiteouts = false;

  constructor(paths: DivePaths) {
    const { size } = paths.table;
    this.#paths = paths;
    this.#layers = new Uint16Array(size);
    this.#sizes = new Float64Array(size);
    this.#directories = new Uint8Array(size);
    this.#carried = new Uint8Array(size);
    this.#firsts = new Uint32Array(size);
    this.#nexts = new Uint32Array(size);
  }

  /** Whether dive takes a name of the layer for a whiteout, be it that of a directory. */
  get hasWhiteouts(): boolean {
    return this.#hasWhiteouts;
  }

  /** Becomes the tree of a layer. */
  read(layer: number, { entries }: LayerScan): void {
    this.#layer = layer + 1;
    this.#hasWhiteouts = false;
    this.#begin(ROOT);
    const nodes = this.#paths.entriesOf(layer);
    for (let index = 0; index < entries.length; index += 1) {
      const node = nodes[index] ?? ROOT;
      const kept = this.#insert(node);
      if (kept !== node || node === ROOT) continue;
      this.#sizes[node] = entries.declaredSizeOf(index);
      this.#directories[node] = entries.kindOf(index) === 'directory' ? 1 : 0;
    }
    for (const node of this.#paths.marksOf(layer)) this.#insert(node);
  }

  has(node: number): boolean {
    return this.#layers[node] === this.#layer;
  }

  /** In no order. */
  *childrenOf(node: number): IterableIterator<number> {
    for (let child = this.#firsts[node] ?? 0; child !== 0; child = this.#nexts[child] ?? 0) yield child;
  }

  isLeaf(node: number): boolean {
    return this.#firsts[node] === 0;
  }

  /** Bytes. */
  sizeOf(node: number): number {
    return this.#sizes[node] ?? 0;
  }

  isDirectory(node: number): boolean {
    return this.#directories[node] === 1;
  }

  isCarried(node: number): boolean {
    return this.#carried[node] === 1;
  }

  /** @returns the node that is in the tree: the same, or one above it where a name is left out */
  #insert(node: number): number {
    const kept = this.#paths.keptOf(node);
    if (this.has(kept)) return kept;
    const { table } = this.#paths;
    const missing: number[] = [];
    for (let above = kept; !this.has(above); above = table.parentOf(above)) missing.push(above);
    for (let child = missing.pop(); child !== undefined; child = missing.pop()) {
      const parent = table.parentOf(child);
      this.#begin(child);
      this.#nexts[child] = this.#firsts[parent] ?? 0;
      this.#firsts[parent] = child;
      if (this.#paths.isWhiteout(child)) this.#hasWhiteouts = true;
      else this.#carry(parent);
    }
    return kept;
  }

  #begin(node: number): void {
    this.#layers[node] = this.#layer;
    this.#sizes[node] = 0;
    this.#directories[node] = 0;
    this.#carried[node] = 0;
    this.#firsts[node] = 0;
  }

  #carry(parent: number): void {
    for (let above = parent; this.#paths.isWhiteout(above) && !this.isCarried(above); ) {
      this.#carried[above] = 1;
      above = this.#paths.table.parentOf(above);
    }
  }
}
