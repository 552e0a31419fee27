import type { LayerEntry } from './entry.ts';
import type { JsonValue } from './layer-scan.ts';

/**
 * Looks into the few files of a layer that matter to it (a package database, a lock file).
 * Pure: the same bytes give the same value, whatever the image around them.
 */
export interface Collector {
  /** Stable and kebab-case; part of the scan's cache key, with the version. */
  readonly id: string;
  readonly version: number;
  /** Whether it wants the content of this regular file. Called once for each entry: keep it cheap. */
  wants(entry: LayerEntry): boolean;
  /** @returns null when the file is not what it seemed to be. Must not throw on hostile bytes. */
  collect(entry: LayerEntry, content: Uint8Array): JsonValue | null;
}

/** A file larger than this is not handed to collectors. Bytes. */
export const COLLECTED_FILE_LIMIT = 64 * 1024 * 1024;
