import { once } from 'node:events';
import { fstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { DeadweightError } from '../base/errors.ts';
import { printable } from '../base/untrusted-text.ts';
import { writeDescriptor, writeOutputFile } from '../run/publish/output-file.ts';

/**
 * Writes what an option gave a place to.
 * @param path from the working directory; `-` is standard output
 * @param text whole, or in pieces that are made as they are written
 * @throws DeadweightError `usage` for a path that ends like a folder's; and as `writeOutputFile`. What is wrong with standard
 * output is told by the program's entry.
 */
export async function writeReport(path: string, text: string | Iterable<string>, cwd: string): Promise<void> {
  if (path === '-') await print(typeof text === 'string' ? [text] : text);
  else if (path.endsWith('/')) throw notAFile(path);
  else await writeOutputFile(resolve(cwd, path), text);
}

function notAFile(path: string): DeadweightError {
  return new DeadweightError('usage', {
    message: `${printable(path)} is the path of a folder, and a report is one file.`,
    remedy: 'Give the path of a file in it.',
  });
}

/** Of standard output. */
const DESCRIPTOR = 1;

/** As fast as it is read: a list may be larger than memory. Ends early where standard output takes no more. */
async function print(pieces: Iterable<string>): Promise<void> {
  if (fstatSync(DESCRIPTOR).isFile()) {
    // A disk that is nearly full takes a part of what it is given, which Node's stream takes for all of it.
    await writeDescriptor(DESCRIPTOR, pieces).catch(error => process.stdout.emit('error', error));
    return;
  }
  for (const piece of pieces) {
    if (!process.stdout.writable) return;
    if (process.stdout.write(piece)) continue;
    // The entry hears of the error, too.
    await once(process.stdout, 'drain').catch(() => undefined);
  }
}
