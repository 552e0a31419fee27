import type { Rule } from '../rule.ts';
import { wasteFinding } from '../waste/waste-finding.ts';
import { wasteGroups } from '../waste/waste-group.ts';

/** Files that one instruction writes and a later one writes again with other content. Arguments: `WasteArgs`. */
export const overwrittenLater: Rule = {
  id: 'overwritten-later',
  find: subject =>
    wasteGroups(subject.analysis, new Set(['overwritten'])).flatMap(group =>
      wasteFinding('overwritten-later', subject, group),
    ),
};
