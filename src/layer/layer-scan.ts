import type { DiffId } from '../base/digest.ts';
import type { JsonValue } from './json-value.ts';
import type { LayerEntries } from './layer-entries.ts';

/** Raise it when the meaning of a scan changes: stored scans of other versions are not read. */
export const SCAN_VERSION = 3;

/**
 * The serialisable facts of one layer. It knows nothing of the image around it, so that it can be
 * stored under diffID + SCAN_VERSION + collector versions.
 */
export interface LayerScan {
  readonly diffId: DiffId;
  /** In the order of the tar; a path that is written twice is there twice. */
  readonly entries: LayerEntries;
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
  /** Files of which collectors kept nothing though they wanted to: too large, or over what an image may have of them. */
  readonly skippedFiles: number;
  /** What each collector gathered, by collector id; JSON values. */
  readonly collected: Readonly<Record<string, readonly CollectedFile[]>>;
}

/**
 * A scan of a tar whose headers alone were read, so that nothing says that it is its diffID: it is true of the file as
 * it was, and of nothing else.
 */
export interface PlacedScan {
  readonly scan: LayerScan;
  /** Where the content of each regular file starts, in their order; NaN where it is sparse. */
  readonly starts: ArrayLike<number>;
}

/** What a collector made of one file. */
export interface CollectedFile {
  readonly path: string;
  readonly value: JsonValue;
}
