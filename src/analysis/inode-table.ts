import type { LayerEntries } from '../layer/layer-entries.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import type { PathTable } from '../layer/path-table.ts';
import { compareBytes } from './byte-order.ts';
import { WASTE_REASONS, type WasteReason } from './waste-reason.ts';

/** What took a name away. */
export interface NameRemoval {
  /** Names that one event takes away have one number, from 1 on. */
  readonly event: number;
  readonly reason: WasteReason;
  /** Index of the layer. */
  readonly layer: number;
}

/**
 * The bytes of each regular file in each layer, under all its names: visible while any name is. An inode is a number, in
 * the order of the layers and their tars; about twenty bytes each.
 */
export class InodeTable {
  readonly #scans: readonly Pick<LayerScan, 'entries'>[];
  readonly #paths: PathTable;
  #length = 0;
  readonly #layers: Uint16Array;
  readonly #entries: Uint32Array;
  readonly #names: Uint32Array;
  /** Node of the name that was visible last, where a name was taken away. */
  readonly #lastNames: Uint32Array;
  /** What took the last name away: its event (0 where nothing did), reason and layer. */
  readonly #events: Uint32Array;
  readonly #reasons: Uint8Array;
  readonly #hiders: Uint16Array;

  /** @param paths of which the nodes of names are */
  constructor(scans: readonly Pick<LayerScan, 'entries'>[], paths: PathTable) {
    this.#scans = scans;
    this.#paths = paths;
    const count = scans.reduce((sum, { entries }) => sum + entries.fileCount, 0);
    this.#layers = new Uint16Array(count);
    this.#entries = new Uint32Array(count);
    this.#names = new Uint32Array(count);
    this.#lastNames = new Uint32Array(count);
    this.#events = new Uint32Array(count);
    this.#reasons = new Uint8Array(count);
    this.#hiders = new Uint16Array(count);
  }

  get length(): number {
    return this.#length;
  }

  /** @returns the inode of a regular file, which has no name yet */
  add(layer: number, entry: number): number {
    const inode = this.#length;
    this.#length += 1;
    this.#layers[inode] = layer;
    this.#entries[inode] = entry;
    return inode;
  }

  /** Index of the layer that holds the bytes. */
  layerOf(inode: number): number {
    return this.#layers[inode] ?? 0;
  }

  /** Index among the entries of its layer. */
  entryOf(inode: number): number {
    return this.#entries[inode] ?? 0;
  }

  entriesOf(inode: number): LayerEntries {
    const scan = this.#scans[this.layerOf(inode)];
    if (scan === undefined) throw new RangeError(`there is no inode ${inode}`);
    return scan.entries;
  }

  /** Bytes. */
  sizeOf(inode: number): number {
    return this.entriesOf(inode).sizeOf(this.entryOf(inode));
  }

  /** Names that it has now. */
  nameCountOf(inode: number): number {
    return this.#names[inode] ?? 0;
  }

  isVisible(inode: number): boolean {
    return this.nameCountOf(inode) > 0;
  }

  /** The name that was visible last, and what took it away; null where nothing did. */
  lastRemovalOf(
    inode: number,
  ): { readonly path: string; readonly reason: WasteReason; readonly layer: number } | null {
    if (this.#events[inode] === 0) return null;
    const reason = WASTE_REASONS[this.#reasons[inode] ?? 0];
    if (reason === undefined) throw new RangeError(`there is no inode ${inode}`);
    const path = this.#paths.pathOf(this.#lastNames[inode] ?? 0);
    return { path, reason, layer: this.#hiders[inode] ?? 0 };
  }

  link(inode: number): void {
    this.#names[inode] = this.nameCountOf(inode) + 1;
  }

  /**
   * Takes a name away. Of the names that one event takes away, the first in byte order is kept as the last one:
   * they vanish together, and the order of a directory means nothing.
   */
  unlink(inode: number, name: number, { event, reason, layer }: NameRemoval): void {
    this.#names[inode] = this.nameCountOf(inode) - 1;
    if (this.#events[inode] === event && this.#isBefore(this.#lastNames[inode] ?? 0, name)) return;
    this.#lastNames[inode] = name;
    this.#events[inode] = event;
    this.#reasons[inode] = WASTE_REASONS.indexOf(reason);
    this.#hiders[inode] = layer;
  }

  #isBefore(a: number, b: number): boolean {
    return compareBytes(this.#paths.pathOf(a), this.#paths.pathOf(b)) < 0;
  }
}
