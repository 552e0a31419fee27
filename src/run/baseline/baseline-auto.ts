import type { BaselineSource, FoundBase } from './baseline-source.ts';
import { isFound } from './baseline-source.ts';

export interface StoredSources {
  /** Snapshots of the very commit. */
  readonly exact: BaselineSource;
  /** Those, or of a commit near it. */
  readonly near: BaselineSource;
}

/**
 * What was measured on the very commit costs least; a build is as exact; a commit near it is better than nothing,
 * and only where the base cannot be built.
 * @param stored null where there is no store
 */
export function automaticBaseline(rebuild: BaselineSource, stored: StoredSources | null): BaselineSource {
  if (stored === null) return rebuild;
  return {
    async find(heads) {
      const exact = await stored.exact.find(heads);
      if (exact.bases.every(isFound)) return exact;
      const built = await rebuild.find(heads);
      const near = built.bases.every(isFound) ? null : await stored.near.find(heads);
      const bases = built.bases.map((base, index) => better(base, exact.bases[index], near?.bases[index]));
      return { ...built, bases };
    },
  };
}

/** The rebuilt base, else the first that is stored. A base that has no image has none in its past either. */
function better(built: FoundBase, ...stored: readonly (FoundBase | undefined)[]): FoundBase {
  const told = stored.flatMap(base => base?.notices ?? []);
  if (isFound(built) || built.absence.code === 'base-has-no-dockerfile') {
    return { ...built, notices: [...told, ...built.notices] };
  }
  const other = stored.find(base => base && isFound(base));
  if (!other) return { ...built, notices: [...told, ...built.notices] };
  const { code, message } = built.absence;
  const why = { code, message: message.replace(/^There is no comparison: /, 'The base was not built: ') };
  return { ...other, notices: [why, ...told, ...built.notices] };
}
