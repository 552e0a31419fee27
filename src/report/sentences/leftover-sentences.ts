import type { FindingSentences } from './finding-text.ts';

export const LEFTOVER_SENTENCES: FindingSentences = {};
