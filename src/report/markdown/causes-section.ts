import { formatSizeDelta, plural } from '../../base/number-text.ts';
import { type Phrase, phrase, strong } from '../../base/phrase.ts';
import type { Report, ReportCause } from '../report.ts';
import { causeRows, leavesOut, packageCounts } from '../sentences/cause-contents.ts';
import { causeSubject, smallerCauses } from '../sentences/cause-sentence.ts';
import { phraseMarkdown } from './markdown-text.ts';
import { type Section, table } from './section.ts';

export interface CausesFullness {
  /** Causes that are told above the section. */
  readonly causesAbove: number;
  readonly causes: number;
  /** Packages, and directories, that are listed of each. */
  readonly parts: number;
}

/** All causes with what is below them; null where the sentences above have said it. */
export function causesSection(report: Report, fullness: CausesFullness, open: boolean): Section | null {
  const causes = report.comparison?.causes ?? [];
  if (smallerCauses(report, fullness.causesAbove) === null && !causes.some(leavesOut)) return null;
  const listed = causes.slice(0, fullness.causes);
  const body = table(
    [
      { title: 'cause', align: 'left' },
      { title: 'package or directory', align: 'left' },
      { title: 'Δ', align: 'right' },
    ],
    listed
      .flatMap(cause => rowsOf(cause, fullness.parts))
      .map(row => row.map(cell => markdown(cell, report))),
  );
  const rest = causes.length - listed.length;
  const bytes = causes.slice(listed.length).reduce((sum, cause) => sum + cause.bytes, 0);
  const more = rest > 0 ? `\n\nAnd ${plural(rest, 'more cause')}, ${formatSizeDelta(bytes)}.` : '';
  return { name: 'Why', summary: phrase`Why: ${summaryOf(report)}`, body: `${body}${more}`, open };
}

function summaryOf({ comparison }: Report): string {
  const causes = plural(comparison?.causes.length ?? 0, 'cause');
  const counts = comparison?.packages ? packageCounts(comparison.packages.totals) : null;
  return counts === null ? causes : `${causes}, ${counts}`;
}

function rowsOf(cause: ReportCause, max: number): readonly (readonly Phrase[])[] {
  return [
    [causeSubject(cause, 80), [], [strong(formatSizeDelta(cause.bytes))]],
    ...causeRows(cause, max).map(({ what, bytes }) => [[], what, phrase`${formatSizeDelta(bytes)}`]),
  ];
}

function markdown(cell: Phrase, { context }: Report): string {
  return phraseMarkdown(cell, context);
}
