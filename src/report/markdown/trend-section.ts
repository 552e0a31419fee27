import { shortCommit } from '../../base/commit.ts';
import { formatRatio, formatSize, formatSizeDelta } from '../../base/number-text.ts';
import { code, phrase } from '../../base/phrase.ts';
import { changeText } from '../headline.ts';
import { safeUrl } from '../place-url.ts';
import type { Report } from '../report.ts';
import type { ReportTrend, TrendJump, TrendPoint } from '../trend-schema.ts';
import { codeSpan, escapeText, fenced, link } from './markdown-text.ts';
import { type Section, table } from './section.ts';

/** The last points that are listed. */
const MAX_ROWS = 20;
const MAX_JUMPS = 5;
/** Points of the line, at equal distances. */
const MAX_SAMPLES = 60;
const DAY = 86_400_000;
/** Mermaid's own colour of the line is hardly seen on white, and its chart is as high as a screen. */
const LOOK =
  '%%{init: {"xyChart": {"height": 320}, "themeVariables": {"xyChart": {"plotColorPalette": "#0969da"}}}}%%';

/** The weight over time: a chart of up to 90 days, the largest changes and the last points; null where there is one point. */
export function trendSection(report: Report, open: boolean): Section | null {
  const { trend, context } = report;
  if (!trend || trend.points.length < 2) return null;
  const body = [chart(trend), growthLine(trend), jumpsTable(trend.jumps, context), lastTable(trend, context)];
  return {
    name: 'Trend',
    summary: phrase`Size of ${code(trend.branch, 60)} over time`,
    body: body.filter(part => part !== null).join('\n\n'),
    open,
  };
}

/**
 * A size holds until the next commit, so that the line is right between points as well. Its axes are numbers, which
 * Mermaid never draws over each other. https://mermaid.js.org/syntax/xyChart.html
 */
function chart({ points }: ReportTrend): string {
  const end = timeOf(points.at(-1));
  const start = Math.max(timeOf(points[0]), end - 90 * DAY);
  const days = (end - start) / DAY;
  // Pushes of one day stand side by side.
  const isShort = days < 1;
  const sizes = isShort
    ? points.slice(-MAX_SAMPLES).map(({ size }) => size)
    : samples(points, start, end, Math.min(MAX_SAMPLES, Math.max(2, Math.ceil(days) + 1)));
  const most = Math.max(...sizes);
  const { unit, divisor } = unitOf(most);
  const values = sizes.map(size => round(size / divisor));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = Math.max((high - low) * 0.1, high * 0.005, 0.1);
  const across = isShort
    ? `x-axis "last pushes" 1 --> ${sizes.length}`
    : `x-axis "days before the last push" -${round(days)} --> 0`;
  return fenced('mermaid', [
    LOOK,
    'xychart-beta',
    `    ${across}`,
    `    y-axis "${unit}" ${Math.max(0, round(low - margin))} --> ${round(high + margin)}`,
    `    line [${values.join(', ')}]`,
  ]);
}

function samples(
  points: readonly TrendPoint[],
  start: number,
  end: number,
  count: number,
): readonly number[] {
  return Array.from({ length: count }, (_sample, index) => {
    const at = start + ((end - start) * index) / (count - 1);
    return (points.findLast(point => timeOf(point) <= at) ?? points[0])?.size ?? 0;
  });
}

function timeOf(point: TrendPoint | undefined): number {
  return Date.parse(point?.time ?? '');
}

function unitOf(bytes: number): { readonly unit: string; readonly divisor: number } {
  if (bytes >= 10e9) return { unit: 'GB', divisor: 1e9 };
  return bytes >= 1e6 ? { unit: 'MB', divisor: 1e6 } : { unit: 'kB', divisor: 1e3 };
}

function round(value: number): number {
  return Number(value.toFixed(1));
}

function growthLine({ growth }: ReportTrend): string | null {
  if (growth.length === 0) return null;
  const parts = growth.map(({ days, bytes, before }) => `${days} days: ${changeText(bytes, before)}`);
  return escapeText(`Last ${parts.join(' · ')}`);
}

function jumpsTable(jumps: readonly TrendJump[], context: Report['context']): string | null {
  if (jumps.length === 0) return null;
  return table(
    [
      { title: 'largest changes', align: 'right' },
      { title: 'size', align: 'right' },
      { title: 'commit', align: 'left' },
    ],
    jumps
      .slice(0, MAX_JUMPS)
      .map(jump => [
        escapeText(formatSizeDelta(jump.bytes)),
        escapeText(formatSize(jump.size)),
        placeOf(jump, context),
      ]),
  );
}

function lastTable({ points }: ReportTrend, context: Report['context']): string {
  const last = points.slice(-MAX_ROWS).reverse();
  return table(
    [
      { title: `last ${last.length}`, align: 'left' },
      { title: 'size', align: 'right' },
      { title: 'efficiency', align: 'right' },
    ],
    last.map(point => [
      placeOf(point, context),
      escapeText(formatSize(point.size)),
      escapeText(formatRatio(point.efficiency)),
    ]),
  );
}

/** The day (UTC), the commit and its pull request, as links where the repository is known. */
function placeOf(
  { time, commit, pullRequest }: TrendPoint | TrendJump,
  { repositoryUrl }: Report['context'],
): string {
  const linked = (label: string, path: string): string => {
    const url = repositoryUrl === null ? null : safeUrl(`${repositoryUrl}/${path}`);
    return url === null ? label : link(label, url);
  };
  const commitLink = linked(codeSpan(shortCommit(commit)), `commit/${encodeURIComponent(commit)}`);
  const request =
    pullRequest === null ? '' : `, ${linked(escapeText(`#${pullRequest}`), `pull/${pullRequest}`)}`;
  return `${escapeText(time.slice(0, 10))} ${commitLink}${request}`;
}
