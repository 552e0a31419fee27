import { randomUUID } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemErrorCode } from '../base/errors.ts';
import { sumBytes } from '../base/sum-bytes.ts';

/** A scan, or what was measured or made of layers, or one that another process is writing: 64 hexadecimal digits, an ending, and a random name for a draft. */
const SCAN_NAME = /^[0-9a-f]{64}\.(?:(?:placed-)?scan|numbers|layers|result)$/;
const DRAFT_NAME =
  /^[0-9a-f]{64}\.(?:(?:placed-)?scan|numbers|layers|result)\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/** A draft was left by a writer that was killed when nothing was written to it for so long. Milliseconds. */
const ABANDONED_AFTER = 10 * 60 * 1000;

/** A file of the store. */
export interface ScanFile {
  readonly path: string;
  readonly bytes: number;
  /** When it was written or read last. Milliseconds since the epoch. */
  readonly usedAt: number;
  /** Whether it is being written, or was when its writer was killed. */
  readonly isDraft: boolean;
}

/**
 * The files of a store of scans; what else is in the directory is not looked at.
 * @returns none where there is no directory
 * @throws the system's error
 */
export function listScanFiles(directory: string): readonly ScanFile[] {
  return namesIn(directory).flatMap(name => {
    const isDraft = DRAFT_NAME.test(name);
    if (!isDraft && !SCAN_NAME.test(name)) return [];
    const path = join(directory, name);
    // Others remove files at the same time.
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? [{ path, bytes: stats.size, usedAt: stats.mtimeMs, isDraft }] : [];
  });
}

/**
 * Makes a folder and those above it. Not by `recursive`: Node tries for ever where a folder is there and none can be made in
 * it, as in a mount that was removed.
 */
export async function makeFolders(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  await makeFolders(dirname(folder));
  await mkdir(folder).catch((error: unknown) => {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  });
}

/**
 * Writes a file whole or not at all, also where the writer is killed, the disk is full, or another process writes it.
 * @throws the system's error
 */
export async function writeScanFile(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    await makeFolders(dirname(path));
    // What an image holds is nothing to other users of the machine.
    await writeFile(draft, bytes, { flag: 'wx', mode: 0o600 });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}

/**
 * Removes drafts that were abandoned, then the scans that were not used for longest, until all files together have at
 * most so many bytes. Drafts of others count, too: they are scans soon.
 * @param now milliseconds since the epoch
 * @throws the system's error
 */
export function trimScanFiles(directory: string, mostBytes: number, now: number): void {
  const isAbandoned = ({ isDraft, usedAt }: ScanFile) => isDraft && Math.abs(now - usedAt) > ABANDONED_AFTER;
  const [abandoned, kept] = partition(listScanFiles(directory), isAbandoned);
  removeFiles(abandoned);
  let total = sumBytes(kept);
  for (const file of kept.filter(({ isDraft }) => !isDraft).sort((a, b) => a.usedAt - b.usedAt)) {
    if (total <= mostBytes) return;
    removeFiles([file]);
    total -= file.bytes;
  }
}

/** @throws the system's error */
export function removeFiles(files: readonly Pick<ScanFile, 'path'>[]): void {
  for (const { path } of files) rmSync(path, { force: true });
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): readonly [T[], T[]] {
  const [yes, no]: [T[], T[]] = [[], []];
  for (const item of items) (test(item) ? yes : no).push(item);
  return [yes, no];
}
