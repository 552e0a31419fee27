import type { FoundFinding } from './finding.ts';
import type { RuleContext } from './rule-context.ts';
import { RULES } from './rules.ts';

/** What all rules find, in no order: `rankFindings` puts them in the one in which they are told. */
export function findFindings(context: RuleContext): readonly FoundFinding[] {
  return RULES.flatMap((rule): readonly FoundFinding[] => rule.find(context));
}
