import { z } from 'zod';
import { plural } from '../../base/number-text.ts';
import { phrase, place } from '../../base/phrase.ts';
import { summarizePaths } from '../../compare/path-summary.ts';
import { locationOf } from '../../dockerfile/dockerfile-instruction.ts';
import { defineRule } from '../rule.ts';
import { freedByMerge, type Merge, mergeFixes } from '../waste/merge-fix.ts';
import { inPlaces } from '../words/evidence-phrases.ts';

/**
 * RUN instructions one behind the other that hide a little of each other, in pieces that no other rule tells of, and
 * that are worth merging all the same. Where another rule tells of the merge, this one is silent: `foldMerges`.
 */
export const consecutiveRuns = defineRule({
  id: 'consecutive-runs',
  family: 'dockerfile',
  order: 70,
  severity: 'info',
  args: () =>
    z.object({
      runs: z.int().min(2).describe('RUN instructions of the sequence'),
      others: z.int().min(0).describe('Other sequences of which the same is true'),
    }),
  finds: 'RUNs in a row that are worth merging for many small files',
  why: 'Merging saves bytes only where one RUN hides what another wrote, and it costs cached steps and parallel pulls. So it is advised only where what is saved is a fair share of what the RUNs write, and of what would have to be pulled again at a change.',
  usual: '5 to 50 % of what the RUNs write: databases and logs that each of them writes again.',
  remedy: 'Merge the RUNs into one.',
  whenToIgnore:
    'Where the RUNs are apart so that a change of one leaves the others in the cache, or so that their layers are pulled side by side. A comment above them that says so is heeded.',
  find: context => {
    const { merges } = mergeFixes(context);
    return merges.flatMap(merge => {
      const [first, last] = [merge.runs[0], merge.runs.at(-1)];
      if (first === undefined || last === undefined) return [];
      return [
        {
          args: { runs: merge.runs.length, others: merges.length - 1 },
          location: locationOf(first),
          related: locationOf(last),
          evidence: evidenceOf(merge),
          freed: freedByMerge(merge),
          edits: merge.edits,
        },
      ];
    });
  },
  what: finding => {
    const { args, location, related } = finding;
    const range = location && related ? phrase` from ${place(location)} to ${place(related)}` : [];
    const elsewhere = args.others > 0 ? ` (as in ${plural(args.others, 'other place')})` : '';
    return phrase`${inPlaces(finding)} is written again and again by the ${args.runs} RUNs${range}${elsewhere}`;
  },
  fix: () => phrase`merge them into one RUN`,
});

function evidenceOf({ files }: Merge) {
  const { paths } = summarizePaths(files.map(file => [file.path, file.bytes]));
  const layers = new Set(files.flatMap(({ writtenBy, hiddenBy }) => [writtenBy, hiddenBy]));
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { layers: [...layers].sort((a, b) => a - b), paths, fileCount: files.length, bytes };
}
