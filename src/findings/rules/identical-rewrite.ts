import { z } from 'zod';
import { phrase } from '../../base/phrase.ts';
import { defineRule } from '../rule.ts';
import { wasteArgs, wasteDefects } from '../waste/waste-defect.ts';
import { TOLD_FROM } from '../waste/worth-telling.ts';
import { copiesOfBase, hiddenLater, wastedFiles } from '../words/waste-words.ts';

/** Files that a later instruction writes again, the same in content, mode, owner and times. */
export const identicalRewrite = defineRule({
  id: 'identical-rewrite',
  family: 'waste',
  order: 60,
  severity: 'warning',
  args: () =>
    wasteArgs().extend({
      copiedFromBase: z
        .boolean()
        .describe("Whether the files are the base image's: then their copies in own layers could be saved"),
    }),
  finds: 'Files that a later layer writes again unchanged',
  why: 'The image ships the same file twice, for nothing.',
  usual: `The size of the file, once for each time it is written again. ${TOLD_FROM}`,
  remedy: 'Leave the second copy out: copy only what is new, or put both into one RUN or COPY.',
  whenToIgnore:
    'Where the second write cannot be left out, since the tool that makes it writes all of its files.',
  find: context =>
    wasteDefects(context, {
      reasons: ['identical'],
      withBaseCopies: true,
      args: ({ isFromBase }) => ({ copiedFromBase: isFromBase }),
    }),
  what: finding => {
    const files = finding.args.copiedFromBase ? copiesOfBase(finding) : wastedFiles(finding);
    return phrase`${files} is rewritten unchanged${hiddenLater(finding)}`;
  },
  fix: () => phrase`omit the second copy`,
});
