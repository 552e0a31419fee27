import { isAbsolute, join, resolve } from 'node:path';

/** Where things are kept between runs. */
export interface CacheDirectories {
  /** Of the scans of layers. */
  readonly scans: string;
  /** Of layers that builds exported. */
  readonly layers: string;
  /** Of Node's compiled code: `cli/index.cts` says so, too, before anything is loaded. */
  readonly compiled: string;
}

/**
 * A directory that the user names holds the scans themselves; the user's own cache has a directory for each. A relative
 * XDG_CACHE_HOME is none (https://specifications.freedesktop.org/basedir-spec/latest/).
 * @returns null where nothing is kept
 */
export function findCacheDirectories(
  env: Readonly<Record<string, string | undefined>>,
  homeDir: string,
): CacheDirectories | null {
  const named = env['DEADWEIGHT_CACHE_DIR'];
  if (named === '') return null;
  if (named !== undefined) return inDirectory(resolve(named), '');
  const given = env['XDG_CACHE_HOME'] ?? '';
  const caches = isAbsolute(given)
    ? given
    : join(homeDir, process.platform === 'darwin' ? 'Library/Caches' : '.cache');
  // Without a home it would be in the working directory, which may be a checkout that somebody else has filled.
  if (!isAbsolute(caches)) return null;
  return inDirectory(join(caches, 'deadweight'), 'scans');
}

/** Where the steps of one job keep scans, in the runner's folder for what lives as long as a job. */
export function jobScans(runnerTemp: string): string {
  return join(runnerTemp, 'deadweight-scans');
}

function inDirectory(directory: string, scans: string): CacheDirectories {
  return {
    scans: join(directory, scans),
    layers: join(directory, 'layers'),
    compiled: join(directory, 'compiled'),
  };
}
