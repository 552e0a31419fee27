import { plural } from '../../base/number-text.ts';
import { phrase } from '../../base/phrase.ts';
import type { Report } from '../report.ts';
import {
  findingSentence,
  findingText,
  fixesSentence,
  type ReportFinding,
  rankedFindings,
  savingClause,
} from '../sentences/finding-sentence.ts';
import { patchMarkdown } from './patch-markdown.ts';
import { phraseMarkdown } from './phrase-markdown.ts';
import type { Section } from './section.ts';

/** What all patches may take together, so that no other section makes room for them. Characters. */
const PATCH_ROOM = 12_000;

/** What to fix, largest saving first; null when there is nothing. */
export function findingsSection(report: Report, most: number, open: boolean): Section | null {
  const findings = rankedFindings(report.findings);
  if (findings.length === 0) return null;
  let room = PATCH_ROOM;
  const shown = new Set<string>();
  const items = findings.slice(0, most).map(finding => {
    const patch = finding.patch ? patchMarkdown(finding.patch) : null;
    // One fix may mend several findings.
    const isShown = patch !== null && patch.length <= room && !shown.has(patch);
    if (isShown) {
      room -= patch.length;
      shown.add(patch);
    }
    return `- ${item(finding, report)}${isShown ? `\n${patch}` : ''}`;
  });
  const more = findings.length - items.length;
  if (more > 0) items.push(`- and ${plural(more, 'more finding')}`);
  return { name: 'Fixes', summary: fixesSentence(report), body: items.join('\n'), open };
}

function item(finding: ReportFinding, report: Report): string {
  const { fix } = findingText(finding);
  const remedy = fix ? phrase` — ${fix}` : [];
  const said = phrase`${findingSentence(finding)}${remedy}${savingClause(finding)}.`;
  return phraseMarkdown(said, report.context);
}
