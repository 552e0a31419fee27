import { DeadweightError } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import { shortCommit } from '../../baseline/git/commit.ts';
import { MAX_ANCESTORS, type StoredSnapshot } from '../../baseline/store/snapshot-store.ts';
import { baseImageDrift } from './base-image-drift.ts';
import type { ChosenBase } from './base-side.ts';
import { type BaselineSource, type FoundBase, isFound } from './baseline-source.ts';
import type { TellingStore } from './snapshot-cache.ts';

/**
 * Snapshots that earlier runs stored.
 * @param fallsBack whether the nearest ancestor may stand in for the base itself
 */
export function cachedBaseline(
  chosen: ChosenBase,
  { store, takeNotices }: TellingStore,
  fallsBack: boolean,
): BaselineSource {
  return {
    async find(heads) {
      const { commit } = chosen;
      const found: (StoredSnapshot | null)[] = [];
      for (const { key } of heads) found.push(await store.get({ ...key, commit }));
      const told = [...takeNotices()];
      // A service that does not answer would only make the run wait once more.
      const answers = !told.some(({ code }) => code === 'cache-unavailable');
      const ancestors = fallsBack && answers && found.includes(null) ? await ancestorsOf(chosen) : [];
      for (const [index, { key }] of heads.entries()) {
        if (found[index] || ancestors.length === 0) continue;
        found[index] = await store.get({ ...key, commit }, ancestors);
      }
      told.push(...takeNotices());
      const bases = heads.map(({ snapshot }, index): FoundBase => {
        const base = baseOf(found[index] ?? null, chosen, ancestors, told);
        const drift = isFound(base) ? baseImageDrift(base.snapshot, snapshot) : null;
        return drift ? { ...base, notices: [...base.notices, drift] } : base;
      });
      return { bases, build: null };
    },
  };
}

/** A clone without history, and a remote that cannot be read, know none. */
async function ancestorsOf({ repository, commit }: ChosenBase): Promise<readonly string[]> {
  try {
    return await repository.ancestors(commit, MAX_ANCESTORS);
  } catch (error) {
    if (error instanceof DeadweightError) return [];
    throw error;
  }
}

function baseOf(
  stored: StoredSnapshot | null,
  { commit, explanation }: ChosenBase,
  ancestors: readonly string[],
  told: readonly Notice[],
): FoundBase {
  const short = shortCommit(commit);
  if (stored === null) return { absence: missing(short), notices: told };
  const snapshot = { ...stored.snapshot, commit: stored.commit };
  if (stored.match === 'exact') {
    return { snapshot, explanation: `${explanation} Its snapshot is from the Actions cache.`, notices: told };
  }
  const distance = ancestors.indexOf(stored.commit) + 1;
  const before = `${distance} commit${distance === 1 ? '' : 's'} before`;
  const standIn = shortCommit(stored.commit);
  const notice = {
    code: 'base-is-ancestor',
    message: `The comparison is with ${standIn}, ${before} the base ${short}: what changed between the two is counted, too.`,
  };
  return {
    snapshot,
    explanation: `${explanation} The Actions cache has no snapshot of it; that of its ancestor ${standIn}, ${before} it, stands in.`,
    notices: [...told, notice],
  };
}

function missing(short: string): Notice {
  return {
    code: 'base-not-stored',
    message: `There is no comparison: the Actions cache has no snapshot of the base ${short}. Runs on push store one; with \`baseline: rebuild\` a step that builds also builds its base.`,
  };
}
