import { applyEdits } from '../../src/dockerfile/edit/apply-edits.ts';
import { unifiedDiff } from '../../src/dockerfile/edit/unified-diff.ts';
import type { Finding } from '../../src/findings/finding.ts';
import { RULE_FAMILIES, RULES } from '../../src/findings/rules.ts';
import { phraseMarkdown } from '../../src/report/markdown/markdown-text.ts';
import { findingLine } from '../../src/report/sentences/finding-line.ts';
import { type Document, fenced, table } from './document.ts';
import { type RuleExample, ruleExample } from './rule-example.ts';

/** What holds the pages, and nothing else. */
export const RULE_PAGES_FOLDER = 'docs/rules';

/** A page for each rule: what it finds, an example, what Deadweight says of it, and the fix. */
export const RULE_PAGES: readonly Document[] = RULES.map(({ id }) => ({
  path: `${RULE_PAGES_FOLDER}/${id}.md`,
  make: () => rulePage(id, ruleExample(id)),
}));

/** The rules by family, each linked to its page. */
export function ruleTables(): string {
  return RULE_FAMILIES.map(({ title, rules }) => {
    const rows = rules.map(({ id }) => [`[\`${id}\`](${RULE_PAGES_FOLDER}/${id}.md)`, ruleExample(id).why]);
    return `**${title}**\n\n${table(['rule', 'what it finds'], rows)}`;
  }).join('\n\n');
}

function rulePage(rule: string, { why, dockerfile, finding }: RuleExample): string {
  return [
    '<!-- Written by script/generate.ts: change the rule or its example instead. -->',
    `# \`${rule}\``,
    why,
    '## Example',
    exampleBlock(dockerfile, finding),
    'Deadweight reports:',
    `> ${sentenceOf(finding)}`,
    '[All rules](../../README.md#rules)\n',
  ].join('\n\n');
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
  const nowhere = { commit: null, repositoryUrl: null, runUrl: null, base: null };
  return phraseMarkdown(findingLine(finding), nowhere);
}
