import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DeadweightError, messageOf, systemErrorCode } from '../base/errors.ts';

/**
 * Writes a file whole or not at all; a device or a pipe (`/dev/stdout`) is written to as it is.
 * @throws DeadweightError `disk-full`, `permission-denied`, `input-missing`
 */
export async function writeOutputFile(path: string, text: string): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  try {
    if (await isSpecial(path)) return await writeFile(path, text);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(partial, text);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw outputError(path, error);
  }
}

async function isSpecial(path: string): Promise<boolean> {
  try {
    const found = await stat(path);
    return !found.isFile() && !found.isDirectory();
  } catch {
    return false;
  }
}

function outputError(path: string, error: unknown): DeadweightError {
  const code = systemErrorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new DeadweightError('disk-full', {
      message: `The disk is full: ${path} could not be written.`,
      remedy: 'Free some space (docker builder prune frees build cache), or write to another disk.',
      cause: error,
    });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new DeadweightError('permission-denied', {
      message: `${path} may not be written.`,
      remedy: 'Choose another path, or change the permissions of its folder.',
      cause: error,
    });
  }
  return new DeadweightError('usage', {
    message: `${path} could not be written: ${messageOf(error)}.`,
    remedy: 'Give the path of a file in a folder that can be made.',
    cause: error,
  });
}
