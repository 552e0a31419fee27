import { z } from 'zod';
import { phrase } from '../../base/phrase.ts';
import { MIN_SAMPLED_FILE } from '../../layer/content-samples.ts';
import { leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { defineRule } from '../rule.ts';
import { findBaseFileChanges } from '../waste/base-file-change.ts';
import { atLocation, inPlaces } from '../words/evidence-phrases.ts';

/** Large files of the base image of which an instruction changes a little, and stores all of it again. */
export const changedBaseFile = defineRule({
  id: 'changed-base-file',
  family: 'waste',
  order: 45,
  severity: 'warning',
  args: () =>
    leftoverArgs().extend({
      compared: z
        .int()
        .min(1)
        .describe('Places of the files of which the bytes of both versions were compared'),
      same: z.int().min(0).describe('Of these, the places that are as before'),
    }),
  finds: 'Large files of the base image that are stored again for a small change',
  why: 'A layer holds whole files: a line that is appended to a database of 1 GB stores 1 GB again, and the base image still brings its own. Up to sixteen places of each file are compared with those of the base image, and most are as before.',
  usual: 'The size of the file; below 4 MB nothing is said.',
  remedy:
    'Change it where the base image is built, keep what changes in a file of its own, or change it when the container starts.',
  whenToIgnore: 'Where the base image is not yours, and its program reads that one file only.',
  byHand: 'only its author knows how the program finds what changes',
  find: context => {
    const changes = findBaseFileChanges(context);
    return leftoverDefects(context, [...changes.keys()], {
      minBytes: MIN_SAMPLED_FILE,
      args: ({ files }) => {
        const compared = files.flatMap(file => changes.get(file) ?? []);
        return {
          compared: compared.reduce((sum, each) => sum + each.compared, 0),
          same: compared.reduce((sum, each) => sum + each.same, 0),
        };
      },
    });
  },
  what: finding => {
    const { compared, same } = finding.args;
    return phrase`${inPlaces(finding)} of the base image is stored again${atLocation(finding)} for a small change: ${same} of ${compared} places that were compared are as before`;
  },
  fix: () => phrase`change it in the base image, or keep what changes in a file of its own`,
});
