import { formatGrowth, formatSize, plural } from '../../base/number-text.ts';
import { isUnchecked } from '../../budget/budget-result.ts';
import { exceededBudgets, isWithinBudget, missedSentence } from '../budget-cell.ts';
import { failingFindings } from '../failing-findings.ts';
import type { Failure } from '../failure.ts';
import { headlineOf } from '../headline.ts';
import type { Report } from '../report.ts';
import { isWaived } from '../waiver.ts';
import { escapeText } from './markdown-text.ts';

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
  const byFindings = failed.filter(
    report =>
      failingFindings(report).length > 0 && !report.budgets.some(({ fail }) => fail?.status === 'exceeded'),
  ).length;
  const missed = failed.filter(report => missedSentence(report) !== null).length;
  const unchecked = reports.filter(isOnlyUnchecked).length;
  const warned = reports.filter(
    report => report.verdict === 'warn' && !isWaived(report) && !isOnlyUnchecked(report),
  ).length;
  return [
    formatCount(failed.length - missed - byFindings, 'over budget'),
    formatCount(byFindings, 'failed by findings'),
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

type Comparison = NonNullable<Report['comparison']>;

function changes(reports: readonly Report[], unchanged: number): readonly (string | null)[] {
  const compared = reports.flatMap(({ comparison }) => comparison ?? []);
  const deltas = compared.map(({ delta }) => delta.size);
  const grew = deltas.filter(delta => delta > 0).length;
  const shrank = deltas.filter(delta => delta < 0).length;
  return [
    formatCount(grew, `grew${furthest(compared, grew, 1)}`),
    formatCount(shrank, `shrank${furthest(compared, shrank, -1)}`),
    // Those whose layers are not the same, or which hold their size over budget.
    formatCount(deltas.length - grew - shrank - unchanged, 'of the same size'),
    formatCount(unchanged, 'unchanged'),
    deltas.length > 0 ? formatCount(reports.length - deltas.length, 'not compared') : null,
    deltas.length === 0 && reports.length > 0 ? 'not compared' : null,
  ];
}

/** ` by up to 39.4 MB (+10.6 %)`, of those that grew (1) or shrank (-1). */
function furthest(compared: readonly Comparison[], count: number, sign: 1 | -1): string {
  const [most] = compared.toSorted((a, b) => sign * (b.delta.size - a.delta.size));
  if (most === undefined || count === 0) return '';
  const growth = formatGrowth(most.delta.size, most.baseline.size);
  const by = `${count > 1 ? 'up to ' : ''}${formatSize(Math.abs(most.delta.size))}`;
  return ` by ${by}${growth === null ? '' : ` (${growth})`}`;
}

function formatCount(count: number, what: string): string | null {
  return count === 0 ? null : `${count} ${what}`;
}

function isPassed({ verdict, budgets }: Report): boolean {
  return verdict === 'pass' && !budgets.some(isUnchecked);
}
