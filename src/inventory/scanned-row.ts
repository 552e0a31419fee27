import type { EntryHistory } from '../analysis/entry-history.ts';
import type { FileTree } from '../analysis/file-tree.ts';
import type { ImageAnalysis } from '../analysis/image-analysis.ts';
import type { InodeTable, NameRemoval } from '../analysis/inode-table.ts';
import type { WasteReason } from '../analysis/waste-reason.ts';
import type { StoredContent } from '../compare/stored-content.ts';
import { Kind, type LayerEntries } from '../layer/layer-entries.ts';
import type { EntryKind } from '../layer/layer-entry.ts';
import type { EntryState, InventoryRow } from './inventory.ts';
import type { OwningPackage } from './owning-package.ts';

/** What rows are read from, once all layers are stacked. */
export interface StackedLayers {
  readonly tree: FileTree;
  readonly inodes: InodeTable;
  readonly history: EntryHistory;
  /** By node: what is visible there, as one more than its inode; 0 for nothing. */
  readonly shown: Uint32Array;
  readonly packages: Pick<ImageAnalysis['packages'], 'ownerOf'>;
  /** 0 where the base is not known. */
  readonly baseLayerCount: number;
  readonly contentOf: (layer: number, index: number) => StoredContent | null;
}

interface EntryPlace {
  readonly layer: number;
  /** Index of the entry in its layer. */
  readonly index: number;
  readonly node: number;
  /** Of a regular file; null for all else. */
  readonly inode: number | null;
}

/** A row that is a view of the stacked layers: each field is made when it is read, as few readers want all of them. */
export class ScannedRow implements InventoryRow {
  readonly layer: number;
  readonly #layers: StackedLayers;
  readonly #entries: LayerEntries;
  readonly #index: number;
  readonly #node: number;
  readonly #inode: number | null;
  readonly #isPresent: boolean;

  constructor(layers: StackedLayers, entries: LayerEntries, { layer, index, node, inode }: EntryPlace) {
    this.layer = layer;
    this.#layers = layers;
    this.#entries = entries;
    this.#index = index;
    this.#node = node;
    this.#inode = inode;
    this.#isPresent = layers.history.isPresent(layer, index, node);
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

  get visible(): number {
    const shown = this.#isPresent ? (this.#layers.shown[this.#node] ?? 0) : 0;
    return shown === 0 ? 0 : this.#layers.inodes.sizeOf(shown - 1);
  }

  get hidden(): number {
    return this.#inode === null || this.#layers.inodes.isVisible(this.#inode) ? 0 : this.size;
  }

  get wasted(): number {
    return this.layer < this.#layers.baseLayerCount ? 0 : this.hidden;
  }

  get reason(): WasteReason | null {
    return this.#findRemoval()?.reason ?? null;
  }

  get hiddenBy(): number | null {
    return this.#findRemoval()?.layer ?? null;
  }

  get state(): EntryState {
    if (this.#isPresent) return 'kept';
    const { tree } = this.#layers;
    return tree.isName(this.#node) || tree.isDirectory(this.#node) ? 'changed' : 'deleted';
  }

  get goneIn(): number | null {
    return this.#layers.history.goneIn(this.layer, this.#index);
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

  get linkname(): string | null {
    return this.#entries.linknameOf(this.#index) ?? null;
  }

  get package(): OwningPackage | null {
    const isDirectory = this.#entries.columns.kinds[this.#index] === Kind.DIRECTORY;
    return isDirectory ? null : this.#layers.packages.ownerOf(this.path);
  }

  get content(): StoredContent | null {
    const { tree, inodes, contentOf } = this.#layers;
    if (this.#inode !== null || !this.#isPresent) return contentOf(this.layer, this.#index);
    // What is no file has none of its own: a hard link has that of the file that the final filesystem shows there.
    const inode = tree.isName(this.#node) ? tree.inodeOf(this.#node) : null;
    return inode === null ? null : contentOf(inodes.layerOf(inode), inodes.entryOf(inode));
  }

  /** null where its bytes are visible, and for what has none. */
  #findRemoval(): Pick<NameRemoval, 'reason' | 'layer'> | null {
    const { inodes } = this.#layers;
    return this.#inode === null || inodes.isVisible(this.#inode) ? null : inodes.lastRemovalOf(this.#inode);
  }
}
