import { CACHE_SENTENCES } from './cache-sentences.ts';
import type { FindingSentences } from './finding-text.ts';

export const LEFTOVER_SENTENCES: FindingSentences = CACHE_SENTENCES;
