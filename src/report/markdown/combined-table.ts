import { formatSize, formatSizeDelta } from '../../base/size.ts';
import { budgetSentence, exceededBudgets, isHeld } from '../budget-cell.ts';
import { changeText } from '../headline.ts';
import type { Report } from '../report.ts';
import { escapeText } from './escape.ts';
import { type Column, table } from './table.ts';

interface ReportColumn extends Column {
  readonly cell: (report: Report) => string;
}

const LISTED_BUDGETS = 3;

/**
 * One row an image, as many as `room` has place for, with only the columns that say something.
 * @param length of a text in the unit of `room`
 */
export function combinedTable(
  reports: readonly Report[],
  names: ReadonlyMap<Report, string>,
  room: number,
  length: (text: string) => number,
): string | null {
  if (reports.length === 0) return null;
  const columns = columnsOf(reports, names);
  const rows: string[][] = [];
  let used = 0;
  for (const report of reports) {
    const row = columns.map(({ cell }) => cell(report));
    used += length(`| ${row.join(' | ')} |\n`);
    if (used > room) break;
    rows.push(row);
  }
  const rest = reports.length - rows.length;
  return `${table(columns, rows)}${rest > 0 ? `\n\nAnd ${rest} more.` : ''}`;
}

function columnsOf(reports: readonly Report[], names: ReadonlyMap<Report, string>): readonly ReportColumn[] {
  const isCompared = reports.some(({ comparison }) => comparison !== null);
  const isSized = reports.some(({ image }) => image.compressedSize !== null);
  const isExceeded = reports.some(report => exceededBudgets(report).length > 0);
  const columns: readonly (ReportColumn | null)[] = [
    column('', 'left', report => symbolOf(report)),
    column('image', 'left', report => escapeText(names.get(report) ?? '')),
    isCompared
      ? column('base', 'right', ({ comparison }) => (comparison ? formatSize(comparison.base.size) : ''))
      : null,
    column('this', 'right', ({ image }) => formatSize(image.size)),
    isCompared ? column('Δ', 'right', report => escapeText(deltaText(report))) : null,
    isSized ? column('compressed', 'right', report => escapeText(compressedText(report))) : null,
    column('layers', 'right', report => String(report.image.layerCount)),
    column('wasted', 'right', report => formatSize(report.efficiency.wastedBytes)),
    isExceeded ? column('over budget', 'left', report => exceededText(report)) : null,
  ];
  return columns.filter(each => each !== null);
}

function column(title: string, align: Column['align'], cell: ReportColumn['cell']): ReportColumn {
  return { title, align, cell };
}

function symbolOf({ verdict, budgets }: Report): string {
  if (verdict === 'fail') return '❌';
  if (verdict === 'warn') return '⚠️';
  return budgets.some(isHeld) ? '✅' : '';
}

function deltaText({ comparison }: Report): string {
  if (!comparison) return 'not compared';
  const { delta, base } = comparison;
  return delta.size === 0 ? '=' : changeText(delta.size, base.size);
}

function compressedText({ image, comparison }: Report): string {
  if (image.compressedSize === null) return '';
  const delta = comparison?.delta.compressedSize ?? 0;
  const size = formatSize(image.compressedSize);
  return delta === 0 ? size : `${size} (${formatSizeDelta(delta)})`;
}

function exceededText(report: Report): string {
  const exceeded = exceededBudgets(report);
  const sentences = exceeded.slice(0, LISTED_BUDGETS).map(budget => escapeText(budgetSentence(budget)));
  const more = exceeded.length - sentences.length;
  return [...sentences, ...(more > 0 ? [`${more} more`] : [])].join('<br>');
}
