import type { ByteRange } from '../tar/random-access.ts';
import type { LayerEntry } from './entry.ts';
import type { JsonValue } from './layer-scan.ts';

interface AnyCollector {
  /** Stable and kebab-case; part of the scan's cache key, with the version. */
  readonly id: string;
  readonly version: number;
  /** Whether it wants the content of this regular file. Called once for each entry: keep it cheap. */
  wants(entry: LayerEntry): boolean;
}

/**
 * Looks into the few files of a layer that matter to it (a package database, a lock file).
 * Pure: the same bytes give the same value, whatever the image around them.
 */
export interface FileCollector extends AnyCollector {
  /** @returns null when the file is not what it seemed to be. Must not throw on hostile bytes. */
  collect(entry: LayerEntry, content: Uint8Array): JsonValue | null;
}

/**
 * Looks at a few places of files that may be large. Pure, as above. Where a layer comes as a stream no more than the
 * asked ranges is kept of it, and where it is read by position no more is read.
 */
export interface RangeCollector extends AnyCollector {
  /**
   * Yields the ranges that it wants, one at a time, and is given the bytes of each, which are its own. Forward only:
   * a range begins at or behind the end of the one before, lies within the file, and is of at most RANGE_LIMIT bytes;
   * one that is not ends the reading without a value.
   * @returns null when the file is not what it seemed to be. Must not throw on hostile bytes.
   */
  read(entry: LayerEntry): Generator<ByteRange, JsonValue | null, Uint8Array>;
}

export type Collector = FileCollector | RangeCollector;

/** A file larger than this is not handed to collectors whole. Bytes. */
export const COLLECTED_FILE_LIMIT = 64 * 1024 * 1024;
/** The longest range of a file that a collector may ask for. Bytes. */
export const RANGE_LIMIT = 1024 * 1024;
