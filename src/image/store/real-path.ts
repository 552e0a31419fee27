import type { Buffer } from 'node:buffer';
import { lstatSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../../base/errors.ts';
import { readInputFile, UnfitFile } from '../../base/input-file.ts';

/** Where a folder is, all links resolved; null where it cannot be looked at. */
export function realRoot(root: string): string | null {
  try {
    return realpathSync.native(root);
  } catch (error) {
    if (systemErrorCode(error) !== null) return null;
    throw error;
  }
}

/** Whether it is there, and nothing on the way is a link. What cannot be looked at is not there. */
export function isReal(path: string): boolean {
  // The system knows no path with a zero in it.
  return !path.includes('\0') && realRoot(path) === path;
}

/** Whether this user may not look into a folder, or not get to it. */
export function isForbidden(folder: string): boolean {
  try {
    lstatSync(join(folder, 'any'));
    return false;
  } catch (error) {
    return ['EACCES', 'EPERM'].includes(systemErrorCode(error) ?? '');
  }
}

/** A file, whole; null where there is none that may be read, or only by way of a link, or a larger one. */
export function readReal(path: string, maxBytes: number): Buffer | null {
  if (!isReal(path)) return null;
  try {
    return readInputFile(path, { maxBytes, followsLink: false });
  } catch (error) {
    if (error instanceof UnfitFile || systemErrorCode(error) !== null) return null;
    throw error;
  }
}
