import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { ContentSamples, type SampleComparison } from '../../layer/content-samples.ts';
import { isRewrittenState } from '../../package-managers/leftovers.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';

/** Fewer places tell too little of a file. */
const MIN_COMPARED = 8;
/** What is new in more places than the rest is a new version, not a change. Share. */
const MIN_SAME = 0.75;

/**
 * Large files of the base image that an own layer changed in a few places, and holds whole for that; by the copy that
 * the image shows.
 */
export const findBaseFileChanges = memoize(
  (context: RuleContext): ReadonlyMap<VisibleFile, SampleComparison> => {
    const { analysis, ownFrom } = context;
    const before = new Map(
      analysis.wastedFiles
        .filter(({ reason, writtenBy }) => reason === 'overwritten' && writtenBy < ownFrom)
        .map(({ path, writtenBy, hiddenBy }) => [`${hiddenBy} ${path}`, writtenBy]),
    );
    const changes = new Map<VisibleFile, SampleComparison>();
    if (before.size === 0) return changes;
    const samples = new ContentSamples(analysis.scans);
    for (const file of context.ownFiles) {
      const layer = before.get(`${file.layer} ${file.path}`);
      if (layer === undefined || isRewrittenState(file.path)) continue;
      const comparison = samples.compare({ layer, path: file.path }, file);
      const { compared, same } = comparison;
      if (compared >= MIN_COMPARED && same >= compared * MIN_SAME) changes.set(file, comparison);
    }
    return changes;
  },
);
