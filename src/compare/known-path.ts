import { findCacheKind } from '../package-managers/cache-directory.ts';
import type { CacheKind } from '../package-managers/package-managers.ts';

/** What a path is, where its name alone tells. Renderers have a word for each. */
export type KnownKind = CacheKind | 'archives' | 'temporary-files';

/** Whether it is a cache of a package manager. */
export function isCacheKind(kind: KnownKind | null): kind is CacheKind {
  return kind !== null && kind !== 'archives' && kind !== 'temporary-files';
}

const ARCHIVE = /\.(?:tar(?:\.(?:gz|xz|bz2|zst|lz4))?|t[gx]z|tbz2?|zip|deb|rpm|apk|whl|7z)$/i;

/**
 * What paths are by their names; null where the name tells nothing. Remembers directories, as images have a
 * hundred thousand files in some thousands of them.
 */
export class KnownPaths {
  readonly #caches = new Map<string, KnownKind | null>();

  kindOf(path: string): KnownKind | null {
    const cache = this.#cacheOf(path.slice(0, path.lastIndexOf('/') + 1));
    if (cache !== null) return cache;
    if (ARCHIVE.test(path)) return 'archives';
    return isTemporary(path) ? 'temporary-files' : null;
  }

  #cacheOf(directory: string): KnownKind | null {
    const known = this.#caches.get(directory);
    if (known !== undefined) return known;
    const kind = findCacheKind(directory);
    this.#caches.set(directory, kind);
    return kind;
  }
}

const TEMPORARY_DIRECTORIES = ['tmp/', 'var/tmp/', 'usr/tmp/', 'root/tmp/'] as const;

/** Whether it is in a directory for temporary files: whatever else it may be, it has no business in an image. */
export function isTemporary(path: string): boolean {
  return TEMPORARY_DIRECTORIES.some(directory => path.startsWith(directory));
}

/** The entry of the directory for temporary files that holds it: `tmp/build` of `tmp/build/a.o`. */
export function temporaryEntry(path: string): string | null {
  const directory = TEMPORARY_DIRECTORIES.find(each => path.startsWith(each));
  if (directory === undefined) return null;
  const slash = path.indexOf('/', directory.length);
  return slash < 0 ? path : path.slice(0, slash);
}

const SHARED_DIRECTORIES: ReadonlySet<string> = new Set([
  ...['', 'lib/', 'lib64/', 'opt/', 'home/', 'root/', 'srv/'],
  ...['usr/', 'usr/share/', 'usr/lib/', 'usr/lib64/', 'usr/libexec/'],
  ...['usr/local/', 'usr/local/lib/', 'usr/local/lib64/', 'usr/local/share/'],
  ...['var/', 'var/lib/', 'var/cache/'],
]);

/**
 * Whether the directory (ending in a slash; the root is empty) merely holds unrelated things side by side.
 * Source: Filesystem Hierarchy Standard 3.0, and Debian's multiarch directories.
 */
export function isSharedDirectory(path: string): boolean {
  return SHARED_DIRECTORIES.has(path) || /^(?:usr\/)?lib\/[a-z0-9_]+-linux-[a-z0-9]+\/$/.test(path);
}
