import { CACHE_SENTENCES } from './cache-sentences.ts';
import { CONTEXT_SENTENCES } from './context-sentences.ts';
import type { FindingSentences } from './finding-text.ts';

import { REMAINS_SENTENCES } from './remains-sentences.ts';

export const LEFTOVER_SENTENCES: FindingSentences = {
  ...CACHE_SENTENCES,
  ...CONTEXT_SENTENCES,
  ...REMAINS_SENTENCES,
};
