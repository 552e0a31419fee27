import { phrase } from '../../base/phrase.ts';
import { defineRule } from '../rule.ts';
import { movedFiles } from '../waste/moved-files.ts';
import { purgedFiles } from '../waste/purge.ts';
import { wasteArgs, wasteDefects } from '../waste/waste-finding.ts';
import { wasteGroups } from '../waste/waste-group.ts';
import { hiddenAt } from '../words/evidence-phrases.ts';
import { wastedFiles } from '../words/waste-words.ts';

/** Packages that one instruction installs and a later one takes away again. */
export const installThenPurge = defineRule({
  id: 'install-then-purge',
  severity: 'warning',
  args: wasteArgs,
  why: 'Packages that one RUN installs and another purges are still in the image.',
  find: context => {
    const isPurged = purgedFiles(context);
    const moved = movedFiles(context);
    const groups = wasteGroups(
      context.analysis,
      new Set(['deleted']),
      false,
      file => isPurged(file) && !moved.has(file),
    );
    return groups.flatMap(group => wasteDefects(context, group, {}));
  },
  what: finding => phrase`${wastedFiles(finding)} are installed, and purged${hiddenAt(finding)}`,
  fix: () => phrase`install, use and purge them in one RUN, or build in another stage`,
});
