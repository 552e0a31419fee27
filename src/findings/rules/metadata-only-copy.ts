import type { Rule } from '../rule.ts';
import type { WasteArgs } from '../waste/waste-finding.ts';
import { wasteFinding } from '../waste/waste-finding.ts';
import { wasteGroups } from '../waste/waste-group.ts';

export type MetadataOnlyCopyArgs = WasteArgs & {
  /** Whether the files are the base image's: then the copies in own layers are what could be saved. */
  readonly copiedFromBase: boolean;
};

/** Files that a later instruction copies whole to change only their mode, owner or times: chown, chmod, touch. */
export const metadataOnlyCopy: Rule = {
  id: 'metadata-only-copy',
  find: subject =>
    wasteGroups(subject.analysis, new Set(['metadata-only']), true).flatMap(group =>
      wasteFinding('metadata-only-copy', subject, group, {
        copiedFromBase: group.isFromBase,
      } satisfies Partial<MetadataOnlyCopyArgs>),
    ),
};
