import { briefLine } from '../base/untrusted-text.ts';
import { exceededBudgets } from './budget-cell.ts';
import { headlineOf } from './headline.ts';
import type { Report } from './report.ts';
import { hasSameLayers } from './same-layers.ts';

/** Several reports in the order of reading. */
export interface Ranking {
  /** Worst first: what failed, what warns, then by growth. */
  readonly moved: readonly Report[];
  /** Within budget, and of the same layers as what they are compared with. */
  readonly unchanged: readonly Report[];
}

export function orderReports(reports: readonly Report[]): Ranking {
  const sorted = reports.toSorted(
    (a, b) => severity(a) - severity(b) || growth(b) - growth(a) || byName(a, b),
  );
  return {
    moved: sorted.filter(report => !isUnchanged(report)),
    unchanged: sorted.filter(isUnchanged),
  };
}

function severity({ verdict }: Report): number {
  return { fail: 0, warn: 1, pass: 2 }[verdict];
}

/** What nobody compared stands between what grew and what shrank. */
function growth({ comparison }: Report): number {
  return comparison?.delta.size ?? 0;
}

function byName(a: Report, b: Report): number {
  const [left, right] = [nameOf(a), nameOf(b)];
  if (left !== right) return left < right ? -1 : 1;
  return a.key < b.key ? -1 : Number(a.key > b.key);
}

/** Whether a comment of its own says `unchanged`: images of the same size may hold other files. */
function isUnchanged(report: Report): boolean {
  const { comparison, verdict } = report;
  if (comparison === null || verdict !== 'pass' || exceededBudgets(report).length > 0) return false;
  return hasSameLayers(comparison);
}

/** What nobody has to be told: images of another platform say so. */
export const USUAL_PLATFORM = 'linux/amd64';

/** `app · linux/amd64`. */
export function nameOf(report: Report): string {
  const { title, platform } = headlineOf(report);
  return `${title} · ${platform}`;
}

/** The names of reports: with the platform where there are several, and with the key where two would be called the same. */
export function distinctNames(reports: readonly Report[]): ReadonlyMap<Report, string> {
  const isUsual = reports.every(report => headlineOf(report).platform === USUAL_PLATFORM);
  const briefName = (report: Report) => (isUsual ? headlineOf(report).title : nameOf(report));
  const counts = new Map<string, number>();
  for (const report of reports) counts.set(briefName(report), (counts.get(briefName(report)) ?? 0) + 1);
  return new Map(
    reports.map(report => {
      const name = briefName(report);
      const isAlone = (counts.get(name) ?? 0) < 2;
      return [report, isAlone ? name : `${name} (${briefLine(report.key, 60)})`];
    }),
  );
}
