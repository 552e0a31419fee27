import {
  chmodSync,
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { systemErrorCode } from '../../base/errors.ts';
import { type FileCopy, keepTimes } from './file-times.ts';
import type { Git } from './git.ts';

/** A file or directory must let its owner in, or it could not be removed again. */
const OWNER = 0o700;

/** Whether a file may be a link: one of git may not, which knows its files by when they were changed, and a link changes that. */
type FileUse = 'copied' | 'linked';

/**
 * Puts files of one folder into another without copying many bytes where the filesystem allows that: as hard links, clones or
 * copies, which get their times once all are there. Whoever writes into a linked file writes into both.
 */
export class LinkedFiles {
  readonly #git: Git;
  readonly #from: string;
  readonly #to: string;
  readonly #copied: FileCopy[] = [];
  readonly #made = new Set<string>(['', '.']);
  /** Links between these two folders cannot be made. */
  #copies = false;

  /**
   * @param from git in the first folder
   * @param to exists
   */
  constructor(from: Git, to: string) {
    this.#git = from;
    this.#from = from.directory;
    this.#to = to;
  }

  /**
   * @param path relative to the first folder
   * @param place relative to the second
   * @returns bytes of a regular file, 0 of a symbolic link; null where there is neither, the place is taken, or it may not
   * be read
   */
  put(path: string, use: FileUse, place = path): number | null {
    const source = join(this.#from, path);
    const target = join(this.#to, place);
    try {
      const stats = lstatSync(source);
      if (stats.isSymbolicLink()) {
        this.directory(dirname(place), dirname(path));
        symlinkSync(readlinkSync(source), target);
        this.#copied.push({ path, place, isLink: true });
        return 0;
      }
      if (!stats.isFile()) return null;
      this.directory(dirname(place), dirname(path));
      if (use === 'copied' || !this.#link(source, target)) {
        copyFileSync(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
        this.#copied.push({ path, place, isLink: false });
      }
      return stats.size;
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'EEXIST', 'EACCES', 'EPERM'].includes(systemErrorCode(error) ?? ''))
        return null;
      throw error;
    }
  }

  /** Gives what was copied so far the times that it has in the first folder. */
  async keepTimes(): Promise<void> {
    await keepTimes(this.#git, this.#to, this.#copied.splice(0));
  }

  /**
   * Makes a directory of the second folder, with those above it, each as one of the first is. Never through a link.
   * @throws the system's error `EEXIST` or `ENOTDIR` where a file or a link is in its place
   */
  directory(place: string, path = place): void {
    if (this.#made.has(place)) return;
    this.directory(dirname(place), dirname(path));
    const target = join(this.#to, place);
    try {
      mkdirSync(target);
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST' || !lstatSync(target).isDirectory()) throw error;
    }
    this.#made.add(place);
    const mode = path === '.' ? null : modeOf(join(this.#from, path));
    if (mode !== null && (mode & OWNER) === OWNER && mode !== modeOf(target)) chmodSync(target, mode);
  }

  /** @returns whether that could be done */
  #link(source: string, target: string): boolean {
    if (this.#copies) return false;
    try {
      linkSync(source, target);
      return true;
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === 'EXDEV' || code === 'ENOSYS' || code === 'ENOTSUP') this.#copies = true;
      // Of another owner (fs.protected_hardlinks), or with too many names.
      else if (code !== 'EPERM' && code !== 'EACCES' && code !== 'EMLINK') throw error;
      return false;
    }
  }
}

function modeOf(path: string): number | null {
  try {
    return statSync(path).mode & 0o7777;
  } catch {
    return null;
  }
}
