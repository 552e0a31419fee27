import type { Notice } from '../base/notice.ts';
import { isCommitId } from '../baseline/git/commit.ts';
import { ActionsCacheStore } from '../github/cache/actions-cache-store.ts';
import type { TellingStore } from './baseline-cache.ts';
import type { BaselineHead } from './baseline-source.ts';
import type { Environment } from './environment.ts';

/** The Actions cache of the job. */
export function actionsCache({ env, homeDir, log }: Environment): TellingStore {
  let notices: Notice[] = [];
  const store = new ActionsCacheStore({ env, homeDir, log, notice: told => void notices.push(told) });
  return {
    store,
    takeNotices() {
      const told = notices;
      notices = [];
      return told;
    },
  };
}

/**
 * Keeps what the head weighs, for later runs to compare with. What fails is a notice.
 * @param commit what the images were built from; without one nobody could ask for them
 */
export async function storeSnapshots(
  heads: readonly BaselineHead[],
  commit: string | null,
  { store, takeNotices }: TellingStore,
): Promise<readonly Notice[]> {
  if (commit === null || !isCommitId(commit)) return [];
  for (const { key, snapshot } of heads) await store.put({ ...key, commit }, snapshot);
  return takeNotices();
}
