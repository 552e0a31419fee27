import type { Buffer } from 'node:buffer';
import { realpathSync } from 'node:fs';
import { systemErrorCode } from '../../base/errors.ts';
import { readInputFile, UnfitFile } from '../../base/input-file.ts';
import { pathInside } from '../../base/inside-path.ts';

/**
 * Whether it is there, and no link on the way from the root. What cannot be looked at is not there.
 * @param path below the root
 */
export function isInside(root: string, path: string): boolean {
  try {
    const inside = pathInside(root, path);
    return inside !== null && pathInside(realpathSync.native(root), realpathSync.native(path)) === inside;
  } catch (error) {
    if (systemErrorCode(error) !== null) return false;
    throw error;
  }
}

/** A file below the root, whole; null where there is none that may be read, or only a link to one, or a larger one. */
export function readInside(root: string, path: string, maxBytes: number): Buffer | null {
  if (!isInside(root, path)) return null;
  try {
    return readInputFile(path, { maxBytes, followsLink: false });
  } catch (error) {
    if (error instanceof UnfitFile || systemErrorCode(error) !== null) return null;
    throw error;
  }
}
