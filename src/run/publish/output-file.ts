import { Buffer } from 'node:buffer';
import { type Stats, write } from 'node:fs';
import { chmod, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { DeadweightError } from '../../base/errors.ts';
import { clearPartials, makeOutputFolder, outputError, partialPath } from '../../base/partial-output.ts';
import { workingDirectory } from '../working-directory.ts';
import { writePipe } from './output-pipe.ts';
import { findOutputPlace } from './output-place.ts';

const writeBytes = promisify(write);

type Text = string | Iterable<string>;

/**
 * Writes a file whole or not at all, with the permissions of the one that it replaces. A symbolic link stays, and what it
 * leads to is written: see `findOutputPlace`. A device, a pipe or an open file (`/dev/stdout`) is written to as it is.
 * @param path absolute
 * @param text whole, or in pieces that are written as they are made
 * @throws DeadweightError `disk-full`, `permission-denied`, `output-unwritable`
 */
export async function writeOutputFile(path: string, text: Text, cwd = workingDirectory()): Promise<void> {
  try {
    const place = await findOutputPlace(path, cwd);
    const present = await stat(place.path).catch(() => null);
    if (present?.isFIFO()) await writePipe(place.path, text);
    else if (place.kind === 'path' && (present === null || present.isFile() || present.isDirectory())) {
      await replaceFile(place.path, text, present);
    } else if (place.kind === 'descriptor' && place.number !== null && present?.isFile()) {
      await writeDescriptor(place.number, typeof text === 'string' ? [text] : text);
    } else await writeFile(place.path, text);
  } catch (error) {
    throw error instanceof DeadweightError ? error : outputError(path, error);
  }
}

async function replaceFile(path: string, text: Text, present: Stats | null): Promise<void> {
  const partial = partialPath(path);
  try {
    await makeOutputFolder(dirname(path));
    await clearPartials(path);
    // Others may guess its name: what is there is not written to, and no link is followed.
    await rm(partial, { force: true });
    await writeFile(partial, text, { flag: 'wx' });
    if (present?.isFile()) await chmod(partial, present.mode & 0o7777);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw error;
  }
}

/**
 * Writes to a file that is open, where the last one who wrote there stopped: opened by its path it would be emptied, and
 * written over. All of it, or it throws the system's error.
 */
export async function writeDescriptor(descriptor: number, pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) {
    let rest = Buffer.from(piece);
    // The system may take less than it was given.
    while (rest.length > 0) rest = rest.subarray((await writeBytes(descriptor, rest)).bytesWritten);
  }
}
