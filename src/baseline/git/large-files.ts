import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from './git.ts';

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md#the-pointer */
const POINTER = 'version https://git-lfs.github.com/spec/v1\n';
const SAMPLE = 20;

/**
 * Whether files of Git LFS are checked out as pointers here, as `actions/checkout` does without `lfs: true`.
 * The base must be checked out the same way, or every large file would show as a difference.
 */
export async function hasLfsPointers(git: Git): Promise<boolean> {
  const listed = await git.attempt(['ls-files', '-z', '--', ':(attr:filter=lfs)']);
  if (listed.exitCode !== 0) return false;
  for (const path of listed.stdout.split('\0').filter(Boolean).slice(0, SAMPLE)) {
    if ((await beginningOf(join(git.directory, path))) === POINTER) return true;
  }
  return false;
}

async function beginningOf(path: string): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const buffer = Buffer.alloc(POINTER.length);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } catch {
    return '';
  }
}
