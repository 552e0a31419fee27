import { plural } from '../../base/number-text.ts';
import { phrase } from '../../base/phrase.ts';
import type { Failure } from '../failure.ts';
import { headlineOf } from '../headline.ts';
import { formatMarker, type Marker } from '../marker.ts';
import { safeUrl } from '../place-url.ts';
import type { Report } from '../report.ts';
import { distinctNames, orderReports } from '../report-order.ts';
import { combinedHeading } from './combined-heading.ts';
import { combinedSentences, combinedTable, imageRows } from './combined-table.ts';
import { fitDocument, pointerTo, type Space } from './document.ts';
import { failuresAlert } from './failures-alert.ts';
import { alertMarkdown, causesMarkdown, headingMarkdown } from './headline-markdown.ts';
import { escapeText, joinUnits, link } from './markdown-text.ts';
import { pageLink } from './page-link.ts';
import {
  COMMENT,
  type Fullness,
  MAX_COMMENT_LENGTH,
  MAX_SUMMARY_BYTES,
  reportDocument,
  SUMMARY,
} from './render-markdown.ts';
import { sectionMarkdown } from './section.ts';

/** Of all the room, what a table, the sentences or the failures may take: the rest has the details. */
const SHARE = 0.2;

/**
 * One comment on several images, at most `MAX_COMMENT_LENGTH` characters: one table, worst first, what is to be said of
 * each below it, each image's own details folded, and all that did not change in one fold.
 * @param failures images that have no report
 */
export function renderCombined(
  reports: readonly Report[],
  failures: readonly Failure[],
  marker?: Marker,
): string {
  const mark = marker ? `${formatMarker(marker)}\n` : '';
  const space = { room: MAX_COMMENT_LENGTH - mark.length, length: (text: string) => text.length };
  return `${mark}${combined(reports, failures, COMMENT, space)}`;
}

/** Several images in one job summary, at most `MAX_SUMMARY_BYTES` bytes. */
export function renderCombinedSummary(reports: readonly Report[], failures: readonly Failure[]): string {
  const space = { room: MAX_SUMMARY_BYTES, length: (text: string) => Buffer.byteLength(joinUnits(text)) };
  return combined(reports, failures, SUMMARY, space);
}

function combined(
  reports: readonly Report[],
  failures: readonly Failure[],
  fullness: Fullness,
  { room, length }: Space,
): string {
  const { moved, unchanged } = orderReports(reports);
  const names = distinctNames(reports);
  const shared = { room: room * SHARE, length };
  const rows = imageRows(moved, names);
  const same = combinedTable(imageRows(unchanged, names), shared);
  const summary = phrase`${unchanged.length} unchanged`;
  const foldUnchanged = (parts: readonly string[]): readonly string[] =>
    same === null
      ? []
      : [
          sectionMarkdown({
            summary,
            body: [same, ...parts].join('\n\n'),
            open: fullness.open,
          }),
        ];
  const alone = aloneHead(reports, failures, names, fullness);
  const top =
    alone ??
    [
      combinedHeading(reports, failures, unchanged.length),
      failuresAlert(failures, shared),
      combinedTable(rows, shared),
      combinedSentences(rows, shared),
    ].filter(part => part !== null);
  const foot = footOf(reports);
  const left = room - length([...top, ...foldUnchanged([]), ...foot].join('\n\n')) - '\n\n\n'.length;
  const all = [...moved, ...unchanged];
  const details = combinedDetails(all, names, fullness, { room: left, length });
  // One pointer may stand for the details of all.
  const outside = details.length === all.length ? moved.length : details.length;
  const parts = [...top, ...details.slice(0, outside), ...foldUnchanged(details.slice(outside)), ...foot];
  return joinUnits(`${parts.join('\n\n')}\n`);
}

/**
 * Of one image of whose platforms all the same is to be said: what a comment of its own begins with. null for any other images:
 * rows are the same whose sizes and largest causes are, and the other causes may be of one platform.
 */
function aloneHead(
  reports: readonly Report[],
  failures: readonly Failure[],
  names: ReadonlyMap<Report, string>,
  { causes }: Fullness,
): readonly string[] | null {
  const [row, ...others] = imageRows(reports, names);
  if (row === undefined || others.length > 0 || failures.length > 0) return null;
  const { title } = headlineOf(row.report);
  const subject = reports.length === 1 ? undefined : `${title} · ${plural(reports.length, 'platform')}`;
  const [head = [], ...further] = reports.map(report =>
    [headingMarkdown(report, subject), causesMarkdown(report, causes), alertMarkdown(report)].filter(
      part => part !== null,
    ),
  );
  return further.every(other => other.join('\n\n') === head.join('\n\n')) ? head : null;
}

/** More would be a list. */
const MAX_PAGE_LINKS = 12;

function footOf(reports: readonly Report[]): readonly string[] {
  const [first] = reports;
  if (!first) return [];
  const url = first.context.runUrl === null ? null : safeUrl(first.context.runUrl);
  const version = `deadweight ${escapeText(first.tool.version.slice(0, 40))}`;
  const pages = reports
    .slice(0, MAX_PAGE_LINKS)
    .map(report => pageLink(report, `All files of ${escapeText(headlineOf(report).title)}`));
  const parts = [...pages, url === null ? null : link('Run', url), version];
  return [`<sub>${parts.filter(part => part !== null).join(' · ')}</sub>`];
}

const BETWEEN = 2;

/**
 * The details of each image, folded, in the given order. Where there is no room, the last go first: an image loses
 * its sections in the order of a comment of its own, then all of its details, and a line says where they are.
 */
function combinedDetails(
  reports: readonly Report[],
  names: ReadonlyMap<Report, string>,
  fullness: Fullness,
  { room, length }: Space,
): readonly string[] {
  const pointers = reports.map(report => pointerTo(`Details of ${names.get(report) ?? ''}`, report));
  let reserved = pointers.reduce((sum, pointer) => sum + length(pointer) + BETWEEN, 0);
  const [first] = reports;
  if (reserved > room) return first ? [pointerTo(`Details of ${reports.length} images`, first)] : [];
  let left = room;
  let isFull = false;
  return reports.map((report, index) => {
    const pointer = pointers[index] ?? '';
    reserved -= length(pointer) + BETWEEN;
    const place = left - reserved - BETWEEN;
    const detail = isFull
      ? null
      : detailsOf(report, names.get(report) ?? '', fullness, { room: place, length });
    isFull = detail === null;
    left -= length(detail ?? pointer) + BETWEEN;
    return detail ?? pointer;
  });
}

/** null when there is no room for the least of it. */
function detailsOf(report: Report, name: string, fullness: Fullness, space: Space): string | null {
  const fold = (body: string): string =>
    sectionMarkdown({ summary: phrase`${summaryOf(report, name)}`, body, open: false });
  const inner = space.room - space.length(fold(''));
  if (inner <= 0) return null;
  const body = fitDocument(reportDocument(report, { ...fullness, open: false }), report, {
    room: inner,
    length: space.length,
  });
  const text = fold(body.trimEnd());
  return space.length(text) <= space.room ? text : null;
}

function summaryOf(report: Report, name: string): string {
  const { change, size, verdict } = headlineOf(report);
  return `${name}: ${change ?? size}${verdict === null ? '' : `, ${verdict}`}`;
}
