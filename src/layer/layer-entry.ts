/** What a tar header says an entry is. `sparse` and `contiguous` files are `file`. */
export const ENTRY_KINDS = [
  'file',
  'directory',
  'symlink',
  'hardlink',
  'character',
  'block',
  'fifo',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** One entry of a layer that is neither a whiteout nor another `.wh..wh.` marker. */
export interface LayerEntry {
  /** Clean and relative: no leading slash, no `.` or `..`, no doubled slashes. The root directory is the empty string. */
  readonly path: string;
  readonly kind: EntryKind;
  /** Content bytes of a regular file (logical bytes of a sparse one); 0 for everything else. */
  readonly size: number;
  /** Permission bits, set-id and sticky bits (`0o7777`). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since the epoch, with a fraction where the tar has one. */
  readonly mtime: number;
  /** Target of a symlink, as written; of a hard link, the clean path of the target. */
  readonly linkname?: string | undefined;
  /**
   * First 128 bits of the SHA-256 of a regular file's content, as 32 hexadecimal digits.
   * Absent where only headers were read.
   */
  readonly content?: string | undefined;
  /** The size that the header states, where it is not `size`: dive counts it. */
  readonly declaredSize?: number | undefined;
}
