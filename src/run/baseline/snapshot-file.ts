import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DeadweightError, messageOf, systemErrorCode } from '../../base/errors.ts';
import { parseSnapshot, SNAPSHOT_LIMIT } from '../../compare/parse-snapshot.ts';
import type { Snapshot } from '../../compare/snapshot.ts';

/**
 * Reads a snapshot from a file.
 * @param name as the user gave it, relative to `cwd`
 * @throws DeadweightError `input-missing`, `limit-exceeded`, `snapshot-invalid`
 */
export async function readSnapshotFile(name: string, cwd: string): Promise<Snapshot> {
  return parseSnapshot(await textOf(name, resolve(cwd, name)), name);
}

async function textOf(name: string, path: string): Promise<string> {
  try {
    const facts = await stat(path);
    // A FIFO or a device may never end.
    if (!facts.isFile()) throw new Error('it is no file');
    if (facts.size > SNAPSHOT_LIMIT) {
      throw new DeadweightError('limit-exceeded', {
        message: `${name} is too large for a snapshot.`,
        remedy: 'Give a file that deadweight wrote with --snapshot.',
      });
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof DeadweightError) throw error;
    if (systemErrorCode(error) === 'ENOENT') {
      throw new DeadweightError('input-missing', {
        message: `There is no snapshot ${name}.`,
        remedy: 'Write one with deadweight build --snapshot FILE, or name an image.',
        cause: error,
      });
    }
    throw new DeadweightError('input-missing', {
      message: `The snapshot ${name} cannot be read: ${messageOf(error)}.`,
      remedy: 'Give a file that deadweight wrote with --snapshot, and see that it may be read.',
      cause: error,
    });
  }
}
