import { createHash } from 'node:crypto';
import { isCommitId } from '../../base/commit.ts';
import { DeadweightError } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import { trimEndOf } from '../../base/trim.ts';
import { quote } from '../../base/untrusted-text.ts';
import { parseSnapshot, serializeSnapshot } from '../../compare/parse-snapshot.ts';
import { SNAPSHOT_VERSION, type Snapshot } from '../../compare/snapshot.ts';
import type { ImageKey, SnapshotKey } from './snapshot-key.ts';

/** A snapshot that was stored by an earlier run. */
export interface StoredSnapshot {
  readonly snapshot: Snapshot;
  /** `exact`: of the commit that was asked for; `ancestor`: of one of the ancestors that the caller named. */
  readonly match: 'exact' | 'ancestor';
  /** The commit it was measured at. */
  readonly commit: string;
}

/**
 * Where snapshots are kept between runs. Nothing here throws: what cannot be read or written is a notice
 * (each store is made with a place for them) and a miss, because a baseline is never worth a failed build.
 */
export interface SnapshotStore {
  /**
   * @param ancestors commits to fall back to, nearest first. A store tries the first few only.
   */
  get(key: SnapshotKey, ancestors?: readonly string[]): Promise<StoredSnapshot | null>;
  /** Entries are immutable: a key that is taken keeps what it holds. */
  put(key: SnapshotKey, snapshot: Snapshot): Promise<void>;
}

/** More ancestors than this are not tried: each is a request, and what is farther away tells little. */
export const MAX_ANCESTORS = 5;

/** The store of a run, together with its notices. */
export interface SnapshotCache {
  readonly store: SnapshotStore;
  /** The notices since it was asked last. */
  readonly takeNotices: () => readonly Notice[];
  /** Whether it can be there at all: on an Enterprise Server none is missed. */
  readonly isExpected: boolean;
}

/**
 * Keeps what the head weighs, for later runs to compare with. What fails is a notice.
 * @param commit what the images were built from; without one nobody could ask for them
 * @param cache null keeps nothing
 */
export async function storeSnapshots(
  heads: readonly { readonly key: ImageKey; readonly snapshot: Snapshot }[],
  commit: string | null,
  cache: Pick<SnapshotCache, 'store' | 'takeNotices'> | null,
): Promise<readonly Notice[]> {
  if (cache === null || commit === null || !isCommitId(commit)) return [];
  for (const { key, snapshot } of heads) await cache.store.put({ ...key, commit }, snapshot);
  return cache.takeNotices();
}

/** Raise it when the stored form changes (names or first line); what a snapshot holds has a version of its own. */
const STORED_VERSION = 1;

/** The longest part of a name that people read. With the rest it stays below the 512 characters of a cache key. */
const MAX_READABLE = 80;

/**
 * `deadweight-snapshot-v1.2-app-linux-amd64-<16 hex>-<commit>`: readable in a list of cache entries, made unique by a
 * digest of all parts, safe as a file name. The commit stands last and whole, so that no name is the start of another.
 */
export function nameSnapshot(key: SnapshotKey): string {
  const parts = [key.platform, key.target, key.method, key.image];
  const identity = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
  const readable = [key.image, key.target ?? '', key.platform].map(slug).filter(Boolean).join('-');
  const version = `v${STORED_VERSION}.${SNAPSHOT_VERSION}`;
  return `deadweight-snapshot-${version}-${readable.slice(0, MAX_READABLE)}-${identity}-${slug(key.commit)}`;
}

function slug(text: string): string {
  const words = text.toLowerCase().replace(/[^a-z0-9._]+/g, '-');
  return trimEndOf(words.replace(/^[-.]+/, ''), '-');
}

/** A larger text is neither stored nor read. A snapshot of 60,000 files has about 6.5 MB. Bytes. */
export const MAX_STORED_TEXT = 64 * 1024 * 1024;

/** A first line that names the key, and the snapshot behind it. */
export function writeStoredText(key: SnapshotKey, snapshot: Snapshot): string {
  return `${firstLine(key)}\n${serializeSnapshot(snapshot)}`;
}

/**
 * The key is compared whole: a file that got under another's name (a hand, a race, an attacker who can write to the
 * store) is refused instead of being compared with.
 * @throws DeadweightError `snapshot-invalid`
 */
export function readStoredText(text: string, key: SnapshotKey): Snapshot {
  const end = text.indexOf('\n');
  if (end < 0 || text.slice(0, end) !== firstLine(key)) throw refused('it was stored for something else');
  const snapshot = parseSnapshot(text.slice(end + 1), `of ${key.commit.slice(0, 12)}`);
  if (snapshot.platform !== key.platform) throw refused(`it is of ${quote(snapshot.platform)}`);
  if (snapshot.commit !== null && snapshot.commit !== key.commit) throw refused('it is of another commit');
  return snapshot;
}

function firstLine(key: SnapshotKey): string {
  const { commit, platform, target, method, image } = key;
  return JSON.stringify({ deadweightStored: STORED_VERSION, commit, platform, target, method, image });
}

function refused(why: string): DeadweightError {
  return new DeadweightError('snapshot-invalid', {
    message: `A stored snapshot was not used: ${why}.`,
    remedy: 'Delete the entry; the next run on that commit writes it again.',
  });
}
