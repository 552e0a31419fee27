import type { Rule } from './rule.ts';
import { deletedLater } from './rules/deleted-later.ts';
import { duplicateEntry } from './rules/duplicate-entry.ts';
import { identicalRewrite } from './rules/identical-rewrite.ts';
import { layerHeadroomRule } from './rules/layer-headroom.ts';
import { metadataOnlyCopy } from './rules/metadata-only-copy.ts';
import { overwrittenLater } from './rules/overwritten-later.ts';

/** What one layer writes and another one hides. */
export const WASTE_RULES: readonly Rule[] = [
  deletedLater,
  overwrittenLater,
  metadataOnlyCopy,
  identicalRewrite,
  duplicateEntry,
  layerHeadroomRule,
];
