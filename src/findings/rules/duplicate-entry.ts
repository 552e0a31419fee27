import type { Rule } from '../rule.ts';
import { wasteFinding } from '../waste/waste-finding.ts';
import { wasteGroups } from '../waste/waste-group.ts';

/** Paths that the tar of one layer carries more than once: only the last is ever seen. Arguments: `WasteArgs`. */
export const duplicateEntry: Rule = {
  id: 'duplicate-entry',
  find: subject =>
    wasteGroups(subject.analysis, new Set(['duplicate-entry'])).flatMap(group =>
      wasteFinding('duplicate-entry', subject, group),
    ),
};
