import { message } from '../../base/phrase.ts';
import { baseText, shownNotices } from '../headline.ts';
import { safeUrl } from '../place-url.ts';
import type { Report } from '../report.ts';
import { escapeText, link } from './escape.ts';
import { phraseMarkdown } from './phrase-markdown.ts';

/** The base's explanation, what could not be known, and where to read on. */
export function footerMarkdown(report: Report, mostNotices: number): string {
  const { context, tool } = report;
  const notices = shownNotices(report);
  const base = baseText(report);
  const url = context.runUrl === null ? null : safeUrl(context.runUrl);
  const listed = notices
    .slice(0, mostNotices)
    .map(notice => phraseMarkdown(message(notice.message), context));
  if (notices.length > listed.length) listed.push(`${notices.length - listed.length} more notices`);
  const last = [
    url === null ? null : link('Run', url),
    `deadweight ${escapeText(tool.version.slice(0, 40))}`,
  ];
  const lines = [
    base === null ? null : phraseMarkdown(message(base, 300), context),
    ...listed.map(text => `Note: ${text}`),
    last.filter(part => part !== null).join(' · '),
  ];
  return `<sub>${lines.filter(line => line !== null).join('<br>')}</sub>`;
}
