import type { PathChange } from '../../inventory/compared-inventory.ts';
import type { OwningPackage } from '../../inventory/owning-package.ts';
import type { EntryKind } from '../../layer/layer-entry.ts';

/** What a path is: of the highest layer that has it, of the baseline where it is gone. `folded`: many small files. */
export const PATH_KINDS = [
  'directory',
  'file',
  'symlink',
  'hardlink',
  'character',
  'block',
  'fifo',
  'folded',
] as const satisfies readonly (EntryKind | 'folded')[];

/** Against the baseline. */
export const TABLE_CHANGES = [
  'unchanged',
  'added',
  'removed',
  'changed',
] as const satisfies readonly PathChange[];

/** Who owns an entry, and who may what. */
export interface EntryAttributes {
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * All paths of an image and of what it is compared with, as columns. Paths are numbered in preorder: a directory before what
 * is in it, siblings by the bytes of their names; 0 is the root. Entries are numbered by path, and there by layer.
 */
export interface FileTable {
  /** By path: directories above it; 0 of the root alone. */
  readonly depths: Uint16Array;
  /** UTF-8 of the last components, one behind the other, and where each ends. */
  readonly nameBytes: Uint8Array;
  readonly nameEnds: Uint32Array;
  /** Indexes of `PATH_KINDS`. */
  readonly kinds: Uint8Array;
  /** Indexes of `TABLE_CHANGES`. */
  readonly changes: Uint8Array;
  /** Bytes of the baseline's layers there. */
  readonly baselines: Float64Array;
  /** Paths that were folded into this one; 0 of all that are themselves. */
  readonly folded: Uint32Array;
  /** One more than the index in `packages`, or 0 for none. */
  readonly owners: Uint32Array;
  /** One more than the index in `links`, or 0 for none. */
  readonly targets: Uint32Array;
  /** By path: where its entries end. */
  readonly entryEnds: Uint32Array;

  /** By entry. */
  readonly layers: Uint16Array;
  readonly sizes: Float64Array;
  /** Bytes that the final filesystem shows there. */
  readonly visible: Float64Array;
  /** Bytes that it shows nowhere, of base layers, too. */
  readonly hidden: Float64Array;
  /** Indexes of `ENTRY_STATES`. */
  readonly states: Uint8Array;
  /** One more than the index in `WASTE_REASONS`, or 0 for none. */
  readonly reasons: Uint8Array;
  /** One more than the layer that took it from its path, or 0 for none. */
  readonly goneIn: Uint16Array;
  /** One more than the index in `attributes`, or 0 for none. */
  readonly modes: Uint32Array;

  readonly packages: readonly OwningPackage[];
  /** Targets of links. */
  readonly links: readonly string[];
  readonly attributes: readonly EntryAttributes[];
}

/** What columns by path are of. */
export const PATH_COLUMNS = [
  'depths',
  'kinds',
  'changes',
  'baselines',
  'folded',
  'owners',
  'targets',
] as const;
/** Those by entry that are packed as they are. */
export const ENTRY_COLUMNS = ['layers', 'sizes', 'states', 'reasons', 'goneIn', 'modes'] as const;
