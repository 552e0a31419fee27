import { z } from 'zod';
import { lazy } from '../base/lazy.ts';

/** Points that a report holds at most: more than a plot has columns for. */
export const MAX_TREND_POINTS = 400;
/** The last of them are all there, however long the history is. */
export const LAST_TREND_POINTS = 20;
/** The largest changes between neighbours that a report lists. */
export const MAX_TREND_JUMPS = 10;
/** The windows over which growth is told. Days. */
export const GROWTH_DAYS = [7, 30, 90] as const;

const bytes = lazy(() => z.int().min(0).describe('bytes'));
const signedBytes = lazy(() => z.int().describe('bytes, signed'));
const count = lazy(() => z.int().min(0));
const time = lazy(() =>
  z.iso.datetime().describe('When the commit was pushed; of the run where that is not known. UTC'),
);
const pullRequest = lazy(() =>
  z
    .int()
    .min(1)
    .nullable()
    .describe('Number of the pull request that the commit merged; null where the commit names none'),
);

export const trendPoint = lazy(() =>
  z.object({
    time: time(),
    commit: z.string(),
    pullRequest: pullRequest(),
    size: bytes().describe('Uncompressed bytes of regular files, as `image.size`'),
    delta: signedBytes()
      .nullish()
      .describe(
        'What the commit added to the size of the one before it, listed or not; null of the first, absent in reports of earlier versions',
      ),
    compressedSize: bytes()
      .nullable()
      .describe('As a registry holds it, in bytes; null where it was not known'),
    layerCount: count(),
    efficiency: z.number().min(0).max(1).describe('Visible bytes / bytes of all layers'),
    wastedBytes: bytes().describe('Bytes of own layers that the final filesystem does not show'),
  }),
);

export const trendJump = lazy(() =>
  z.object({
    time: time(),
    commit: z.string(),
    pullRequest: pullRequest(),
    bytes: signedBytes().describe('What the commit added to the size of the one before it'),
    size: bytes().describe('After it, uncompressed'),
  }),
);

export const trendGrowth = lazy(() =>
  z.object({
    days: z
      .union(GROWTH_DAYS.map(days => z.literal(days)))
      .describe('Length of the window, which ends with the report'),
    before: bytes().describe('Uncompressed size when the window began'),
    bytes: signedBytes().describe('What was added since then'),
  }),
);

/** The weight of a branch over time, one point a commit. */
export const trendSchema = lazy(() =>
  z.object({
    branch: z.string().describe('The branch that was pushed, without refs/heads/'),
    pointCount: count().describe('Points of the history, listed or not'),
    points: z
      .array(trendPoint())
      .min(1)
      .max(MAX_TREND_POINTS)
      .describe(
        `Oldest first; of a longer history the first, the last ${LAST_TREND_POINTS}, the jumps and some in equal distances`,
      ),
    jumps: z
      .array(trendJump())
      .max(MAX_TREND_JUMPS)
      .describe(
        'The largest changes of the size from one point of the whole history to the next, largest first',
      ),
    growth: z
      .array(trendGrowth())
      .max(GROWTH_DAYS.length)
      .describe('Shortest window first; a window that begins before the history is left out'),
  }),
);

export type ReportTrend = z.infer<ReturnType<typeof trendSchema>>;
export type TrendPoint = ReportTrend['points'][number];
export type TrendJump = ReportTrend['jumps'][number];
export type TrendGrowth = ReportTrend['growth'][number];
