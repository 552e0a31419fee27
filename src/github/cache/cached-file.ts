import { createHash } from 'node:crypto';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { systemErrorCode } from '../../base/errors.ts';

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

/** Older than this, the folder was left behind by a process that died. Milliseconds. */
const STALE_MS = 5 * 60_000;
const POLL_MS = 100;

/**
 * Runs `body` while the text stands at CACHED_PATH. Runners that share a home directory take turns.
 * @throws an Error when it cannot be written or nobody made room for it before the signal
 */
export async function withCachedFile<T>(
  homeDir: string,
  text: string,
  signal: AbortSignal,
  body: () => Promise<T>,
): Promise<T> {
  const folder = join(homeDir, FOLDER);
  await takeFolder(folder, signal);
  try {
    await writeFile(join(folder, FILE), text, { flag: 'wx' });
    return await body();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function takeFolder(folder: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await mkdir(folder, { mode: 0o700 });
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
    }
    const age = Date.now() - ((await stat(folder).catch(() => null))?.mtimeMs ?? Date.now());
    if (age > STALE_MS) await rm(folder, { recursive: true, force: true });
    else await wait(POLL_MS, undefined, { signal }).catch(() => giveUp(folder));
  }
}

function giveUp(folder: string): never {
  throw new Error(`another job of this machine did not leave ${folder} in time`);
}
