import type { Notice } from '../../base/notice.ts';
import { isCommitId } from '../../baseline/git/commit.ts';
import type { BaselineHead } from './baseline-source.ts';
import type { TellingStore } from './snapshot-cache.ts';

/**
 * Keeps what the head weighs, for later runs to compare with. What fails is a notice.
 * @param commit what the images were built from; without one nobody could ask for them
 * @param cache null keeps nothing
 */
export async function storeSnapshots(
  heads: readonly BaselineHead[],
  commit: string | null,
  cache: TellingStore | null,
): Promise<readonly Notice[]> {
  if (cache === null || commit === null || !isCommitId(commit)) return [];
  for (const { key, snapshot } of heads) await cache.store.put({ ...key, commit }, snapshot);
  return cache.takeNotices();
}
