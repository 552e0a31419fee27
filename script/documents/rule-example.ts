import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contextOf, findingCase } from '../../__tests__/findings/finding-case.ts';
import type { Finding } from '../../src/findings/finding.ts';
import { rankFindings } from '../../src/findings/ranking.ts';
import { findFindings } from '../../src/findings/rules.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples/rules');

/** What is shown, and what the rule says of it. */
const ruleCase = findingCase.omit({ why: true });

export interface RuleExample {
  readonly dockerfile: readonly string[];
  /** What the rule finds in it. */
  readonly finding: Finding;
  /** Whether the same only informs where nobody knows which layers are the base's. */
  readonly needsBase: boolean;
}

/** Ids of the rules that have an example. */
export function exampleNames(): readonly string[] {
  return readdirSync(EXAMPLES).map(name => name.replace(/\.json$/, ''));
}

/** Runs the example of a rule. @throws Error when the rule does not find what it is an example of */
export function ruleExample(rule: string): RuleExample {
  const given = ruleCase.parse(JSON.parse(readFileSync(join(EXAMPLES, `${rule}.json`), 'utf8')));
  const found = rankFindings(findFindings(contextOf(given)));
  const finding = found.find(each => each.rule === rule);
  if (finding === undefined || given.dockerfile === undefined) throw new Error(`${rule} has no such finding`);
  const unsure = findFindings(contextOf({ ...given, baseKnown: false })).filter(each => each.rule === rule);
  const needsBase = finding.severity !== 'info' && unsure.some(({ severity }) => severity === 'info');
  return { dockerfile: given.dockerfile, finding, needsBase };
}
