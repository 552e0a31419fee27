import { rmdirSync, type Stats, unlinkSync } from 'node:fs';
import { mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DeadweightError, isDiskFull, systemErrorCode, systemReason } from './errors.ts';
import { isAlive } from './process-owner.ts';

/** The file beside an output that is written first, and takes its place when all of it is there. */
export function partialPath(path: string): string {
  return `${path}.${process.pid}.partial`;
}

/**
 * Makes a folder and those above it. Node's own `recursive` tries for ever where the system calls a folder missing that
 * has a parent, as /proc does.
 */
export async function makeOutputFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (await isFolder(path)) return;
    if (systemErrorCode(error) !== 'ENOENT' || dirname(path) === path || (await isFolder(dirname(path)))) {
      throw error;
    }
    await makeOutputFolder(dirname(path));
    await makeOutputFolder(path);
  }
}

/** Those of a folder and what is above it that are not there: what `makeOutputFolder` makes. The highest first. */
export async function missingFolders(path: string): Promise<readonly string[]> {
  const missing: string[] = [];
  for (let folder = path; (await statOrNull(folder)) === null; folder = dirname(folder)) {
    missing.unshift(folder);
    if (dirname(folder) === folder) break;
  }
  return missing;
}

/** Those that are empty. @param folders the highest first */
export async function removeFolders(folders: readonly string[]): Promise<void> {
  for (const folder of folders.toReversed()) await rmdir(folder).catch(() => undefined);
}

/**
 * Removes files and then folders in one turn, for who is broken off. Folders in which there is anything else stay: another run
 * may write there. What cannot be removed stays as well.
 */
export function removeNow(files: Iterable<string>, folders: Iterable<string>): void {
  for (const file of files) ignoreErrors(() => unlinkSync(file));
  // What is below a folder has a longer path.
  const deepestFirst = [...folders].toSorted((one, other) => other.length - one.length);
  for (const folder of deepestFirst) ignoreErrors(() => rmdirSync(folder));
}

function ignoreErrors(remove: () => void): void {
  try {
    remove();
  } catch {
    // It is gone already, or somebody else's.
  }
}

async function statOrNull(path: string): Promise<Stats | null> {
  return await stat(path).catch(() => null);
}

async function isFolder(path: string): Promise<boolean> {
  return (await statOrNull(path))?.isDirectory() === true;
}

/** Milliseconds. */
const ABANDONED_AFTER = 60_000;
/** Of files that wait for the end of a run, which may be of another machine. Milliseconds. */
const STAGED_ABANDONED_AFTER = 24 * 3_600_000;

/** Removes what runs left that were killed while they wrote this file. */
export async function clearPartials(path: string): Promise<void> {
  await clearAbandoned(path, /^\.(\d+)\.partial$/, ABANDONED_AFTER);
}

/** Removes what runs left that were killed while they wrote several files, all of them `PATH.NUMBER`. */
export async function clearStaged(path: string): Promise<void> {
  await clearAbandoned(path, /^\.\d+\.(\d+)\.partial$/, STAGED_ABANDONED_AFTER);
}

/** @param pattern of what follows the name; its group is the process */
async function clearAbandoned(path: string, pattern: RegExp, after: number): Promise<void> {
  const name = basename(path);
  for (const other of await readdir(dirname(path)).catch(() => [])) {
    if (!other.startsWith(`${name}.`)) continue;
    const [, pid] = pattern.exec(other.slice(name.length)) ?? [];
    const partial = join(dirname(path), other);
    if (pid === undefined || isAlive(Number(pid))) continue;
    // A process of another container cannot be seen; writing takes no such time.
    const { mtimeMs } = await stat(partial).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (Date.now() - mtimeMs > after) await rm(partial, { force: true }).catch(() => undefined);
  }
}

const UNKNOWN_REMEDY = 'Give the path of a file in a folder that exists or can be created.';

const REMEDIES: Readonly<Record<string, string>> = {
  EPIPE: 'Let the reader read to the end, or give the path of a file.',
  EFBIG: 'Set a higher limit (ulimit -f shows it), or write to a file system that takes larger files.',
  EBADF: 'Give a file descriptor that is open for writing, or the path of a file.',
};

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
    remedy: code === null ? UNKNOWN_REMEDY : (REMEDIES[code] ?? UNKNOWN_REMEDY),
    cause: error,
  });
}
