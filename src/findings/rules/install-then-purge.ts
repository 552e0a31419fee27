import type { Rule } from '../rule.ts';
import { movedFiles } from '../waste/moved-files.ts';
import { purgedFiles } from '../waste/purge.ts';
import { wasteFinding } from '../waste/waste-finding.ts';
import { wasteGroups } from '../waste/waste-group.ts';

/** Packages that one instruction installs and a later one takes away again. Arguments: `WasteArgs`. */
export const installThenPurge: Rule = {
  id: 'install-then-purge',
  find: subject => {
    const isPurged = purgedFiles(subject);
    const moved = movedFiles(subject);
    return wasteGroups(
      subject.analysis,
      new Set(['deleted']),
      false,
      file => isPurged(file) && !moved.has(file),
    ).flatMap(group => wasteFinding('install-then-purge', subject, group));
  },
};
