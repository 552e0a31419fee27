import type { Finding } from './finding.ts';
import { LEFTOVER_RULES } from './leftover-rules.ts';
import { PACKAGE_RULES } from './package-rules.ts';
import { RECIPE_RULES } from './recipe-rules.ts';
import type { FindingWords, Rule } from './rule.ts';
import { WASTE_RULES } from './waste-rules.ts';

/** Every rule. A new one is a file in `rules/`, a line in one of these lists, and a folder of cases in the tests. */
export const RULES: readonly Rule[] = [...WASTE_RULES, ...LEFTOVER_RULES, ...PACKAGE_RULES, ...RECIPE_RULES];

const BY_ID: ReadonlyMap<string, Rule> = new Map(RULES.map(rule => [rule.id, rule]));

/** What its rule says of a finding; null where no rule of this version knows it, or its arguments. */
export function describeFinding(finding: Finding): FindingWords | null {
  return BY_ID.get(finding.rule)?.describe?.(finding) ?? null;
}
