import { existsSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { lstat, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeadweightError, isDiskFull, systemErrorCode, systemReason } from '../base/errors.ts';
import { describeOwner, hasEnded, readOwner } from '../base/process-owner.ts';
import { isRunFolderName, RUN_FOLDER, RUN_OWNER } from '../base/run-folder-name.ts';

/** A folder may be full of others' files. */
const MAX_LOOKED_AT = 1000;

/**
 * Makes a folder for what lives as long as a run, and clears those of runs that were killed.
 * @param parent an existing folder
 * @throws DeadweightError `permission-denied`, `disk-full`
 */
export async function makeRunFolder(parent: string): Promise<string> {
  await clearRunFolders(parent);
  const owner = await describeOwner();
  for (;;) {
    const folder = await makeFolder(parent);
    try {
      await writeFile(join(folder, RUN_OWNER), owner);
      return folder;
    } catch (error) {
      // Another run took it for the empty folder of one that was killed.
      if (systemErrorCode(error) === 'ENOENT') continue;
      // On a full disk a run may still do what it was asked; its folder then is nobody's to clear.
      return folder;
    }
  }
}

async function makeFolder(parent: string): Promise<string> {
  try {
    return await mkdtemp(join(parent, RUN_FOLDER));
  } catch (cause) {
    const isFull = isDiskFull(cause);
    throw new DeadweightError(isFull ? 'disk-full' : 'permission-denied', {
      message: `No folder for temporary files could be made in ${parent}: ${systemReason(cause)}.`,
      remedy: 'Point TMPDIR (RUNNER_TEMP in a workflow) at a folder that can be written and has room.',
      cause,
    });
  }
}

/**
 * The run is over, and what is left in its folder is for others: no later run clears it.
 * @param unneeded what nobody needs any more; where it cannot be removed it stays, which is no reason to fail
 */
export async function handOverRunFolder(folder: string, unneeded: readonly string[]): Promise<void> {
  for (const path of unneeded) removeTree(path);
  await rm(join(folder, RUN_OWNER), { force: true }).catch(() => undefined);
}

/** Clears the folders of runs that were killed; what cannot be removed stays. */
export async function clearRunFolders(parent: string): Promise<void> {
  await clearAbandoned(parent).catch(() => undefined);
}

async function clearAbandoned(parent: string): Promise<void> {
  const names = (await readdir(parent)).filter(isRunFolderName).slice(0, MAX_LOOKED_AT);
  for (const name of names) {
    const folder = join(parent, name);
    const { uid, mtimeMs } = await lstat(folder);
    if (process.getuid !== undefined && uid !== process.getuid()) continue;
    const owner = readOwner(join(folder, RUN_OWNER));
    if (owner === '') removeUnowned(folder, mtimeMs);
    else if (await hasEnded(owner)) removeRunFolder(folder);
  }
}

/** Milliseconds that no process needs between making its folder and saying that it is its own. */
const MAX_UNOWNED = 10_000;

/** Removes the folder of a run that was killed before it wrote down whose it is, or behind the end of its work. */
function removeUnowned(folder: string, modified: number): void {
  const names = readdirSync(folder);
  if (names.length > 1 || names.some(name => name !== RUN_OWNER)) return;
  // Its record is there, and empty: it may be about to be written.
  if (names.length === 1 && Date.now() - modified < MAX_UNOWNED) return;
  removeRunFolder(folder);
}

/**
 * Removes the folder of a run, its record last: as long as anything else is left, a later run can tell whose it was and
 * clears it. What cannot be removed stays.
 */
export function removeRunFolder(folder: string): void {
  const owner = readOwner(join(folder, RUN_OWNER));
  try {
    for (const name of readdirSync(folder)) if (name !== RUN_OWNER) removeTree(join(folder, name));
    if (readdirSync(folder).some(name => name !== RUN_OWNER)) return;
    rmSync(join(folder, RUN_OWNER), { force: true });
    rmdirSync(folder);
  } catch {
    // Somebody still writes there, or removes it too.
    if (owner !== '' && existsSync(folder)) writeFileSync(join(folder, RUN_OWNER), owner);
  }
}

function removeTree(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 2 });
  } catch {
    // It stays.
  }
}
