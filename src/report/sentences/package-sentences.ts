import type { FindingSentences } from './finding-text.ts';

export const PACKAGE_SENTENCES: FindingSentences = {};
