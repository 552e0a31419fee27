import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import { DeadweightError, systemErrorCode } from '../../base/errors.ts';
import { pathInside } from '../../base/inside-path.ts';
import { printable } from '../../base/untrusted-text.ts';

/** Where the bytes of an output go. */
export type OutputPlace =
  /** What has this path, if anything, is no symbolic link. */
  | { readonly kind: 'path'; readonly path: string }
  /** A file that a process has open. The number is null where the process is another. */
  | { readonly kind: 'descriptor'; readonly path: string; readonly number: number | null };

/** As Linux has it. */
const MAX_LINKS = 40;

/**
 * Follows the symbolic links at the end of a path, as shells and cp do. A link of a checkout may be the work of whoever
 * wrote the commit, and the path that of a workflow: such a link leads nowhere but into the checkout, and not into what git
 * keeps there.
 * @param path absolute
 * @param cwd what is below it counts as a checkout, too: one of an archive has no `.git`
 * @throws DeadweightError `output-unwritable` for a link that leads out of its checkout; else the system's error, or one that
 * says what is wrong with the links
 */
export async function findOutputPlace(path: string, cwd: string): Promise<OutputPlace> {
  await checkFolders(path, cwd);
  let next = path;
  /** Of the last link. */
  let checkout: string | null = null;
  for (let links = 0; links <= MAX_LINKS; links++) {
    const folder = await realpath(dirname(next)).catch(() => null);
    if (folder === null) {
      if (links === 0) return { kind: 'path', path };
      throw new Error('its symbolic link leads to a folder that does not exist');
    }
    const here = join(folder, basename(next));
    if (checkout !== null && !isWithin(checkout, here)) throw leadsOut(path, here);
    const number = descriptorNumber(folder, basename(next));
    if (number !== undefined) return { kind: 'descriptor', path: here, number };
    const link = await linkText(here);
    if (link === null) return { kind: 'path', path: here };
    if (await isOfAnother(folder, here)) throw madeByAnother(path, link);
    checkout = await checkoutOf(folder, cwd);
    // What stands before a `..` of the link may be a link as well, so nothing is shortened here.
    next = isAbsolute(link) ? link : `${folder}${sep}${link}`;
  }
  throw Object.assign(new Error('too many symbolic links'), { code: 'ELOOP' });
}

/** @throws DeadweightError `output-unwritable` where a folder of the path is a link that leads out of its checkout */
async function checkFolders(path: string, cwd: string): Promise<void> {
  const folder = await realpath(dirname(path)).catch(() => null);
  if (folder === null) return;
  for (let above = dirname(path); above !== dirname(above); above = dirname(above)) {
    if ((await linkText(above)) === null) continue;
    const checkout = await checkoutOf(await realpath(dirname(above)), cwd);
    if (checkout !== null && !isWithin(checkout, folder)) throw leadsOut(path, folder);
  }
}

/** Whether a link may be a trap: of another user, in a folder where all may write, as the kernel tells by `fs.protected_symlinks`. */
async function isOfAnother(folder: string, link: string): Promise<boolean> {
  const [place, { uid }] = await Promise.all([stat(folder), lstat(link)]);
  const isShared = (place.mode & STICKY) !== 0 && (place.mode & WRITABLE_BY_ALL) !== 0;
  return isShared && uid !== place.uid && uid !== process.geteuid?.();
}

const STICKY = 0o1000;
const WRITABLE_BY_ALL = 0o002;

function madeByAnother(path: string, target: string): DeadweightError {
  return new DeadweightError('output-unwritable', {
    message: `${printable(path)} is a symbolic link of another user, to ${printable(target)}, so it is not followed.`,
    remedy: 'Give a path in a folder of your own, or remove the link.',
  });
}

/** null for what is no link, or not there. */
async function linkText(path: string): Promise<string | null> {
  try {
    return await readlink(path);
  } catch (error) {
    if (['EINVAL', 'ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return null;
    throw error;
  }
}

/** @returns the descriptor of this process; null for one of another; undefined for what is none */
function descriptorNumber(folder: string, name: string): number | null | undefined {
  const [, owner = null] = /^\/proc\/(\d+)(?:\/task\/\d+)?\/fd$/.exec(folder) ?? [];
  if ((folder !== '/dev/fd' && owner === null) || !/^\d{1,9}$/.test(name)) return undefined;
  return owner === null || Number(owner) === process.pid ? Number(name) : null;
}

/** The checkout that a folder is of; null where it is of none. Both without links. */
async function checkoutOf(folder: string, cwd: string): Promise<string | null> {
  for (let above = folder; ; above = dirname(above)) {
    const git = await lstat(join(above, '.git')).catch(() => null);
    if (git !== null) return above;
    if (dirname(above) === above) break;
  }
  const current = await realpath(cwd).catch(() => cwd);
  return pathInside(current, folder) === null ? null : current;
}

function isWithin(checkout: string, path: string): boolean {
  const inside = pathInside(checkout, path);
  // Not every file system tells large letters from small ones.
  return inside !== null && !inside.split('/').some(part => part.toLowerCase() === '.git');
}

function leadsOut(path: string, target: string): DeadweightError {
  return new DeadweightError('output-unwritable', {
    message: `${printable(path)} is a symbolic link that leads out of the working tree, to ${printable(target)}, so it is not followed.`,
    remedy: 'Give the path that it leads to, or remove the link.',
  });
}
