import { FileTree } from '../analysis/file-tree.ts';
import type { ImagePaths } from '../analysis/image-paths.ts';
import { Kind } from '../layer/layer-entries.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { type PathTable, ROOT } from '../layer/path-table.ts';

/** An entry of an image's layers: a number from 0 on, in the order of the layers and their tars. */
export type EntryNumber = number;

/** The entries of an image's layers as numbers. */
export class EntryNumbers {
  /** Of each layer the number of its first entry, and of the end. */
  readonly #starts: readonly number[];

  constructor(scans: readonly Pick<LayerScan, 'entries'>[]) {
    const starts = [0];
    for (const { entries } of scans) starts.push((starts.at(-1) ?? 0) + entries.length);
    this.#starts = starts;
  }

  get count(): number {
    return this.#starts.at(-1) ?? 0;
  }

  numberOf(layer: number, index: number): EntryNumber {
    return this.startOf(layer) + index;
  }

  /** The number of a layer's first entry. */
  startOf(layer: number): EntryNumber {
    return this.#starts[layer] ?? this.count;
  }

  /** Which layer has an entry. */
  layerOf(entry: EntryNumber): number {
    let [low, high] = [0, this.#starts.length - 2];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.startOf(middle) <= entry) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/**
 * The filesystem that some layers of an image show, and which entry each thing in it is of: as `LayerStack`, which
 * tells of bytes alone.
 */
export class ReplayedLayers {
  readonly tree: FileTree;
  readonly #paths: PathTable;
  /** Of directories: one more than the entry that says of what mode and owner it is; 0 where none does. */
  readonly #owners: Uint32Array;
  /** Of directories: the layer that made it. */
  readonly #makers: Uint16Array;
  /** Of hard links: one more than the entry that made the file; 0 where there is none. */
  readonly #targets: Uint32Array;
  readonly #numbers: EntryNumbers;
  /** The last hard link to what is not there. */
  lastDangling: EntryNumber | null = null;

  /** @param count how many layers are put on each other, from the lowest on */
  constructor(scans: readonly LayerScan[], paths: ImagePaths, numbers: EntryNumbers, count: number) {
    this.#paths = paths.table;
    this.#numbers = numbers;
    this.tree = new FileTree(paths.table);
    this.#owners = new Uint32Array(paths.table.size);
    this.#makers = new Uint16Array(paths.table.size);
    this.#targets = new Uint32Array(numbers.startOf(count));
    for (const [layer, scan] of scans.slice(0, count).entries()) this.#put(layer, scan, paths.ofLayer(layer));
  }

  /** The entry that something is of; null for a directory that none names, and where nothing is. */
  ownerOf(node: number): EntryNumber | null {
    if (!this.tree.isDirectory(node)) return this.tree.inodeOf(node);
    const owner = this.#owners[node] ?? 0;
    return owner === 0 ? null : owner - 1;
  }

  /** The layer that made a directory. */
  makerOf(directory: number): number {
    return this.#makers[directory] ?? 0;
  }

  /** The entry that made what a hard link is a name of: itself for all else, and for a link to nothing. */
  originOf(entry: EntryNumber): EntryNumber {
    const target = this.#targets[entry] ?? 0;
    return target === 0 ? entry : target - 1;
  }

  #put(layer: number, { whiteouts, opaques, entries }: LayerScan, nodes: Uint32Array): void {
    for (const path of whiteouts) {
      const node = this.#paths.find(path);
      if (node !== undefined) this.tree.remove(node, ignore);
    }
    for (const path of opaques) {
      const node = this.#paths.find(path);
      if (node !== undefined && this.tree.isDirectory(node)) this.tree.clear(node, ignore);
    }
    const { kinds } = entries.columns;
    for (let index = 0; index < entries.length; index += 1) {
      const [node, number] = [nodes[index] ?? ROOT, this.#numbers.numberOf(layer, index)];
      const kind = kinds[index];
      if (kind === Kind.DIRECTORY) this.#putDirectory(node, number, layer);
      else {
        // Parents come first, as they do when a layer is unpacked: they may take the target's place.
        this.#makeParents(node, layer);
        if (kind === Kind.HARDLINK) this.#follow(number, entries.linknameOf(index) ?? '');
        this.#putName(node, number);
      }
    }
  }

  #putDirectory(node: number, number: EntryNumber, layer: number): void {
    this.#makeParents(node, layer);
    if (!this.tree.isDirectory(node)) {
      this.tree.putDirectory(node);
      this.#makers[node] = layer;
    }
    this.#owners[node] = number + 1;
  }

  #putName(node: number, number: EntryNumber): void {
    if (node === ROOT) return;
    if (this.tree.isDirectory(node)) this.tree.remove(node, ignore);
    this.tree.putName(node, number);
  }

  #makeParents(node: number, layer: number): void {
    if (node === ROOT) return;
    for (
      let above = this.#paths.parentOf(node);
      !this.tree.isDirectory(above);
      above = this.#paths.parentOf(above)
    ) {
      this.#owners[above] = 0;
      this.#makers[above] = layer;
    }
    this.tree.makeParents(node, ignore);
  }

  #follow(number: EntryNumber, target: string): void {
    const found = this.#paths.find(target);
    const entry = found !== undefined && this.tree.isName(found) ? this.tree.inodeOf(found) : null;
    if (entry === null) this.lastDangling = number;
    else this.#targets[number] = this.originOf(entry) + 1;
  }
}

function ignore(): void {}
