import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A file in the folder of a run, which says whose it is. */
export const RUN_OWNER = '.owner';

/** What `mkdtemp` makes of this: six letters or digits more. */
export const RUN_FOLDER = 'deadweight-';

/** Whether a folder has the name of one that a run makes for its temporary files. */
export function isRunFolderName(name: string): boolean {
  return /^deadweight-[0-9A-Za-z]{6}$/.test(name);
}

/** Whether a folder is one that a run made and uses: it may lie in a build context. */
export function isRunFolder(path: string): boolean {
  return isRunFolderName(basename(path)) && existsSync(join(path, RUN_OWNER));
}
