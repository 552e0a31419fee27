import { plural } from '../../base/number-text.ts';
import type { Report } from '../report.ts';
import { findingParts, lineOf } from '../sentences/finding-line.ts';
import { listLines } from './list-lines.ts';
import type { Paint } from './style.ts';

const MOST_ITEMS = 15;

/** The findings, largest saving first; empty when there is none. */
export function findingLines(report: Report, width: number, paint: Paint): readonly string[] {
  const { findings } = report;
  const items = findings.slice(0, MOST_ITEMS).map(finding => {
    const parts = findingParts(finding);
    const sign = (parts.lead ?? '•').padStart(8);
    return { sign, tone: 'strong' as const, content: lineOf({ ...parts, lead: null }) };
  });
  const more = findings.length - items.length;
  const lines = listLines(items, width, paint);
  return more > 0 ? [...lines, `  and ${plural(more, 'more finding')}`] : lines;
}
