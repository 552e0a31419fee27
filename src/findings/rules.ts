import { CACHE_RULES } from './cache/cache-rules.ts';
import {
  type FoundAsSet,
  findAsSet,
  NO_RULE_SETTINGS,
  type RuleSettings,
} from './decisions/rule-settings.ts';
import type { Finding, FoundFinding } from './finding.ts';
import type { FindingWords, Rule, RuleFamily } from './rule.ts';
import type { RuleContext } from './rule-context.ts';
import { RULE_FILES } from './rule-files.ts';
import { foldMerges } from './waste/fold-merges.ts';

/** The families in the order of the list of all rules, each with its title there. */
const FAMILIES = {
  waste: 'Waste: bytes that a layer ships and a later layer hides',
  leftovers: 'Leftovers: files that nobody needs once the build is done',
  packages: 'Packages and programs that the image does not need',
  dockerfile: 'The Dockerfile and its build',
} as const satisfies Readonly<Record<RuleFamily, string>>;

const FAMILY_NAMES: readonly string[] = Object.keys(FAMILIES);

/** Every rule, by family and order. */
export const RULES = [...CACHE_RULES, ...RULE_FILES].sort(compareRules);

/** As both lists have an order of their own, the sort need only be stable. */
function compareRules(a: Rule, b: Rule): number {
  return FAMILY_NAMES.indexOf(a.family) - FAMILY_NAMES.indexOf(b.family) || a.order - b.order;
}

/** The families, as the list of all rules shows them. */
export const RULE_FAMILIES: readonly { readonly title: string; readonly rules: readonly Rule[] }[] =
  Object.entries(FAMILIES).map(([name, title]) => ({
    title,
    rules: RULES.filter(({ family }) => family === name),
  }));

type FindingOf<Each> = Each extends Rule<infer Id, infer Args> ? Finding<Id, Args> : never;

/** A finding of one of the rules, with the arguments that this rule has. */
export type KnownFinding = FindingOf<(typeof RULES)[number]>;

const BY_ID: ReadonlyMap<string, (typeof RULES)[number]> = new Map(RULES.map(rule => [rule.id, rule]));

/** The finding with its arguments checked; null where no rule of this version knows it, or its arguments. */
export function readFinding(finding: Finding): KnownFinding | null {
  return BY_ID.get(finding.rule)?.read(finding) ?? null;
}

/** What its rule says of a finding; null as for `readFinding`. */
export function describeFinding(finding: Finding): FindingWords | null {
  return BY_ID.get(finding.rule)?.describe(finding) ?? null;
}

/** What all rules find, as they are set, in no order: `rankFindings` puts them in the order in which they are shown. */
export function findFindings(
  context: RuleContext,
  settings: RuleSettings = NO_RULE_SETTINGS,
): readonly FoundFinding[] {
  return findWithLeftOut(context, settings).findings;
}

/** The same, with what the settings leave out. */
export function findWithLeftOut(context: RuleContext, settings: RuleSettings): FoundAsSet {
  const found = RULES.map(rule => findAsSet(rule, settings.get(rule.id), context));
  return {
    findings: foldMerges(
      context,
      found.flatMap(({ findings }) => findings),
    ),
    leftOut: found.flatMap(({ leftOut }) => leftOut),
  };
}
