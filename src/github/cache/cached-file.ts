import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { systemErrorCode } from '../../base/errors.ts';
import { describeOwner, hasEnded, readOwner } from '../../base/process-owner.ts';

const FOLDER = '.deadweight-snapshot';
const FILE = 'snapshot';

/**
 * The path as @actions/cache is told it. It is part of an entry's version, as it is written: `~` makes it the same on
 * every runner, where a temporary folder has another path on each.
 */
export const CACHED_PATH = `~/${FOLDER}/${FILE}`;

/** Names that @actions/cache gives to the ways it compresses; which one depends on whether the machine has zstd. */
const COMPRESSIONS = ['zstd-without-long', 'gzip'] as const;
/** @actions/cache adds it to every version. */
const SALT = '1.0';

/** The versions under which an entry of CACHED_PATH can be: those of `getCacheVersion` of @actions/cache, for all systems. */
export const CACHED_VERSIONS: readonly string[] = COMPRESSIONS.map(compression =>
  createHash('sha256').update([CACHED_PATH, compression, SALT].join('|')).digest('hex'),
);

/** In the folder: whose it is. Versions before this wrote none down. */
const OWNER = 'owner';
/** Older than this, the folder was left behind by a process that died, on whatever machine. Milliseconds. */
const STALE_MS = 5 * 60_000;
const POLL_MS = 100;

/**
 * Runs `body` while the content stands at CACHED_PATH. Runners that share a home directory take turns.
 * @throws an Error when it cannot be written or nobody made room for it before the signal
 */
export async function withCachedFile<T>(
  homeDir: string,
  content: string | Uint8Array,
  signal: AbortSignal,
  body: () => Promise<T>,
): Promise<T> {
  const folder = join(homeDir, FOLDER);
  await takeFolder(folder, signal);
  try {
    await writeFile(join(folder, FILE), content, { flag: 'wx' });
    return await body();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The folder comes with the record of its owner in it: what a killed job has left is known at once. */
async function takeFolder(folder: string, signal: AbortSignal): Promise<void> {
  await clearLeftovers(folder);
  const own = await mkdtemp(`${folder}-`);
  try {
    await writeFile(join(own, OWNER), await describeOwner());
    while (!(await moveTo(own, folder))) {
      if (await isAbandoned(folder)) await clear(folder);
      else await wait(POLL_MS, undefined, { signal }).catch(() => giveUp(folder));
    }
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** Of jobs that were killed while they took the folder. */
async function clearLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(dirname(folder)).catch(() => [])) {
    const path = join(dirname(folder), name);
    if (!name.startsWith(`${FOLDER}-`) || !(await isAbandoned(path))) continue;
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** @returns false while another folder stands there, which is never empty */
async function moveTo(own: string, folder: string): Promise<boolean> {
  try {
    await rename(own, folder);
    return true;
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(systemErrorCode(error) ?? '')) throw error;
    return false;
  }
}

async function isAbandoned(folder: string): Promise<boolean> {
  const owner = readOwner(join(folder, OWNER));
  if (owner !== '' && (await hasEnded(owner))) return true;
  const modified = (await stat(folder).catch(() => null))?.mtimeMs ?? Date.now();
  return Date.now() - modified > STALE_MS;
}

/** Of two that find it abandoned one moves it away: neither removes what the other has put there meanwhile. */
async function clear(folder: string): Promise<void> {
  const away = await mkdtemp(`${folder}-`);
  try {
    const stale = readOwner(join(folder, OWNER));
    await rename(folder, join(away, FILE));
    if (readOwner(join(away, FILE, OWNER)) !== stale) await moveTo(join(away, FILE), folder);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  } finally {
    await rm(away, { recursive: true, force: true });
  }
}

function giveUp(folder: string): never {
  throw new Error(`another job of this machine did not leave ${folder} in time`);
}
