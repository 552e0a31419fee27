import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { type FileCopy, keepTimes } from './file-times.ts';
import type { Git } from './git.ts';
import { type Checkout, LINK_MODE, SUBMODULE_MODE, type TrackedFile } from './tracked-files.ts';

/** A folder of a commit, and what the checkout calls it. */
export interface MovedFolder {
  readonly oldPath: string;
  readonly path: string;
}

/**
 * Gives the files of a folder that was renamed since the times that they have in the checkout, where they are the same.
 * @param from git in the top of the checkout
 * @param to the tree of the commit
 * @param files what the commit holds
 */
export async function keepMovedTimes(
  from: Git,
  to: string,
  { path, oldPath }: MovedFolder,
  files: ReadonlyMap<string, TrackedFile>,
  { tracked, edited }: Checkout,
): Promise<void> {
  if (path === oldPath || edited === null) return;
  const copies: FileCopy[] = [];
  const prefix = oldPath === '' ? '' : `${oldPath}/`;
  for (const [name, { mode, id }] of files) {
    if (!name.startsWith(prefix) || mode === SUBMODULE_MODE) continue;
    const inside = name.slice(prefix.length);
    const now = join(path, inside);
    const own = tracked.get(now);
    if (own?.mode !== mode || own.id !== id || edited.has(now)) continue;
    // What a sparse checkout leaves out is not there, and would be made.
    if (lstatSync(join(to, name), { throwIfNoEntry: false }) === undefined) continue;
    copies.push({ path: inside, place: inside, isLink: mode === LINK_MODE });
  }
  await keepTimes(from.in(join(from.directory, path)), join(to, oldPath), copies);
}
