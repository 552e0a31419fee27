import { formatSize, formatSizeDelta, plural } from '../../base/number-text.ts';
import { message } from '../../base/phrase.ts';
import { clip } from '../../base/untrusted-text.ts';
import { isUnchecked } from '../../budget/budget-result.ts';
import { budgetSentence, exceededBudgets, isHeld, isWithinBudget, missedSentence } from '../budget-cell.ts';
import type { Failure } from '../failure.ts';
import { changeText, headlineOf } from '../headline.ts';
import type { Report } from '../report.ts';
import { isWaived } from '../waiver.ts';
import type { Space } from './document.ts';
import { escapeText, phraseMarkdown } from './markdown-text.ts';
import { type Column, table } from './section.ts';

/** `### 4 images × 2 platforms: **1 over budget**, 1 without a report, 3 grew, 4 unchanged`. */
export function combinedHeading(
  reports: readonly Report[],
  failures: readonly Failure[],
  unchanged: number,
): string {
  const [first = 'no reports', ...others] = [
    ...standings(reports, failures),
    ...changes(reports, unchanged),
    reports.some(isWithinBudget) && reports.every(isPassed) ? 'within budget' : null,
  ].filter(part => part !== null);
  const rest = others.map(part => `, ${part}`).join('');
  return `### ${escapeText(`${subject(reports, failures)}:`)} **${first}**${rest}`;
}

/** What the comment is about: one image of several platforms, or how many images. */
function subject(reports: readonly Report[], failures: readonly Failure[]): string {
  const headlines = reports.map(headlineOf);
  const titles = new Set(headlines.map(({ title }) => title));
  const platforms = new Set(headlines.map(({ platform }) => platform));
  const [title] = titles;
  if (titles.size === 1 && title !== undefined && failures.length === 0) {
    return `${title} · ${plural(platforms.size, 'platform')}`;
  }
  const isMatrix = platforms.size > 1 && titles.size * platforms.size === reports.length;
  if (isMatrix && failures.length === 0) return `${titles.size} images × ${platforms.size} platforms`;
  return plural(reports.length + failures.length, 'image');
}

function standings(reports: readonly Report[], failures: readonly Failure[]): readonly (string | null)[] {
  const waived = reports.filter(isWaived).length;
  const failed = reports.filter(({ verdict }) => verdict === 'fail');
  const missed = failed.filter(report => missedSentence(report) !== null).length;
  const unchecked = reports.filter(isOnlyUnchecked).length;
  const warned = reports.filter(
    report => report.verdict === 'warn' && !isWaived(report) && !isOnlyUnchecked(report),
  ).length;
  return [
    formatCount(failed.length - missed, 'over budget'),
    formatCount(waived, 'over budget (waived)'),
    formatCount(warned, 'over a warning level'),
    formatCount(unchecked, 'not checked against every budget'),
    formatCount(failures.length, 'without a report'),
  ];
}

/** Whether nothing is known to be over budget, and something to be unchecked. */
function isOnlyUnchecked(report: Report): boolean {
  return exceededBudgets(report).length === 0 && report.budgets.some(isUnchecked);
}

function changes(reports: readonly Report[], unchanged: number): readonly (string | null)[] {
  const deltas = reports.flatMap(({ comparison }) => (comparison ? [comparison.delta.size] : []));
  const grew = deltas.filter(delta => delta > 0).length;
  const shrank = deltas.filter(delta => delta < 0).length;
  return [
    formatCount(grew, 'grew'),
    formatCount(shrank, 'shrank'),
    // Those whose size is the same and whose layers are not, or which hold their size over budget.
    formatCount(deltas.length - grew - shrank - unchanged, 'of the same size'),
    formatCount(unchanged, 'unchanged'),
    deltas.length > 0 ? formatCount(reports.length - deltas.length, 'not compared') : null,
    deltas.length === 0 && reports.length > 0 ? 'not compared' : null,
  ];
}

function formatCount(count: number, what: string): string | null {
  return count === 0 ? null : `${count} ${what}`;
}

function isPassed({ verdict, budgets }: Report): boolean {
  return verdict === 'pass' && !budgets.some(isUnchecked);
}

interface ReportColumn extends Column {
  readonly cell: (report: Report) => string;
}

const MAX_BUDGETS = 3;

/** One row an image, as many as there is room for, with only the columns that say something. */
export function combinedTable(
  reports: readonly Report[],
  names: ReadonlyMap<Report, string>,
  { room, length }: Space,
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
      ? column('base', 'right', ({ comparison }) => (comparison ? formatSize(comparison.baseline.size) : ''))
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
  if (budgets.some(isUnchecked)) return '⚠️';
  return budgets.some(isHeld) ? '✅' : '';
}

function deltaText({ comparison }: Report): string {
  if (!comparison) return 'not compared';
  const { delta, baseline: base } = comparison;
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
  const sentences = exceeded.slice(0, MAX_BUDGETS).map(budget => escapeText(budgetSentence(budget)));
  const more = exceeded.length - sentences.length;
  return [...sentences, ...(more > 0 ? [`${more} more`] : [])].join('<br>');
}

const NOWHERE = { commit: null, repositoryUrl: null, runUrl: null, baseline: null };
const MAX_FAILURES = 20;

/** The images that have no report, as many as there is room for; null when there are none. */
export function failuresAlert(failures: readonly Failure[], { room, length }: Space): string | null {
  if (failures.length === 0) return null;
  const lines: string[] = [];
  let used = 0;
  for (const { name, reason } of failures.slice(0, MAX_FAILURES)) {
    const why = phraseMarkdown(message(reason, 300), NOWHERE);
    const line = `**${escapeText(clip(name, 120))}** has no report: ${why}`;
    used += length(`> ${line}<br>\n`);
    if (used > room) break;
    lines.push(line);
  }
  const rest = failures.length - lines.length;
  if (rest > 0)
    lines.push(`${lines.length > 0 ? 'And ' : ''}${rest} ${lines.length > 0 ? 'more' : 'images'}.`);
  return `> [!CAUTION]\n${lines.map(line => `> ${line}`).join('<br>\n')}`;
}
