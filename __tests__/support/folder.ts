import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** What becomes of files, by their path: null removes one. */
export type Changes = Readonly<Record<string, string | Uint8Array | null>>;

const folders: string[] = [];
afterAll(async () => {
  await Promise.all(folders.splice(0).map(folder => rm(folder, { recursive: true, force: true })));
});

/** A folder with files in it, for as long as the tests of the file run. */
export async function folderOf(files: Files = {}): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'deadweight-test-')));
  folders.push(folder);
  await changeFiles(folder, files);
  return folder;
}

export async function changeFiles(folder: string, changes: Changes): Promise<void> {
  for (const [path, content] of Object.entries(changes)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    if (content === null) await rm(file);
    else await writeFile(file, content);
  }
}
