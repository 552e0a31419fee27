import type { Rule } from './rule.ts';
import { deletedLater } from './rules/deleted-later.ts';
import { duplicateContent } from './rules/duplicate-content.ts';
import { duplicateEntry } from './rules/duplicate-entry.ts';
import { identicalRewrite } from './rules/identical-rewrite.ts';
import { installThenPurge } from './rules/install-then-purge.ts';
import { layerHeadroomRule } from './rules/layer-headroom.ts';
import { metadataOnlyCopy } from './rules/metadata-only-copy.ts';
import { movedAcrossLayers } from './rules/moved-across-layers.ts';
import { overwrittenLater } from './rules/overwritten-later.ts';

/** What one layer writes and another one hides. */
export const WASTE_RULES: readonly Rule[] = [
  deletedLater,
  movedAcrossLayers,
  installThenPurge,
  overwrittenLater,
  metadataOnlyCopy,
  identicalRewrite,
  duplicateEntry,
  duplicateContent,
  layerHeadroomRule,
];
