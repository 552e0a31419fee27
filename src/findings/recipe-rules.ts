import type { Rule } from './rule.ts';

/** What the text of the Dockerfile and the steps of its build tell. */
export const RECIPE_RULES: readonly Rule[] = [];
