import type { FindingSentences } from './finding-text.ts';

export const RECIPE_SENTENCES: FindingSentences = {};
