import type { Rule } from './rule.ts';

/** What package managers, compilers and copies leave behind. */
export const LEFTOVER_RULES: readonly Rule[] = [];
