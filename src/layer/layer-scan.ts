import type { DiffId } from '../base/digest.ts';
import type { JsonValue } from './json-value.ts';

/** What a tar header says an entry is. `sparse` and `contiguous` files are `file`. */
export type EntryKind = 'file' | 'directory' | 'symlink' | 'hardlink' | 'character' | 'block' | 'fifo';

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
  /**
   * Target of a symlink, as written; of a hard link, the clean path of the target.
   */
  readonly linkname?: string;
  /**
   * First 128 bits of the SHA-256 of a regular file's content, as 32 hexadecimal digits.
   * Absent where only headers were read.
   */
  readonly content?: string;
  /** The size that the header states, where it is not `size`: dive counts it. */
  readonly declaredSize?: number;
}

/** Raise it when the meaning of a scan changes: stored scans of other versions are not read. */
export const SCAN_VERSION = 1;

/**
 * The serialisable facts of one layer. It knows nothing of the image around it, so that it can be
 * stored under diffID + SCAN_VERSION + collector versions.
 */
export interface LayerScan {
  readonly diffId: DiffId;
  /** In the order of the tar; a path that is written twice is there twice. */
  readonly entries: readonly LayerEntry[];
  /** Clean paths that the layer deletes: `a/b` for the entry `a/.wh.b`. */
  readonly whiteouts: readonly string[];
  /** Clean paths of directories whose lower content the layer hides (`.wh..wh..opq` inside them). */
  readonly opaques: readonly string[];
  /** Full clean paths of all other entries with a component that starts with `.wh..wh.` (aufs metadata). */
  readonly markers: readonly string[];
  /** Sum of the sizes of the regular files in the tar; a path written twice counts twice. Bytes. */
  readonly size: number;
  /** Regular files and hard links in the tar. */
  readonly fileCount: number;
  /** Sum of every header's size, of every entry, markers and whiteouts included: dive's layer size. Bytes. */
  readonly headerBytes: number;
  /** Whether the entries of regular files carry `content`: of all, of those that were asked for, of none. */
  readonly contentKnown: 'all' | 'some' | 'none';
  /** Whether the bytes of the tar were hashed and matched `diffId`. Only verified scans may be stored. */
  readonly verified: boolean;
  /** What each collector gathered, by collector id; JSON values. */
  readonly collected: Readonly<Record<string, readonly CollectedFile[]>>;
}

/** What a collector made of one file. */
export interface CollectedFile {
  readonly path: string;
  readonly value: JsonValue;
}
