import { plural } from '../../base/number-text.ts';
import { isHeld } from '../budget-cell.ts';
import type { Failure } from '../failure.ts';
import { headlineOf } from '../headline.ts';
import type { Report } from '../report.ts';
import { isWaived } from '../waiver.ts';
import { escapeText } from './escape.ts';

/** `### 4 images × 2 platforms: **1 over budget**, 1 without a report, 3 grew, 4 unchanged`. */
export function combinedHeading(
  reports: readonly Report[],
  failures: readonly Failure[],
  unchanged: number,
): string {
  const [first = 'no reports', ...others] = [
    ...standings(reports, failures),
    ...changes(reports, unchanged),
    reports.some(({ budgets }) => budgets.some(isHeld)) && reports.every(isPassed) ? 'within budget' : null,
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
  const warned = reports.filter(report => report.verdict === 'warn' && !isWaived(report)).length;
  return [
    counted(reports.filter(({ verdict }) => verdict === 'fail').length, 'over budget'),
    counted(waived, 'over budget (waived)'),
    counted(warned, 'over a warning level'),
    counted(failures.length, 'without a report'),
  ];
}

function changes(reports: readonly Report[], unchanged: number): readonly (string | null)[] {
  const deltas = reports.flatMap(({ comparison }) => (comparison ? [comparison.delta.size] : []));
  const grew = deltas.filter(delta => delta > 0).length;
  const shrank = deltas.filter(delta => delta < 0).length;
  return [
    counted(grew, 'grew'),
    counted(shrank, 'shrank'),
    // Those whose size is the same and whose layers are not, or which hold their size over budget.
    counted(deltas.length - grew - shrank - unchanged, 'of the same size'),
    counted(unchanged, 'unchanged'),
    deltas.length > 0 ? counted(reports.length - deltas.length, 'not compared') : null,
    deltas.length === 0 && reports.length > 0 ? 'not compared' : null,
  ];
}

function counted(count: number, what: string): string | null {
  return count === 0 ? null : `${count} ${what}`;
}

function isPassed({ verdict }: Report): boolean {
  return verdict === 'pass';
}
