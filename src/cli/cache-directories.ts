import { join, resolve } from 'node:path';

/** Where things are kept between runs. */
export interface CacheDirectories {
  /** Of the scans of layers. */
  readonly scans: string;
  /** Of Node's compiled code: `cli/index.cts` says so, too, before anything is loaded. */
  readonly compiled: string;
}

/**
 * A directory that the user names holds the scans themselves; the user's own cache has a directory for each.
 * @returns null where nothing is kept
 */
export function findCacheDirectories(
  env: Readonly<Record<string, string | undefined>>,
  homeDir: string,
): CacheDirectories | null {
  const named = env['DEADWEIGHT_CACHE_DIR'];
  if (named === '') return null;
  if (named !== undefined) return { scans: resolve(named), compiled: resolve(named, 'compiled') };
  const caches =
    env['XDG_CACHE_HOME'] || join(homeDir, process.platform === 'darwin' ? 'Library/Caches' : '.cache');
  return {
    scans: join(caches, 'deadweight', 'scans'),
    compiled: join(caches, 'deadweight', 'compiled'),
  };
}
