import { phrase } from '../../base/phrase.ts';
import { findCopiedFiles } from '../leftovers/copied-file.ts';
import { leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { defineRule } from '../rule.ts';
import { copiedAlong } from '../words/evidence-phrases.ts';
import { ignoreFileArg, ignoreFileCode } from '../words/ignore-file-words.ts';

/** Tests are small; what they are fed with may not be. */
const MIN_BYTES = 1_000_000;

/** Tests and their data that came along with a whole directory. No edit: another stage, or the program, may read them. */
export const copiedTests = defineRule({
  id: 'copied-tests',
  family: 'leftovers',
  order: 60,
  severity: 'info',
  args: () => leftoverArgs().extend(ignoreFileArg()),
  finds: 'Tests and their data that a COPY brings in',
  why: 'The image that ships does not run them.',
  usual: 'From 1 MB, below which nothing is said, to whatever the test data takes.',
  remedy: 'List them in `.dockerignore`, or copy the folders of the program by name.',
  whenToIgnore: 'Where the image is the one that runs the tests.',
  byHand: 'the program, or another stage, may read them',
  find: context => {
    const copied = findCopiedFiles(context).filter(({ development }) => development?.kind === 'tests');
    const files = copied.map(({ file }) => file);
    return leftoverDefects(context, files, {
      minBytes: MIN_BYTES,
      args: () => ({ ignoreFile: context.ownIgnoreFile }),
    });
  },
  what: finding => copiedAlong('tests and their data', finding),
  fix: ({ args }) => phrase`exclude them in ${ignoreFileCode(args)}, or test in another stage`,
});
