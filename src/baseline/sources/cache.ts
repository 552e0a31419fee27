import { shortCommit } from '../../base/commit.ts';
import { DeadweightError } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import type { Snapshot } from '../../compare/snapshot.ts';
import type { BaselineCommit } from '../baseline-commit.ts';
import { type BaselineSource, type FoundBaseline, isFound } from '../baseline-source.ts';
import type { HeadSurroundings } from '../head-surroundings.ts';
import { MAX_ANCESTORS, type SnapshotCache, type StoredSnapshot } from '../store/snapshot-store.ts';

/**
 * Snapshots that earlier runs stored.
 * @param fallsBack whether the nearest ancestor may stand in for the commit itself
 * @param surroundings tells which heads hold what no commit does
 */
export function cacheSource(
  wanted: BaselineCommit,
  { store, takeNotices }: Pick<SnapshotCache, 'store' | 'takeNotices'>,
  { fallsBack, surroundings }: { readonly fallsBack: boolean; readonly surroundings: HeadSurroundings },
): BaselineSource {
  return {
    async find(heads) {
      const { commit } = wanted;
      const found: (StoredSnapshot | null)[] = [];
      for (const { key } of heads) found.push(await store.get({ ...key, commit }));
      const notices = [...takeNotices()];
      // A service that does not answer would only make the run wait once more.
      const answers = !notices.some(({ code }) => code === 'cache-unavailable');
      const ancestors = fallsBack && answers && found.includes(null) ? await listAncestors(wanted) : [];
      for (const [index, { key }] of heads.entries()) {
        if (found[index] || ancestors.length === 0) continue;
        found[index] = await store.get({ ...key, commit }, ancestors);
      }
      notices.push(...takeNotices());
      const uncommitted = found.some(stored => stored !== null) ? await surroundings(heads) : [];
      const baselines = heads.map(({ snapshot }, index): FoundBaseline => {
        const baseline = findBaseline(found[index] ?? null, wanted, ancestors, notices);
        if (!isFound(baseline)) return baseline;
        const more = [noticeDrift(baseline.snapshot, snapshot), uncommitted[index] ?? null];
        return { ...baseline, notices: [...baseline.notices, ...more.filter(each => each !== null)] };
      });
      return { baselines, rebuilt: null };
    },
  };
}

/** A clone without history, and a remote that cannot be read, know none. */
async function listAncestors({ repository, commit }: BaselineCommit): Promise<readonly string[]> {
  try {
    return await repository.ancestors(commit, MAX_ANCESTORS);
  } catch (error) {
    if (error instanceof DeadweightError) return [];
    throw error;
  }
}

function findBaseline(
  stored: StoredSnapshot | null,
  { commit, explanation }: BaselineCommit,
  ancestors: readonly string[],
  notices: readonly Notice[],
): FoundBaseline {
  const short = shortCommit(commit);
  if (stored === null) return { absence: missing(short), notices };
  const snapshot = { ...stored.snapshot, commit: stored.commit };
  if (stored.match === 'exact') {
    return { snapshot, explanation: `${explanation} Its snapshot is from the Actions cache.`, notices };
  }
  const distance = ancestors.indexOf(stored.commit) + 1;
  const before = `${distance} commit${distance === 1 ? '' : 's'} before`;
  const standIn = shortCommit(stored.commit);
  const notice: Notice = {
    code: 'base-is-ancestor',
    message: `The comparison is with ${standIn}, ${before} the base ${short}: what changed between the two is counted, too.`,
  };
  return {
    snapshot,
    explanation: `${explanation} The Actions cache has no snapshot of it; the snapshot of its ancestor ${standIn}, ${before} it, is used instead.`,
    notices: [...notices, notice],
  };
}

function missing(short: string): Notice {
  return {
    code: 'base-not-stored',
    message: `There is no comparison: the Actions cache has no snapshot of the base ${short}. Runs on push store one; with \`baseline: rebuild\` a step that builds also builds its base.`,
  };
}

/**
 * A rebuild holds FROM to the head's digest; what was measured at another time was not held to it, and a budget of
 * growth may fail for what somebody else published.
 * @returns null where the image that FROM names is the same, or another one is named
 */
function noticeDrift(baseline: Snapshot, head: Snapshot): Notice | null {
  if (head.baseImageName === null || baseline.baseImageName !== head.baseImageName) return null;
  const before = listBaseLayers(baseline);
  const now = listBaseLayers(head);
  if (before === null || now === null || before === now) return null;
  return {
    code: 'base-image-drift',
    message: `${head.baseImageName} had other layers when the base was weighed: what changed in it is counted, too. Pin it by its digest, or compare with \`baseline: rebuild\`, which takes the same for both sides.`,
  };
}

function listBaseLayers({ baseLayerCount, layers }: Snapshot): string | null {
  if (baseLayerCount === null) return null;
  return layers
    .slice(0, baseLayerCount)
    .map(({ diffId }) => diffId)
    .join(' ');
}
