import type { Notice } from '../../base/notice.ts';
import type { Snapshot } from '../../compare/snapshot.ts';
import { isCommitId } from '../git/commit.ts';
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
