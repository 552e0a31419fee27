import type { LayerScan } from '../layer/layer-scan.ts';

/**
 * Which entry of which layer each path of the final filesystem is of, and which layer took the other entries from their
 * paths. A number an entry and one a node: who wants it hands it to a `LayerStack` that is being made.
 */
export class EntryHistory {
  /** By layer: the number of its first entry, of all entries of all layers, lowest first. */
  readonly #starts: Uint32Array;
  /** By node: one more than the number of the entry that is there; 0 where none is, as at a directory that none names. */
  readonly #present: Uint32Array;
  /** By entry: one more than the layer that took it from its path; 0 where none did. */
  readonly #ends: Uint16Array;
  /** By entry: one more than the number of the file that a hard link is another name of; empty where nothing is linked. */
  #files = new Uint32Array(0);
  #layer = -1;

  /** @param nodeCount of the paths of these scans */
  constructor(scans: readonly Pick<LayerScan, 'entries'>[], nodeCount: number) {
    let count = 0;
    this.#starts = Uint32Array.from(scans, ({ entries }) => {
      count += entries.length;
      return count - entries.length;
    });
    this.#present = new Uint32Array(nodeCount);
    this.#ends = new Uint16Array(count);
  }

  /** What is told from now on is done by the next layer. */
  beginLayer(): void {
    this.#layer += 1;
  }

  /** An entry of the present layer is put at a node. */
  put(node: number, entry: number): void {
    this.leave(node);
    this.#present[node] = this.#numberOf(this.#layer, entry) + 1;
  }

  /** An entry of the present layer is another name of a regular file, which is an entry of this layer or of one below. */
  link(entry: number, fileLayer: number, fileEntry: number): void {
    if (this.#files.length === 0) this.#files = new Uint32Array(this.#ends.length);
    this.#files[this.#numberOf(this.#layer, entry)] = this.#numberOf(fileLayer, fileEntry) + 1;
  }

  /**
   * @param number of an entry, of all entries of all layers, lowest first
   * @returns the number of the regular file that a hard link names; null where it names none, and for all else
   */
  fileOf(number: number): number | null {
    const file = this.#files[number] ?? 0;
    return file === 0 ? null : file - 1;
  }

  /** What is at a node, if anything, goes. */
  leave(node: number): void {
    const present = this.#present[node] ?? 0;
    if (present === 0) return;
    this.#ends[present - 1] = this.#layer + 1;
    this.#present[node] = 0;
  }

  /** The number of the entry that a node of the final filesystem is of; null where nothing is, or no entry names it. */
  entryAt(node: number): number | null {
    const present = this.#present[node] ?? 0;
    return present === 0 ? null : present - 1;
  }

  /** Index of the layer that took an entry from its path, its own where its tar has the path again; null where none did. */
  goneIn(layer: number, entry: number): number | null {
    const end = this.#ends[this.#numberOf(layer, entry)] ?? 0;
    return end === 0 ? null : end - 1;
  }

  /** Whether the final filesystem has the entry at its path. */
  isPresent(layer: number, entry: number, node: number): boolean {
    return this.#present[node] === this.#numberOf(layer, entry) + 1;
  }

  #numberOf(layer: number, entry: number): number {
    return (this.#starts[layer] ?? 0) + entry;
  }
}
