import { LEFTOVER_RULES } from './leftover-rules.ts';
import { PACKAGE_RULES } from './package-rules.ts';
import { RECIPE_RULES } from './recipe-rules.ts';
import type { Rule } from './rule.ts';
import { WASTE_RULES } from './waste-rules.ts';

/** Every rule. A new one is a file in `rules/`, a line in one of these lists, and a folder of cases in the tests. */
export const RULES: readonly Rule[] = [...WASTE_RULES, ...LEFTOVER_RULES, ...PACKAGE_RULES, ...RECIPE_RULES];
