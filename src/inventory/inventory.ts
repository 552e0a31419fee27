import type { ImagePaths } from '../analysis/image-paths.ts';
import type { WasteReason } from '../analysis/waste-reason.ts';
import type { EntryKind } from '../layer/layer-entry.ts';
import type { OwningPackage } from './owning-package.ts';

/**
 * What became of an entry of a layer: the final filesystem has it at its path, has something else there, or has nothing
 * there.
 */
export const ENTRY_STATES = ['kept', 'changed', 'deleted'] as const;
export type EntryState = (typeof ENTRY_STATES)[number];

/**
 * One entry of one layer: what lists, the page and the explorer show of it. Over all rows `size` adds up to the image's
 * size, by layer to the layer's, `visible` to the visible bytes, and `wasted` to the wasted bytes of the report.
 */
export interface InventoryRow {
  /** Clean and relative; the root directory is the empty string. Untrusted text. */
  readonly path: string;
  readonly kind: EntryKind;
  /** Index in its image. */
  readonly layer: number;
  /** Bytes of a regular file in its layer; 0 for all else. */
  readonly size: number;
  /** Bytes that the final filesystem shows at this path; those of a file with several names are at the first of them. */
  readonly visible: number;
  /** Bytes that the final filesystem shows at no path. */
  readonly hidden: number;
  /** Those of them that whoever builds the image can free: all but those of base layers. */
  readonly wasted: number;
  /** Why they are hidden; null where they are not, and for what has none. */
  readonly reason: WasteReason | null;
  /**
   * Index of the layer that took the last name of these bytes, its own where its tar has the path again; null as `reason`.
   * Of a file with several names it may be another than that of `goneIn`.
   */
  readonly hiddenBy: number | null;
  readonly state: EntryState;
  /** Index of the layer that took it from its path, its own where its tar has the path again; null where none did. */
  readonly goneIn: number | null;
  /** Permission bits, set-id and sticky bits; null where only a snapshot is there, and so are the next four. */
  readonly mode: number | null;
  readonly uid: number | null;
  readonly gid: number | null;
  /** Seconds since the epoch. */
  readonly mtime: number | null;
  /** Target of a symlink, as written; of a hard link, the clean path of the target; null for all else. Untrusted text. */
  readonly linkname: string | null;
  readonly package: OwningPackage | null;
  /**
   * Tells contents apart, of a hard link that of its file; null where it is not known, and of a hard link that is gone. As in
   * `StoredContent`.
   */
  readonly content: string | null;
}

/** Every entry of the layers of one image. */
export interface ImageInventory {
  /** Rows that there are. */
  readonly rowCount: number;
  /** Made one by one, by layer, lowest first, in the order of its tar. A row is read by its fields and not copied. */
  rows(): IterableIterator<InventoryRow>;
  /**
   * The number of the row of the regular file that a hard link is another name of, both numbers of all rows, from 0 on; null
   * where the link names no file, and for all else. Absent where rows have no hard links.
   */
  fileOf?(row: number): number | null;
  /**
   * The package that a clean path belongs to, where rows look theirs up when they are asked for it. Absent where the rows have
   * it at hand.
   */
  packageOf?(path: string): OwningPackage | null;
  /** The paths of the rows in one table, with the nodes of each layer in the order of its rows; absent where none is made. */
  readonly paths?: Pick<ImagePaths, 'table' | 'ofLayer'>;
  /** Bytes of the layers whose files are not known one by one: base layers of a snapshot that nobody else has. */
  readonly unlistedBytes: number;
  /** Whether rows are of regular files with bytes alone, as those of a snapshot are. */
  readonly hasFilesAlone: boolean;
}

/** What an image holds, and what it is compared with. */
export interface Inventory {
  readonly head: ImageInventory;
  readonly baseline: ImageInventory | null;
}
