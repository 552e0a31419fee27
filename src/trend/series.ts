import {
  GROWTH_DAYS,
  LAST_TREND_POINTS,
  MAX_TREND_JUMPS,
  MAX_TREND_POINTS,
  type ReportTrend,
  type TrendGrowth,
  type TrendJump,
  type TrendPoint,
} from '../report/trend-schema.ts';
import type { History } from './history.ts';
import type { HistoryLine } from './history-line.ts';

/** Milliseconds. */
const DAY = 86_400_000;

/**
 * The lines of a history in the order in which their commits were pushed, oldest first; of a commit that has several, the
 * last. Pushes of one second are in the order of their runs.
 * @param now milliseconds since the epoch: what is dated more than a day later has a wrong date
 */
export function seriesOf({ entries }: History, now: number): readonly HistoryLine[] {
  const byCommit = new Map(
    entries.flatMap(entry => (entry.kind === 'line' ? [[entry.line.commit, entry.line] as const] : [])),
  );
  return withoutFuture([...byCommit.values()], now).toSorted(
    (one, other) => Date.parse(one.time) - Date.parse(other.time) || runNumber(one) - runNumber(other),
  );
}

/**
 * Lines in the order of their file, those of the future with the time of the next line: theirs was written before it. The
 * clock of a machine may be wrong, and earlier versions took the dates of commits.
 */
function withoutFuture(lines: readonly HistoryLine[], now: number): readonly HistoryLine[] {
  let time = new Date(now).toISOString();
  const dated = lines.toReversed().map(line => {
    if (Date.parse(line.time) <= now + DAY) time = line.time;
    return { ...line, time };
  });
  return dated.reverse();
}

/** GitHub counts runs. 0 where a line names none. */
function runNumber({ run }: HistoryLine): number {
  return Number(/^\d{1,15}(?=-)/.exec(run)?.[0] ?? 0);
}

/** The points of a series, each with what it added to the one before it. */
export function pointsOf(series: readonly HistoryLine[]): readonly TrendPoint[] {
  return series.map((line, index) => {
    const { time, commit, pullRequest, size, compressedSize, layerCount, efficiency, wastedBytes } = line;
    const before = series[index - 1];
    const delta = before === undefined ? null : size - before.size;
    return { time, commit, pullRequest, size, delta, compressedSize, layerCount, efficiency, wastedBytes };
  });
}

/**
 * What a report says of a series.
 * @param now where the windows of growth end. Milliseconds since the epoch
 * @returns null of an empty series
 */
export function makeTrend(series: readonly HistoryLine[], now: number): ReportTrend | null {
  const last = series.at(-1);
  if (last === undefined) return null;
  const points = pointsOf(series);
  const jumps = findJumps(points);
  return {
    branch: last.branch,
    pointCount: series.length,
    points: thin(points, jumps),
    jumps: [...jumps],
    growth: growthOf(series, now),
  };
}

/** The largest changes from one point to the next, largest first; of equal ones the latest first. */
export function findJumps(points: readonly TrendPoint[]): readonly TrendJump[] {
  const jumps = points.flatMap(({ time, commit, pullRequest, size, delta }) =>
    delta ? [{ time, commit, pullRequest, bytes: delta, size }] : [],
  );
  return jumps
    .reverse()
    .toSorted((one, other) => Math.abs(other.bytes) - Math.abs(one.bytes))
    .slice(0, MAX_TREND_JUMPS);
}

/** A size holds until the next commit: a window begins with that of the last commit before it. */
export function growthOf(series: readonly HistoryLine[], now: number): TrendGrowth[] {
  const last = series.at(-1);
  if (last === undefined) return [];
  // The clock of the machine that tells of it may be behind GitHub's.
  const end = Math.max(now, Date.parse(last.time));
  return GROWTH_DAYS.flatMap(days => {
    const start = series.findLast(({ time }) => Date.parse(time) <= end - days * DAY);
    return start === undefined ? [] : [{ days, before: start.size, bytes: last.size - start.size }];
  });
}

/**
 * At most so many of the points as a report holds: the first, the last ones, both extremes, the jumps with what was before
 * them, and every n-th.
 */
function thin(points: readonly TrendPoint[], jumps: readonly TrendJump[]): TrendPoint[] {
  if (points.length <= MAX_TREND_POINTS) return [...points];
  const sizes = points.map(({ size }) => size);
  const indexes = new Map(points.map(({ commit }, index) => [commit, index]));
  const kept = new Set([0]);
  for (let back = 1; back <= LAST_TREND_POINTS; back += 1) kept.add(points.length - back);
  for (const extreme of [smallest(sizes), largest(sizes)]) kept.add(sizes.indexOf(extreme));
  for (const { commit } of jumps) {
    const index = indexes.get(commit) ?? 0;
    kept.add(index).add(Math.max(0, index - 1));
  }
  const room = MAX_TREND_POINTS - kept.size;
  for (let step = 0; step < room; step += 1) kept.add(Math.floor((step * points.length) / room));
  return points.filter((_point, index) => kept.has(index));
}

/** Of at least one number; `Math.min` takes as many as the stack has room for. */
export function smallest(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
}

/** Of at least one number. */
export function largest(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);
}
