import { plural } from '../../base/number-text.ts';
import { holdsCommand, visible } from '../../base/untrusted-text.ts';
import type { Patch } from '../../findings/fix/patch.ts';
import { lineDiff } from '../line-diff.ts';
import type { Report } from '../report.ts';
import { findingLine, fixesSentence } from '../sentences/finding-line.ts';
import { fenced, phraseMarkdown } from './markdown-text.ts';
import type { Section } from './section.ts';

/** What all patches may take together, so that no other section makes room for them. Characters. */
const PATCH_ROOM = 12_000;

/** What to fix, largest saving first; null when there is nothing. */
export function findingsSection(report: Report, max: number, open: boolean): Section | null {
  const { findings, context } = report;
  if (findings.length === 0) return null;
  let room = PATCH_ROOM;
  const shown = new Set<string>();
  const items = findings.slice(0, max).map(finding => {
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

const MAX_PATCH_LINES = 40;
const MAX_PATCH_LENGTH = 3000;

/**
 * What a fix changes, folded, to stand in an item of a list.
 * @returns null when it is too long to be read there: a part of a fix would be another fix
 */
export function patchMarkdown({ before, after }: Patch): string | null {
  if (before.length + after.length > MAX_PATCH_LINES) return null;
  const lines = lineDiff(before, after).map(({ sign, text }) => [sign, visible(text.replace(/\r$/, ''))]);
  // Somebody may print the text in a job.
  if (lines.some(([, text = '']) => holdsCommand(text))) return null;
  const block = fenced(
    'diff',
    lines.map(line => line.join('')),
  );
  if (block.length > MAX_PATCH_LENGTH) return null;
  return indent(`<details><summary>The fix</summary>\n\n${block}\n\n</details>`);
}

/** As far as the text of an item that begins with `- `. */
function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
