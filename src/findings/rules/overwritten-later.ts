import { phrase } from '../../base/phrase.ts';
import { defineRule } from '../rule.ts';
import { wasteArgs, wasteDefects } from '../waste/waste-defect.ts';
import { hiddenAt } from '../words/evidence-phrases.ts';
import { wastedFiles } from '../words/waste-words.ts';

/** Files that one instruction writes and a later one writes again with other content. */
export const overwrittenLater = defineRule({
  id: 'overwritten-later',
  family: 'waste',
  order: 40,
  severity: 'warning',
  args: wasteArgs,
  finds: 'Files that a later layer writes again',
  why: 'The image ships every version of the file, and shows the last one.',
  usual: 'The size of each version but the last.',
  remedy: 'Write the file once, in the last RUN or COPY that has a say in it, or merge the RUNs.',
  whenToIgnore:
    'Where the RUNs are apart on purpose, so that a slow one stays cached, and the file is small.',
  find: context => wasteDefects(context, { reasons: ['overwritten'] }),
  what: finding => phrase`${wastedFiles(finding)} is overwritten${hiddenAt(finding)}`,
  fix: () => phrase`write each file once, or both times in one instruction`,
});
