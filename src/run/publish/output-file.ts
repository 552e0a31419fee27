import { chmod, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DeadweightError, isDiskFull, systemErrorCode, systemReason } from '../../base/errors.ts';
import { isAlive } from '../../base/process-owner.ts';
import { writePipe } from './output-pipe.ts';

/**
 * Writes a file whole or not at all, with the permissions of the one that it replaces; a device or a pipe
 * (`/dev/stdout`) is written to as it is.
 * @throws DeadweightError `disk-full`, `permission-denied`, `output-unwritable`
 */
export async function writeOutputFile(path: string, text: string): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  try {
    const present = await stat(path).catch(() => null);
    if (present?.isFIFO()) return await writePipe(path, text);
    if (present && !present.isFile() && !present.isDirectory()) return await writeFile(path, text);
    await makeFolder(dirname(path));
    await clearPartials(path);
    await writeFile(partial, text);
    if (present?.isFile()) await chmod(partial, present.mode & 0o7777);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw outputError(path, error);
  }
}

/**
 * Makes a folder and those above it. Node's own `recursive` tries for ever where the system calls a folder missing that
 * has a parent, as /proc does.
 */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (await isFolder(path)) return;
    if (systemErrorCode(error) !== 'ENOENT' || dirname(path) === path || (await isFolder(dirname(path)))) {
      throw error;
    }
    await makeFolder(dirname(path));
    await makeFolder(path);
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}

/** Milliseconds. */
const ABANDONED_AFTER = 60_000;

/** Of runs that were killed while they wrote this file. */
async function clearPartials(path: string): Promise<void> {
  const name = basename(path);
  for (const other of await readdir(dirname(path)).catch(() => [])) {
    if (!other.startsWith(`${name}.`)) continue;
    const [, pid] = /^\.(\d+)\.partial$/.exec(other.slice(name.length)) ?? [];
    const partial = join(dirname(path), other);
    if (pid === undefined || isAlive(Number(pid))) continue;
    // A process of another container cannot be seen; writing takes no such time.
    const { mtimeMs } = await stat(partial).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (Date.now() - mtimeMs > ABANDONED_AFTER) await rm(partial, { force: true }).catch(() => undefined);
  }
}

/** @param path of a file, or what else was written to: `standard output` */
export function outputError(path: string, error: unknown): DeadweightError {
  const code = systemErrorCode(error);
  if (isDiskFull(error)) {
    return new DeadweightError('disk-full', {
      message: `The disk is full: ${path} cannot be written.`,
      remedy: 'Free some space (docker builder prune frees build cache), or write to another disk.',
      cause: error,
    });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new DeadweightError('permission-denied', {
      message: `${path} cannot be written: ${systemReason(error)}.`,
      remedy: 'Choose another path, or change the permissions of its folder.',
      cause: error,
    });
  }
  return new DeadweightError('output-unwritable', {
    message: `${path} cannot be written: ${systemReason(error)}.`,
    remedy: 'Give the path of a file in a folder that exists or can be created.',
    cause: error,
  });
}
