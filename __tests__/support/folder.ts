import { rmSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** What becomes of files, by their path: null removes one. */
export type Changes = Readonly<Record<string, string | Uint8Array | Link | Program | null>>;

/** A symbolic link. */
export interface Link {
  readonly link: string;
}

/** A file of mode 755. */
export interface Program {
  readonly program: string;
}

const folders: string[] = [];
// The bench uses it as well.
if (process.env['VITEST'] === undefined) {
  process.once('exit', () => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
} else {
  afterAll(async () => {
    await Promise.all(folders.splice(0).map(folder => rm(folder, { recursive: true, force: true })));
  });
}

/** A folder with files in it, for as long as the tests of the file, or the process, run. */
export async function folderOf(files: Changes = {}): Promise<string> {
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
    else if (typeof content === 'string' || content instanceof Uint8Array) await writeFile(file, content);
    else if ('program' in content) {
      await writeFile(file, content.program);
      await chmod(file, 0o755);
    } else {
      await rm(file, { recursive: true, force: true });
      await symlink(content.link, file);
    }
  }
}
