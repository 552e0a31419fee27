import { chmod, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { clearPartials, makeOutputFolder, outputError, partialPath } from '../../base/partial-output.ts';
import { writePipe } from './output-pipe.ts';

/**
 * Writes a file whole or not at all, with the permissions of the one that it replaces; a device or a pipe
 * (`/dev/stdout`) is written to as it is.
 * @param text whole, or in pieces that are written as they are made
 * @throws DeadweightError `disk-full`, `permission-denied`, `output-unwritable`
 */
export async function writeOutputFile(path: string, text: string | Iterable<string>): Promise<void> {
  const partial = partialPath(path);
  try {
    const present = await stat(path).catch(() => null);
    if (present?.isFIFO()) return await writePipe(path, text);
    if (present && !present.isFile() && !present.isDirectory()) return await writeFile(path, text);
    await makeOutputFolder(dirname(path));
    await clearPartials(path);
    // Others may guess its name: what is there is not written to, and no link is followed.
    await rm(partial, { force: true });
    await writeFile(partial, text, { flag: 'wx' });
    if (present?.isFile()) await chmod(partial, present.mode & 0o7777);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw outputError(path, error);
  }
}
