import { phrase } from '../../base/phrase.ts';
import { defineRule } from '../rule.ts';
import { wasteArgs, wasteDefects } from '../waste/waste-finding.ts';
import { wasteGroups } from '../waste/waste-group.ts';
import { hiddenAt } from '../words/evidence-phrases.ts';
import { wastedFiles } from '../words/waste-words.ts';

/** Files that one instruction writes and a later one writes again with other content. */
export const overwrittenLater = defineRule({
  id: 'overwritten-later',
  severity: 'warning',
  args: wasteArgs,
  why: 'A file that is written again is in the image twice.',
  find: context =>
    wasteGroups(context.analysis, new Set(['overwritten'])).flatMap(group =>
      wasteDefects(context, group, {}),
    ),
  what: finding => phrase`${wastedFiles(finding)} are overwritten${hiddenAt(finding)}`,
  fix: () => phrase`write each file once, or both times in one instruction`,
});
