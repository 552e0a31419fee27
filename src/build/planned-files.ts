import { rm, writeFile } from 'node:fs/promises';
import { DeadweightError, messageOf, systemErrorCode } from '../base/errors.ts';
import type { PlannedFile } from './build-secret.ts';

/**
 * Runs `body` while the files exist, readable by their owner alone.
 * @throws DeadweightError `disk-full`, `permission-denied`
 */
export async function withFiles<T>(files: readonly PlannedFile[], body: () => Promise<T>): Promise<T> {
  try {
    for (const { path, content } of files) await write(path, content);
    return await body();
  } finally {
    await Promise.all(files.map(({ path }) => rm(path, { force: true })));
  }
}

async function write(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    const isFull = systemErrorCode(cause) === 'ENOSPC';
    throw new DeadweightError(isFull ? 'disk-full' : 'permission-denied', {
      message: `A file that the build needs cannot be written: ${messageOf(cause)}`,
      remedy: isFull
        ? 'Free space for temporary files.'
        : 'Point TMPDIR at a directory that may be written to.',
      cause,
    });
  }
}
