import { formatMarker, type Marker } from '../marker.ts';
import type { Report } from '../report.ts';
import { type Document, fitted } from './document.ts';
import { headingMarkdown } from './headline-markdown.ts';
import { COMMENT, type Fullness, reportDocument, SUMMARY } from './report-document.ts';

/** GitHub refuses comments of more than 65,536 characters. */
export const COMMENT_LIMIT = 60_000;

/** GitHub refuses summaries of more than 1 MiB a step. UTF-8 bytes. */
export const MAX_SUMMARY_BYTES = 1_000_000;

/** The comment on a pull request, at most `COMMENT_LIMIT` characters; with the marker as its first line when given. */
export function renderMarkdown(report: Report, options: { readonly marker?: Marker } = {}): string {
  const mark = options.marker ? `${formatMarker(options.marker)}\n` : '';
  const document = headed(report, COMMENT);
  return `${mark}${fitted(document, report, COMMENT_LIMIT - mark.length, text => text.length)}`;
}

/** The job summary: the same with more of everything, at most `MAX_SUMMARY_BYTES` bytes. */
export function renderSummary(report: Report): string {
  return fitted(headed(report, SUMMARY), report, MAX_SUMMARY_BYTES, text => Buffer.byteLength(text));
}

function headed(report: Report, fullness: Fullness): Document {
  const document = reportDocument(report, fullness);
  return { ...document, head: [headingMarkdown(report), ...document.head] };
}
