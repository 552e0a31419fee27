import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../base/errors.ts';
import { sumBytes } from '../base/sum-bytes.ts';
import { removeFiles } from '../layer/scan-files.ts';

/** A layer as a build exported it, named after its digest. */
export interface KeptLayer {
  /** Hexadecimal digits of its digest by SHA-256. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** When a build had it last. Milliseconds since the epoch. */
  readonly usedAt: number;
}

/** All kept layers together, unless somebody says otherwise. Bytes. */
export const DEFAULT_KEPT_SIZE = 2_000_000_000;
/** What no build has had for two weeks is of another time. Milliseconds. */
const MAX_AGE = 14 * 24 * 3_600_000;
/** Each is linked into the layout of each build. */
const MAX_COUNT = 1000;
/** What is smaller is written again as fast: manifests and configurations, of which each build makes new ones. Bytes. */
const MIN_SIZE = 64 * 1024;

export function isKeptSize(bytes: number): boolean {
  return bytes >= MIN_SIZE;
}

/**
 * The layers in a directory; what else is there is not looked at.
 * @returns none where there is no directory
 * @throws the system's error
 */
export function listKeptLayers(directory: string): readonly KeptLayer[] {
  return listBlobs(directory).flatMap(name => {
    const path = join(directory, name);
    // Others remove files at the same time.
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? [{ name, path, bytes: stats.size, usedAt: stats.mtimeMs }] : [];
  });
}

/** The names of blobs in a directory; none where there is none. @throws the system's error */
export function listBlobs(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter(name => /^[0-9a-f]{64}$/.test(name));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Removes the layers that were not used for long, then those that were not used for longest, until all together have at
 * most so many bytes. A build that has one linked into its layout keeps it.
 * @param now milliseconds since the epoch
 * @throws the system's error
 */
export function trimKeptLayers(directory: string, mostBytes: number, now: number): void {
  const layers = [...listKeptLayers(directory)].sort((a, b) => a.usedAt - b.usedAt);
  let total = sumBytes(layers);
  layers.forEach((layer, index) => {
    const isOver = total > mostBytes || layers.length - index > MAX_COUNT;
    if (!isOver && now - layer.usedAt <= MAX_AGE) return;
    removeFiles([layer]);
    total -= layer.bytes;
  });
}
