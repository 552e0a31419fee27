import type { CacheDirectory } from './package-cache.ts';
import { type CacheKind, KNOWN_CACHES } from './package-managers.ts';

interface Place {
  readonly kind: CacheKind;
  /** Matches the whole directory with the slash that ends it. */
  readonly pattern: RegExp;
}

/** `~/` of a directory. */
const ANYWHERE = '(?:[^/]+/){0,4}';

/** Hardly any directory of an image has to be matched against a pattern. */
const BY_NAME: ReadonlyMap<string, readonly Place[]> = placesByName();

function placesByName(): ReadonlyMap<string, readonly Place[]> {
  const places = KNOWN_CACHES.flatMap(({ cache: { kind, directories } }) =>
    directories.map(directory => {
      const { parent, name } = partsOf(directory);
      const above = parent.startsWith('~/') ? `${ANYWHERE}${parent.slice(2)}` : parent;
      return { name, kind, pattern: new RegExp(`^${above}[^/]+/$`) };
    }),
  );
  return Map.groupBy(places, ({ name }) => name);
}

/** The expression for all above the last slash, with that slash, and the name behind it. */
function partsOf(directory: CacheDirectory): { readonly parent: string; readonly name: string } {
  if (typeof directory !== 'string') return { parent: `${directory.parent}/`, name: directory.name };
  const slash = directory.lastIndexOf('/') + 1;
  return { parent: directory.slice(0, slash).replaceAll('.', '\\.'), name: directory.slice(slash) };
}

/** Levels of a path that are looked at: no cache is deeper. */
const MAX_LEVELS = 10;

/** Where a cache is. */
interface CachePlace {
  readonly kind: CacheKind;
  /** Ends in a slash. */
  readonly path: string;
}

/** The innermost cache that a directory (ending in a slash) is, or is in; null where it is in none. */
function cachePlace(directory: string): CachePlace | null {
  let innermost: CachePlace | null = null;
  let start = 0;
  for (let level = 0; level < MAX_LEVELS; level += 1) {
    const slash = directory.indexOf('/', start);
    if (slash < 0) break;
    const known = BY_NAME.get(directory.slice(start, slash));
    start = slash + 1;
    if (known === undefined) continue;
    const path = directory.slice(0, start);
    const match = known.find(({ pattern }) => pattern.test(path));
    if (match !== undefined) innermost = { kind: match.kind, path };
  }
  return innermost;
}

/** The kind of cache that a directory (ending in a slash) is, or is in; null where it is in none. */
export function findCacheKind(directory: string): CacheKind | null {
  return cachePlace(directory)?.kind ?? null;
}

/** Whether the directory (ending in a slash) is a cache that says more by its own name than by what is inside. */
export function isCacheDirectory(path: string): boolean {
  return cachePlace(path)?.path === path;
}

/** The cache that a file is in, without its last slash; null where it is in none. */
export function findCacheDirectory(path: string): string | null {
  return cachePlace(path.slice(0, path.lastIndexOf('/') + 1))?.path.slice(0, -1) ?? null;
}
