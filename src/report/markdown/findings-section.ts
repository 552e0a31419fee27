import { plural } from '../../base/number-text.ts';
import type { Report } from '../report.ts';
import { findingLine, fixesSentence } from '../sentences/finding-line.ts';
import { patchMarkdown } from './patch-markdown.ts';
import { phraseMarkdown } from './phrase-markdown.ts';
import type { Section } from './section.ts';

/** What all patches may take together, so that no other section makes room for them. Characters. */
const PATCH_ROOM = 12_000;

/** What to fix, largest saving first; null when there is nothing. */
export function findingsSection(report: Report, most: number, open: boolean): Section | null {
  const { findings, context } = report;
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
    return `- ${phraseMarkdown(findingLine(finding), context)}${isShown ? `\n${patch}` : ''}`;
  });
  const more = findings.length - items.length;
  if (more > 0) items.push(`- and ${plural(more, 'more finding')}`);
  return { name: 'Fixes', summary: fixesSentence(report), body: items.join('\n'), open };
}
