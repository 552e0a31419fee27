import { z } from 'zod';
import { applyEdits } from '../../src/dockerfile/edit/apply-edits.ts';
import { unifiedDiff } from '../../src/dockerfile/edit/unified-diff.ts';
import type { Finding } from '../../src/findings/finding.ts';
import type { Rule } from '../../src/findings/rule.ts';
import { RULE_PAGES_FOLDER } from '../../src/findings/rule-address.ts';
import { RULE_FAMILIES, RULES } from '../../src/findings/rules.ts';
import { phraseMarkdown } from '../../src/report/markdown/markdown-text.ts';
import { findingLine } from '../../src/report/sentences/finding-line.ts';
import { type Document, fenced, table } from './document.ts';
import { type RuleExample, ruleExample } from './rule-example.ts';

/** A page for each rule: what it finds, why that matters, an example, what Deadweight says of it, and the fix. */
export const RULE_PAGES: readonly Document[] = RULES.map(rule => ({
  path: `${RULE_PAGES_FOLDER}/${rule.id}.md`,
  make: () => rulePage(rule, ruleExample(rule.id)),
}));

/** The rules by family, each linked to its page. */
export function ruleTables(): string {
  return RULE_FAMILIES.map(({ title, rules }) => {
    const rows = rules.map(({ id, finds }) => [`[\`${id}\`](${RULE_PAGES_FOLDER}/${id}.md)`, finds]);
    return `**${title}**\n\n${table(['rule', 'what it finds'], rows)}`;
  }).join('\n\n');
}

/** What is said of every rule that takes the base's files for possible where the base is unknown. */
const LOWERED =
  ', and info where the base image is not known ([why](../configuration.md#failing-on-findings))';

function rulePage(rule: Rule, { dockerfile, finding, needsBase }: RuleExample): string {
  return [
    '<!-- Written by script/generate.ts: change the rule or its example instead. -->',
    `# \`${rule.id}\``,
    `**${rule.finds}.** ${rule.why}`,
    `Level: ${rule.severity}${needsBase ? LOWERED : ''}.`,
    '## How many bytes',
    rule.usual,
    '## How to fix it',
    rule.remedy,
    '## When to ignore it',
    rule.whenToIgnore,
    'The comment goes above the instruction, with the reason; a `.deadweight.yml` [sets the level](../configuration.md#rules) for all.',
    fenced('dockerfile', `# deadweight ignore=${rule.id} the reason`),
    '## Example',
    exampleBlock(dockerfile, finding),
    'Deadweight reports:',
    `> ${sentenceOf(finding)}`,
    '## In the JSON report',
    `The arguments of the finding (\`args\`):\n\n${argumentTable(rule)}`,
    '[All rules](../../README.md#rules)\n',
  ].join('\n\n');
}

const argumentSchema = z.looseObject({
  properties: z.record(z.string(), z.looseObject({ description: z.string() })),
});

function argumentTable({ args }: Rule): string {
  const { properties } = argumentSchema.parse(z.toJSONSchema(args(), { unrepresentable: 'any' }));
  const rows = Object.entries(properties).map(([name, { description }]) => [`\`${name}\``, description]);
  return table(['argument', 'meaning'], rows);
}

/** The Dockerfile, or what the fix changes in it. */
function exampleBlock(dockerfile: readonly string[], { edits }: Finding): string {
  const before = `${dockerfile.join('\n')}\n`;
  const made = applyEdits({ dockerfile: before, ignore: '' }, edits, 'Dockerfile');
  if (edits.length === 0 || 'reason' in made) return fenced('dockerfile', before);
  const diffs = [
    made.dockerfile === before ? '' : unifiedDiff('Dockerfile', before, made.dockerfile),
    made.ignore === '' ? '' : unifiedDiff('.dockerignore', '', made.ignore),
  ];
  const text = diffs.join('').replace(/^(?:---|\+\+\+|@@).*\n/gm, '');
  if (made.dockerfile !== before)
    return `With the fix that \`deadweight fix\` makes:\n\n${fenced('diff', text)}`;
  return `${fenced('dockerfile', before)}\n\n\`deadweight fix\` adds to \`.dockerignore\`:\n\n${fenced('diff', text)}`;
}

function sentenceOf(finding: Finding): string {
  const nowhere = { commit: null, repositoryUrl: null, runUrl: null, baseline: null };
  return phraseMarkdown(findingLine(finding), nowhere);
}
