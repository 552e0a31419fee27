import { plural } from '../../base/number-text.ts';
import { phrase } from '../../base/phrase.ts';
import type { Report } from '../report.ts';
import { findingText, rankedFindings, savingClause } from '../sentences/finding-sentence.ts';
import { listLines } from './list-lines.ts';
import type { Paint } from './style.ts';

const MOST_ITEMS = 15;

/** The findings, largest saving first; empty when there is none. */
export function findingLines(report: Report, width: number, paint: Paint): readonly string[] {
  const findings = rankedFindings(report.findings);
  const items = findings.slice(0, MOST_ITEMS).map(finding => {
    const { lead, what, fix } = findingText(finding);
    const remedy = fix ? phrase` — ${fix}` : [];
    return {
      sign: (lead ?? '•').padStart(8),
      tone: 'strong' as const,
      content: phrase`${what}${remedy}${savingClause(finding)}.`,
    };
  });
  const more = findings.length - items.length;
  const lines = listLines(items, width, paint);
  return more > 0 ? [...lines, `  and ${plural(more, 'more finding')}`] : lines;
}
