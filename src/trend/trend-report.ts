import { z } from 'zod';
import { lazy } from '../base/lazy.ts';
import { safeText } from '../base/untrusted-text.ts';
import { trendGrowth, trendJump, trendPoint } from '../report/trend-schema.ts';
import type { HistoryLine } from './history-line.ts';
import { findJumps, growthOf, largest, pointsOf, smallest } from './series.ts';

/** Raise it when a name or a meaning changes; adding a field does not. */
const TREND_REPORT_VERSION = 1;

const trendImage = lazy(() =>
  z.object({
    key: z.string().describe('Of its reports: image, target and platform'),
    title: z.string().describe('What people call the image'),
    platform: z.string(),
    file: z.string().describe('Name of its history'),
    branch: z.string().describe('The branch that was pushed last, without refs/heads/'),
    points: z.array(trendPoint()).min(1).describe('One a commit, oldest first'),
    least: trendPoint().describe('The latest of the smallest'),
    most: trendPoint().describe('The latest of the largest'),
    jumps: z.array(trendJump()).describe('Largest changes from one commit to the next, largest first'),
    growth: z
      .array(trendGrowth())
      .describe('Shortest window first; a window that begins before the history is left out'),
  }),
);

/** What `deadweight trend` tells. */
export const trendReportSchema = lazy(() =>
  z
    .object({
      schemaVersion: z.literal(TREND_REPORT_VERSION),
      tool: z.object({ name: z.literal('deadweight'), version: z.string() }),
      images: z.array(trendImage()),
      notices: z.array(z.object({ code: z.string(), message: z.string() })),
    })
    .describe('The weight of images over time'),
);

export type TrendReport = z.infer<ReturnType<typeof trendReportSchema>>;
export type TrendImage = TrendReport['images'][number];

/** One image with its history, which has lines. */
export interface NamedSeries {
  /** Name of its file. */
  readonly file: string;
  /** Oldest first, at least one. */
  readonly series: readonly HistoryLine[];
}

/** @param now milliseconds since the epoch */
export function makeTrendReport(
  images: readonly NamedSeries[],
  notices: TrendReport['notices'],
  toolVersion: string,
  now: number,
): TrendReport {
  return {
    schemaVersion: TREND_REPORT_VERSION,
    tool: { name: 'deadweight', version: toolVersion },
    images: images.flatMap(image => imageOf(image, now) ?? []),
    notices: [...notices],
  };
}

function imageOf({ file, series }: NamedSeries, now: number): TrendImage | null {
  const points = pointsOf(series);
  const sizes = points.map(({ size }) => size);
  const last = series.at(-1);
  const least = points[sizes.lastIndexOf(smallest(sizes))];
  const most = points[sizes.lastIndexOf(largest(sizes))];
  if (last === undefined || least === undefined || most === undefined) return null;
  return {
    key: last.key,
    title: last.title,
    platform: last.platform,
    file,
    branch: last.branch,
    points: [...points],
    least,
    most,
    jumps: [...findJumps(points)],
    growth: growthOf(series, now),
  };
}

/** As JSON: `schema/trend.schema.json`. */
export function renderTrendJson(report: TrendReport): string {
  return `${safeText(JSON.stringify(report, null, 2), 'json')}\n`;
}
