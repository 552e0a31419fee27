import { WASTE_REASONS } from '../../analysis/waste-reason.ts';
import { phrase } from '../../base/phrase.ts';
import { isReplacedPackage } from '../leftovers/copied-packages.ts';
import { defineRule } from '../rule.ts';
import { wasteArgs, wasteDefects } from '../waste/waste-defect.ts';
import { TOLD_FROM } from '../waste/worth-telling.ts';
import { hiddenLater, STATE_KIND, wastedFiles } from '../words/waste-words.ts';

/**
 * Files that one instruction writes and a later one writes again with other content. What package managers have to
 * write at every call is one finding for two RUNs, whatever became of each file.
 */
export const overwrittenLater = defineRule({
  id: 'overwritten-later',
  family: 'waste',
  order: 40,
  severity: 'warning',
  args: wasteArgs,
  finds: 'Files that a later layer writes again',
  why: 'The image ships every version of the file, and shows the last one. What package managers write at every call is told only where it is much, and where merging the RUNs is worth it.',
  usual: `The size of each version but the last. ${TOLD_FROM}`,
  remedy:
    'Write the file once, in the last RUN or COPY that has a say in it, or merge the RUNs. Where the Dockerfile cannot be changed, `deadweight squash` merges the layers of the image that was built.',
  whenToIgnore:
    'Where the RUNs are apart on purpose, so that a slow one stays cached, and the file is small.',
  find: context => [
    ...wasteDefects(context, {
      reasons: ['overwritten'],
      isOfRule: file => !isReplacedPackage(context)(file),
    }),
    ...wasteDefects(context, {
      reasons: WASTE_REASONS.filter(reason => reason !== 'duplicate-entry'),
      ofState: true,
      args: ({ files }) => ({
        what: STATE_KIND,
        whatBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      }),
    }),
  ],
  what: finding => phrase`${wastedFiles(finding)} is overwritten${hiddenLater(finding)}`,
  fix: ({ args, edits }) => {
    if (args.what !== STATE_KIND) return phrase`write each file once, or both times in one instruction`;
    return edits.length > 0
      ? phrase`merge the two RUNs`
      : phrase`install all packages in one RUN, where the build allows it`;
  },
});
