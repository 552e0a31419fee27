import type { Rule } from '../rule.ts';
import type { WasteArgs } from '../waste/waste-finding.ts';
import { wasteFinding } from '../waste/waste-finding.ts';
import { wasteGroups } from '../waste/waste-group.ts';

export type IdenticalRewriteArgs = WasteArgs & {
  /** Whether the files are the base image's: then the copies in own layers are what could be saved. */
  readonly copiedFromBase: boolean;
};

/** Files that a later instruction writes again, the same in content, mode, owner and times. */
export const identicalRewrite: Rule = {
  id: 'identical-rewrite',
  find: subject =>
    wasteGroups(subject.analysis, new Set(['identical']), true).flatMap(group =>
      wasteFinding('identical-rewrite', subject, group, {
        copiedFromBase: group.isFromBase,
      } satisfies Partial<IdenticalRewriteArgs>),
    ),
};
