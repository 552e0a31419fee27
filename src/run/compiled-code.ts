import { lstatSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../base/errors.ts';

/** Node's directory for one of its versions, architecture and user: `v24.1.0-x64-964aae3f-1000`. */
const VERSION_NAME = /^v\d+\.\d+\.\d+[\w.-]*-\w+-[0-9a-f]{8}(?:-\d+)?$/;
/** A module's code, or one that is being written: `0026264b`, `0026264b.Xy12ab`. */
const CODE_NAME = /^[0-9a-f]{8}(?:\.\w{6})?$/;

/** Node's compiled code in a directory that may hold other things, too. */
export interface CompiledCode {
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** Those that hold the files. */
  readonly directories: readonly string[];
}

/**
 * What Node's compile cache has written below a directory (`module.enableCompileCache`).
 * @returns nothing where there is no directory
 * @throws the system's error
 */
export function findCompiledCode(directory: string): CompiledCode {
  const directories = entriesOf(directory).flatMap(entry =>
    entry.isDirectory() && VERSION_NAME.test(entry.name) ? [join(directory, entry.name)] : [],
  );
  const files = directories.flatMap(parent =>
    entriesOf(parent).flatMap(entry => {
      if (!entry.isFile() || !CODE_NAME.test(entry.name)) return [];
      const path = join(parent, entry.name);
      const stats = lstatSync(path, { throwIfNoEntry: false });
      return stats === undefined ? [] : [{ path, bytes: stats.size }];
    }),
  );
  return { files, directories };
}

/**
 * Removes a directory when nothing is left in it. Node writes no code into one that is gone.
 * @throws the system's error
 */
export function removeEmptyDirectory(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(systemErrorCode(error) ?? '')) throw error;
  }
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
