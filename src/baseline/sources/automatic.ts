import { type BaselineSource, type FoundBaseline, isFound } from '../baseline-source.ts';
import type { HeadSurroundings } from '../head-surroundings.ts';

/**
 * What was measured on the very commit costs least; a build is as exact; a commit near it is better than nothing,
 * and only where the baseline cannot be built.
 * @param exact stored snapshots of the very commit
 * @param near those, or of a commit near it
 * @param surroundings tells which heads hold what no commit does: then another job's figures are of another image
 */
export function automaticSource(
  rebuilt: BaselineSource,
  exact: BaselineSource,
  near: BaselineSource,
  surroundings: HeadSurroundings,
): BaselineSource {
  return {
    async find(heads) {
      const isOfCommit = (await surroundings(heads)).every(notice => notice === null);
      const stored = isOfCommit ? await exact.find(heads) : null;
      if (stored?.baselines.every(isFound)) return stored;
      const built = await rebuilt.find(heads);
      const nearby = built.baselines.every(isFound) ? null : await near.find(heads);
      const baselines = built.baselines.map((baseline, index) =>
        chooseBaseline(baseline, stored?.baselines[index], nearby?.baselines[index]),
      );
      return { ...built, baselines };
    },
  };
}

/** The rebuilt baseline, else the first that is stored. A commit that has no image has none in its past either. */
function chooseBaseline(
  built: FoundBaseline,
  ...stored: readonly (FoundBaseline | undefined)[]
): FoundBaseline {
  const notices = stored.flatMap(baseline => baseline?.notices ?? []);
  if (isFound(built) || built.absence.code === 'base-has-no-dockerfile') {
    return { ...built, notices: [...notices, ...built.notices] };
  }
  const other = stored.find(baseline => baseline && isFound(baseline));
  if (!other) return { ...built, notices: [...notices, ...built.notices] };
  const { code, message } = built.absence;
  const why = { code, message: message.replace(/^There is no comparison: /, 'The base was not built: ') };
  return { ...other, notices: [why, ...notices, ...built.notices] };
}
