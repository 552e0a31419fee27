import { phrase } from '../../base/phrase.ts';
import { headlineOf } from '../headline.ts';
import { safeUrl } from '../place-url.ts';
import type { Report } from '../report.ts';
import { fitted } from './document.ts';
import { escapeText, link } from './escape.ts';
import { type Fullness, reportDocument } from './report-document.ts';
import { sectionMarkdown } from './section.ts';

/** What the details of several images have to fit into. */
export interface Space {
  readonly room: number;
  /** Of a text, in the unit of `room`. */
  readonly length: (text: string) => number;
}

const BETWEEN = 2;

/**
 * The details of each image, folded, in the given order. Where there is no room, the last go first: an image loses
 * its sections in the order of a comment of its own, then all of its details, and a line says where they are.
 */
export function combinedDetails(
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
    sectionMarkdown({ name, summary: phrase`${summaryOf(report, name)}`, body, open: false });
  const inner = space.room - space.length(fold(''));
  if (inner <= 0) return null;
  const body = fitted(reportDocument(report, { ...fullness, open: false }), report, inner, space.length);
  const text = fold(body.trimEnd());
  return space.length(text) <= space.room ? text : null;
}

function summaryOf(report: Report, name: string): string {
  const { change, size, verdict } = headlineOf(report);
  return `${name}: ${change ?? size}${verdict === null ? '' : `, ${verdict}`}`;
}

function pointerTo(what: string, { context }: Report): string {
  const url = context.runUrl === null ? null : safeUrl(context.runUrl);
  const where = url === null ? 'the job summary' : link('the job summary', url);
  return `${escapeText(what)}: too long for here, see ${where}.`;
}
