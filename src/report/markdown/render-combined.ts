import { phrase } from '../../base/phrase.ts';
import type { Failure } from '../failure.ts';
import { formatMarker, type Marker } from '../marker.ts';
import { safeUrl } from '../place-url.ts';
import { distinctNames, rankingOf } from '../ranking.ts';
import type { Report } from '../report.ts';
import { combinedDetails, type Space } from './combined-details.ts';
import { combinedHeading } from './combined-heading.ts';
import { combinedTable } from './combined-table.ts';
import { escapeText, link } from './escape.ts';
import { failuresAlert } from './failures-alert.ts';
import { COMMENT_LIMIT, MAX_SUMMARY_BYTES } from './render-markdown.ts';
import { COMMENT, type Fullness, SUMMARY } from './report-document.ts';
import { sectionMarkdown } from './section.ts';

/** Of all the room, what a table or the failures may take: the rest has the details. */
const SHARE = 0.25;

/**
 * One comment on several images, at most `COMMENT_LIMIT` characters: one table, worst first, what did not change
 * folded, and each image's own details below.
 * @param failures images that have no report
 */
export function renderCombined(
  reports: readonly Report[],
  failures: readonly Failure[],
  marker?: Marker,
): string {
  const mark = marker ? `${formatMarker(marker)}\n` : '';
  const space = { room: COMMENT_LIMIT - mark.length, length: (text: string) => text.length };
  return `${mark}${combined(reports, failures, COMMENT, space)}`;
}

/** The same for the job summary, at most `MAX_SUMMARY_BYTES` bytes. */
export function renderCombinedSummary(reports: readonly Report[], failures: readonly Failure[]): string {
  const space = { room: MAX_SUMMARY_BYTES, length: (text: string) => Buffer.byteLength(text) };
  return combined(reports, failures, SUMMARY, space);
}

function combined(
  reports: readonly Report[],
  failures: readonly Failure[],
  fullness: Fullness,
  { room, length }: Space,
): string {
  const { moved, unchanged } = rankingOf(reports);
  const names = distinctNames(reports);
  const tableOf = (rows: readonly Report[]): string | null =>
    combinedTable(rows, names, room * SHARE, length);
  const same = tableOf(unchanged);
  const summary = phrase`${unchanged.length} unchanged`;
  const top = [
    combinedHeading(reports, failures, unchanged.length),
    failuresAlert(failures, { room: room * SHARE, length }),
    tableOf(moved),
    same === null ? null : sectionMarkdown({ name: 'Unchanged', summary, body: same, open: fullness.open }),
  ].filter(part => part !== null);
  const foot = footOf(reports);
  const left = room - length([...top, ...foot].join('\n\n')) - '\n\n\n'.length;
  const details = combinedDetails([...moved, ...unchanged], names, fullness, { room: left, length });
  return `${[...top, ...details, ...foot].join('\n\n')}\n`;
}

function footOf(reports: readonly Report[]): readonly string[] {
  const [first] = reports;
  if (!first) return [];
  const url = first.context.runUrl === null ? null : safeUrl(first.context.runUrl);
  const version = `deadweight ${escapeText(first.tool.version.slice(0, 40))}`;
  return [`<sub>${url === null ? version : `${link('Run', url)} · ${version}`}</sub>`];
}
