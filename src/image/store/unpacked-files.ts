import { Buffer } from 'node:buffer';
import { closeSync, lstatSync, readlinkSync, readSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { DeadweightError, systemErrorCode } from '../../base/errors.ts';
import { openInputFile, UnfitFile } from '../../base/input-file.ts';
import { pathInside } from '../../base/inside-path.ts';
import { printable } from '../../base/untrusted-text.ts';
import { readText } from '../../tar/header-field.ts';
import { storeUnreadable } from './store-file.ts';

/** Reads as many bytes as the target holds. */
export interface UnpackedFile {
  /** When anything of it was changed last, which nobody can set. Milliseconds since the epoch. */
  readonly changedAt: number;
  read(target: Uint8Array, at: number): void;
  close(): void;
}

/** The files of a layer that is unpacked. A name is any bytes. */
export interface LayerFolder {
  /** @throws DeadweightError `input-corrupt` where it is no file of that size, `permission-denied` */
  open(name: Buffer, size: number): UnpackedFile;
  /** Looks at files without reading them. @throws DeadweightError as `open` */
  check(files: Iterable<NamedSize>): void;
}

export interface NamedSize {
  readonly name: Buffer;
  /** Bytes. */
  readonly size: number;
}

/** Folders whose place is remembered. */
const MAX_FOLDERS = 50_000;
/** Folders that are looked at one in the other. */
const MAX_DEPTH = 100;

/**
 * Opens the files of a layer; each folder is looked at once. A name is any bytes: paths
 * are texts of which each character is a byte. No link leads out of the layer's folder.
 */
export class UnpackedFiles implements LayerFolder {
  readonly #folder: string;
  readonly #real: string;
  readonly #followsLinks: boolean;
  /** Of folders that were looked at: where they are. */
  readonly #folders = new Map<string, string>();

  /** @param followsLinks whether folders may be come by through links of the layer itself; else none is a link, from `/` on */
  constructor(folder: string, { followsLinks }: { readonly followsLinks: boolean }) {
    this.#folder = textOf(Buffer.from(folder));
    this.#real = resolveLinks(this.#folder);
    this.#followsLinks = followsLinks;
    if (!followsLinks && this.#real !== this.#folder) throw layerChanged(this.#folder);
  }

  open(name: Buffer, size: number): UnpackedFile {
    const path = this.#find(textOf(name));
    try {
      const { descriptor, size: actual, changedAt } = openInputFile(bytesOf(path), { followsLink: false });
      if (!isAt(descriptor, path)) {
        closeSync(descriptor);
        throw layerChanged(path);
      }
      return {
        changedAt,
        read: (target, at) => {
          if (actual !== size || readSync(descriptor, target, 0, target.length, at) < target.length)
            throw layerChanged(path);
        },
        close: () => closeSync(descriptor),
      };
    } catch (cause) {
      if (cause instanceof DeadweightError) throw cause;
      const code = systemErrorCode(cause);
      throw cause instanceof UnfitFile || code === 'ENOENT' || code === 'ELOOP'
        ? layerChanged(path)
        : storeUnreadable(nameForMessage(path), cause);
    }
  }

  check(files: Iterable<NamedSize>): void {
    for (const { name, size } of files) this.#check(name, size);
  }

  #check(name: Buffer, size: number): void {
    const path = this.#find(textOf(name));
    try {
      const stats = lstatSync(bytesOf(path));
      if (stats.isFile() && stats.size === size) return;
    } catch (cause) {
      if (systemErrorCode(cause) !== 'ENOENT') throw storeUnreadable(nameForMessage(path), cause);
    }
    throw layerChanged(path);
  }

  /** @returns a path whose folders are no links, inside of the layer's folder */
  #find(name: string): string {
    const slash = name.lastIndexOf('/');
    const folder = slash < 0 ? '' : name.slice(0, slash);
    const file = name.slice(slash + 1);
    // The system knows no path with a zero in it.
    if (file === '' || file === '.' || file === '..' || name.includes('\0'))
      throw layerChanged(join(this.#folder, name));
    return `${this.#folders.get(folder) ?? this.#look(folder)}/${file}`;
  }

  #look(folder: string, depth = 0): string {
    const real = this.#resolve(folder, depth);
    if (this.#folders.size >= MAX_FOLDERS) this.#folders.clear();
    this.#folders.set(folder, real);
    return real;
  }

  #resolve(folder: string, depth = 0): string {
    if (folder === '') return this.#real;
    const below = depth < MAX_DEPTH ? this.#stepInto(folder, depth) : null;
    if (below !== null) return below;
    const path = join(this.#folder, folder);
    const real = resolveLinks(path);
    // As it nearly always is: nothing on the way is a link.
    if (path === `${this.#folder}/${folder}` && real === `${this.#real}/${folder}`) return real;
    const isInside = pathInside(this.#real, real) !== null && pathInside(this.#folder, path) !== null;
    if (isInside && (this.#followsLinks || real === path)) return real;
    throw layerChanged(path);
  }

  /** By one look from the folder above, where it is no link: the system's own way looks at each above it anew. */
  #stepInto(folder: string, depth: number): string | null {
    const slash = folder.lastIndexOf('/');
    const above = folder.slice(0, Math.max(slash, 0));
    const name = folder.slice(slash + 1);
    if (!isPlain(name) || (slash >= 0 && above === '')) return null;
    const real = `${this.#folders.get(above) ?? this.#look(above, depth + 1)}/${name}`;
    try {
      return lstatSync(bytesOf(real)).isDirectory() ? real : null;
    } catch {
      // The system's own way says what is wrong.
      return null;
    }
  }
}

/** A name that leads below, and is written in one way alone. */
function isPlain(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..';
}

/** Whether an open file is the one there: a folder on the way may have become a link since it was looked at. Linux tells. */
function isAt(descriptor: number, path: string): boolean {
  try {
    return textOf(readlinkSync(`/proc/self/fd/${descriptor}`, { encoding: 'buffer' })) === path;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return true;
    throw error;
  }
}

function textOf(path: Buffer): string {
  return path.toString('latin1');
}

function bytesOf(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}

/** As paths of layers are shown: a byte that is no UTF-8 is `\\xHH`. */
function nameForMessage(path: string): string {
  return readText(bytesOf(path), 0, path.length);
}

function resolveLinks(folder: string): string {
  try {
    return textOf(realpathSync.native(bytesOf(folder), { encoding: 'buffer' }));
  } catch (cause) {
    const code = systemErrorCode(cause);
    throw code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP'
      ? layerChanged(folder)
      : storeUnreadable(nameForMessage(folder), cause);
  }
}

/** The store has something else there than what was unpacked. @param path each character is a byte */
export function layerChanged(path: string): DeadweightError {
  return new DeadweightError('input-corrupt', {
    message: `${printable(nameForMessage(path))} is not the file that the store has a record of.`,
    remedy:
      'Read the image through the program that keeps it instead: podman save NAME | deadweight inspect -, or --engine-store api.',
  });
}
