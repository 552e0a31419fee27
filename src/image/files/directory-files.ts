import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DeadweightError, systemErrorCode } from '../../base/errors.ts';
import { documentTooLarge, MAX_DOCUMENT } from '../../oci/parse-json.ts';
import { openRandomAccess } from '../../tar/random-access.ts';
import { BlobReader } from '../blob-reader.ts';
import { blobMissing } from '../layer-bytes.ts';
import type { ImageFiles } from '../layer-reader.ts';

/**
 * Files of a directory. Paths are only ever fixed names, and names made of the hex digits of a validated digest, so an
 * image cannot point outside of it.
 * @param transport whose directory it is, for messages
 * @throws DeadweightError `input-missing`, `not-an-image` (no directory), `permission-denied`.
 */
export function openDirectory(directory: string, transport: 'oci' | 'dir'): ImageFiles {
  assertDirectory(directory, transport);
  const sizeOf = (path: string) => {
    const stats = statSync(join(directory, path), { throwIfNoEntry: false });
    return stats?.isFile() ? stats.size : null;
  };
  return {
    name: directory,
    has: path => sizeOf(path) !== null,
    read: path => {
      const size = sizeOf(path);
      return size === null ? null : readDocument(join(directory, path), size);
    },
    list: () => readdirSync(directory).sort().slice(0, 8),
    reader: () =>
      new BlobReader(layer => {
        if (sizeOf(layer.path) === null) throw blobMissing(layer);
        return openRandomAccess(join(directory, layer.path));
      }),
    close: () => undefined,
  };
}

function readDocument(path: string, size: number): Uint8Array {
  if (size > MAX_DOCUMENT) throw documentTooLarge(path, size);
  const file = openRandomAccess(path);
  try {
    const bytes = new Uint8Array(size);
    return bytes.subarray(0, file.read(bytes, 0));
  } finally {
    file.close();
  }
}

function assertDirectory(directory: string, transport: string): void {
  try {
    if (statSync(directory).isDirectory()) return;
  } catch (cause) {
    const denied = systemErrorCode(cause) === 'EACCES';
    throw new DeadweightError(denied ? 'permission-denied' : 'input-missing', {
      message: denied
        ? `${directory} cannot be read: permission denied.`
        : `There is no directory ${directory}.`,
      remedy: denied
        ? 'Run as a user who may read it.'
        : `Check the path after ${transport}: it starts at the working directory.`,
      cause,
    });
  }
  throw new DeadweightError('not-an-image', {
    message: `${directory} is a file, and ${transport}: takes a directory.`,
    remedy: `Write oci-archive:${directory} for an archive of an OCI layout, or docker-archive:${directory} for one of docker save.`,
  });
}
