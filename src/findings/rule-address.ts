import { RULES } from './rules.ts';

/** Where the rules' pages lie in the repository. */
export const RULE_PAGES_FOLDER = 'docs/rules';

/** As package.json has it. */
const REPOSITORY = 'https://github.com/deadweight/deadweight';

const IDS: ReadonlySet<string> = new Set(RULES.map(({ id }) => id));

/** Address of the page of a rule; null for one that this version does not know. */
export function ruleAddress(rule: string): string | null {
  return IDS.has(rule) ? `${REPOSITORY}/blob/main/${RULE_PAGES_FOLDER}/${rule}.md` : null;
}
