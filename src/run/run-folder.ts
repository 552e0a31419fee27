import { lstat, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DeadweightError, systemErrorCode, systemReason } from '../base/errors.ts';
import { readInputFile } from '../base/input-file.ts';
import { isRunFolderName, RUN_FOLDER, RUN_OWNER } from '../base/run-folder-name.ts';

/** A folder may be full of others' files. */
const MAX_LOOKED_AT = 1000;

/**
 * Makes a folder for what lives as long as a run, and clears those of runs that were killed.
 * @param parent an existing folder
 * @throws DeadweightError `permission-denied`, `disk-full`
 */
export async function makeRunFolder(parent: string): Promise<string> {
  await clearAbandoned(parent).catch(() => undefined);
  const folder = await makeFolder(parent);
  // On a full disk a run may still do what it was asked; its folder then is nobody's to clear.
  await writeFile(join(folder, RUN_OWNER), `${process.pid} ${await machine()}`).catch(() => undefined);
  return folder;
}

async function makeFolder(parent: string): Promise<string> {
  try {
    return await mkdtemp(join(parent, RUN_FOLDER));
  } catch (cause) {
    const isFull = ['ENOSPC', 'EDQUOT'].includes(systemErrorCode(cause) ?? '');
    throw new DeadweightError(isFull ? 'disk-full' : 'permission-denied', {
      message: `No folder for temporary files could be made in ${parent}: ${systemReason(cause)}.`,
      remedy: 'Point TMPDIR (RUNNER_TEMP in a workflow) at a folder that can be written and has room.',
      cause,
    });
  }
}

/** The run is over, and what is left in its folder is for others: no later run clears it. */
export async function handOverRunFolder(folder: string): Promise<void> {
  await rm(join(folder, RUN_OWNER), { force: true });
}

/** Processes of other machines and containers, which may share the folder, cannot be seen from here. */
async function machine(): Promise<string> {
  return `${hostname()} ${await readlink('/proc/self/ns/pid').catch(() => '')}`;
}

async function clearAbandoned(parent: string): Promise<void> {
  const here = await machine();
  const names = (await readdir(parent)).filter(isRunFolderName).slice(0, MAX_LOOKED_AT);
  for (const name of names) {
    const folder = join(parent, name);
    const [, pid, where] = /^(\d+) (.*)$/s.exec(readOwner(folder)) ?? [];
    if (pid === undefined || where !== here || isAlive(Number(pid))) continue;
    const { uid } = await lstat(folder);
    if (process.getuid !== undefined && uid !== process.getuid()) continue;
    await removeFolder(folder).catch(() => undefined);
  }
}

/** Whose it was goes last: while a program that outlived its run still writes there, a later run has to try again. */
async function removeFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name !== RUN_OWNER) await rm(join(folder, name), { recursive: true, force: true });
  }
  await rm(folder, { recursive: true, force: true });
}

/** Empty where there is none. */
function readOwner(folder: string): string {
  try {
    return readInputFile(join(folder, RUN_OWNER), { maxBytes: 4096, followsLink: false }).toString('utf8');
  } catch {
    return '';
  }
}

/** Whether there is such a process, whoever's it is. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
