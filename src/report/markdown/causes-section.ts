import { plural } from '../../base/number-text.ts';
import { phrase } from '../../base/phrase.ts';
import { causeRows } from '../cause-rows.ts';
import type { Report, ReportCause } from '../report.ts';
import { causesTable } from './headline-markdown.ts';
import type { Section } from './section.ts';

export interface CausesFullness {
  /** Causes that are told above the section. */
  readonly causesAbove: number;
  readonly causes: number;
}

/** All causes; null where the rows above have said it. */
export function causesSection(
  report: Report,
  { causesAbove, causes }: CausesFullness,
  open: boolean,
): Section | null {
  const above = causeRows(report, { max: causesAbove, title: 60 });
  const rows = causeRows(report, { max: causes, title: 80 });
  if (rows.length <= above.length) return null;
  return {
    name: 'Why',
    summary: phrase`All changes: ${summaryOf(report)}`,
    body: causesTable(rows, report),
    open,
  };
}

function summaryOf({ comparison }: Report): string {
  const causes = plural(comparison?.causes.length ?? 0, 'cause');
  const counts = comparison?.packages ? packageCounts(comparison.packages.totals) : null;
  return counts === null ? causes : `${causes}, ${counts}`;
}

/** `34 packages added, 2 updated`; null where there is nothing to tell. */
function packageCounts({ added, updated, removed }: ReportCause['packageTotals']): string | null {
  const counts = [
    [added.count, 'added'],
    [updated.count, 'updated'],
    [removed.count, 'removed'],
  ] as const;
  const parts = counts
    .filter(([count]) => count > 0)
    .map(([count, what], index) => `${index === 0 ? plural(count, 'package') : count} ${what}`);
  return parts.length === 0 ? null : parts.join(', ');
}
