import { once } from 'node:events';
import { resolve } from 'node:path';
import { writeOutputFile } from '../run/publish/output-file.ts';

/**
 * Writes what an option gave a place to.
 * @param path from the working directory; `-` is standard output
 * @param text whole, or in pieces that are made as they are written
 * @throws DeadweightError as `writeOutputFile`; what is wrong with standard output is told by the program's entry
 */
export async function writeReport(path: string, text: string | Iterable<string>, cwd: string): Promise<void> {
  if (path === '-') await print(typeof text === 'string' ? [text] : text);
  else await writeOutputFile(resolve(cwd, path), text);
}

/** As fast as it is read: a list may be larger than memory. Ends early where standard output takes no more. */
async function print(pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) {
    if (!process.stdout.writable) return;
    if (process.stdout.write(piece)) continue;
    // The entry hears of the error, too.
    await once(process.stdout, 'drain').catch(() => undefined);
  }
}
