import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findingCase, subjectOf } from '../__tests__/findings/finding-case.ts';
import { phrase } from '../src/base/phrase.ts';
import { applyEdits } from '../src/dockerfile/edit/apply-edits.ts';
import { unifiedDiff } from '../src/dockerfile/edit/unified-diff.ts';
import { claimedFindings, rankedFindings } from '../src/findings/find-all.ts';
import type { Finding } from '../src/findings/finding.ts';
import { LEFTOVER_RULES } from '../src/findings/leftover-rules.ts';
import { PACKAGE_RULES } from '../src/findings/package-rules.ts';
import { RECIPE_RULES } from '../src/findings/recipe-rules.ts';
import type { Rule } from '../src/findings/rule.ts';
import { WASTE_RULES } from '../src/findings/waste-rules.ts';
import { phraseMarkdown } from '../src/report/markdown/phrase-markdown.ts';
import { findingSentence, findingText, savingClause } from '../src/report/sentences/finding-sentence.ts';

const EXAMPLES = join(import.meta.dirname, '../examples/rules');

const FAMILIES: readonly (readonly [title: string, rules: readonly Rule[]])[] = [
  ['What one layer writes and another hides', WASTE_RULES],
  ['What is left behind', LEFTOVER_RULES],
  ['What the image has no use for', PACKAGE_RULES],
  ['What the Dockerfile and its build tell', RECIPE_RULES],
];

/** Rules that have an example: all of them, or a test fails. */
export function exampleNames(): readonly string[] {
  return readdirSync(EXAMPLES).map(name => name.replace(/\.json$/, ''));
}

export interface RuleExample {
  readonly why: string;
  readonly dockerfile: readonly string[];
  /** What the rule says of it. */
  readonly finding: Finding;
}

/** Runs the example of a rule. @throws Error when the rule does not find what it is an example of */
export function ruleExample(rule: string): RuleExample {
  const given = findingCase.parse(JSON.parse(readFileSync(join(EXAMPLES, `${rule}.json`), 'utf8')));
  const found = rankedFindings(claimedFindings(subjectOf(given)));
  const finding = found.find(each => each.rule === rule);
  if (finding === undefined || given.dockerfile === undefined) throw new Error(`${rule} has no such finding`);
  return { why: given.why, dockerfile: given.dockerfile, finding };
}

/** The README's section of rules: each by its example, with what the rule says of it and the fix that is made. */
export function rulesSection(): string {
  return FAMILIES.map(([title, rules]) => {
    const items = rules.map(({ id }) => ruleItem(id, ruleExample(id)));
    return `<details><summary>${title}: ${rules.length} rules</summary>\n\n${items.join('\n\n')}\n\n</details>`;
  }).join('\n\n');
}

function ruleItem(rule: string, { why, dockerfile, finding }: RuleExample): string {
  return `**\`${rule}\`**: ${why}\n\n${shown(dockerfile, finding)}\n\n> ${sentenceOf(finding)}`;
}

/** The Dockerfile, or what the fix changes in it. */
function shown(dockerfile: readonly string[], { edits }: Finding): string {
  const before = `${dockerfile.join('\n')}\n`;
  const made = applyEdits({ dockerfile: before, ignore: '' }, edits, 'Dockerfile');
  if (edits.length === 0 || 'reason' in made) return fenced('dockerfile', before);
  const diffs = [
    made.dockerfile === before ? '' : unifiedDiff('Dockerfile', before, made.dockerfile),
    made.ignore === '' ? '' : unifiedDiff('.dockerignore', '', made.ignore),
  ];
  const text = diffs.join('').replace(/^(?:---|\+\+\+|@@).*\n/gm, '');
  return made.dockerfile === before
    ? `${fenced('dockerfile', before)}\n\n\`.dockerignore\`:\n\n${fenced('diff', text)}`
    : fenced('diff', text);
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

function sentenceOf(finding: Finding): string {
  const { fix } = findingText(finding);
  const remedy = fix ? phrase` — ${fix}` : [];
  const nowhere = { commit: null, repositoryUrl: null, runUrl: null, base: null };
  return phraseMarkdown(phrase`${findingSentence(finding)}${remedy}${savingClause(finding)}.`, nowhere);
}
