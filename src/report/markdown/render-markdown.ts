import { message, phrase } from '../../base/phrase.ts';
import { FIRST_CAUSES } from '../cause-rows.ts';
import { baseText, shownNotices } from '../headline.ts';
import { formatMarker, type Marker } from '../marker.ts';
import { safeUrl } from '../place-url.ts';
import type { Report } from '../report.ts';
import { hasSameLayers } from '../same-layers.ts';
import { countMadeByCommand } from '../sentences/finding-line.ts';
import { trendSentence } from '../sentences/trend-sentence.ts';
import { buildSection, warningsSection } from './build-section.ts';
import { causesSection } from './causes-section.ts';
import { type Document, fitDocument } from './document.ts';
import { figuresTable } from './figures-table.ts';
import { findingsSection, freshFindings, ignoredSection } from './findings-section.ts';
import { alertMarkdown, causesMarkdown, headingMarkdown } from './headline-markdown.ts';
import { layersSection } from './layers-section.ts';
import { escapeText, link, phraseMarkdown } from './markdown-text.ts';
import { pageLink } from './page-link.ts';
import { type Section, sectionMarkdown } from './section.ts';
import { squashedMarkdown } from './squash-markdown.ts';
import { trendSection } from './trend-section.ts';
import { wasteSection } from './waste-section.ts';

/** GitHub refuses comments of more than 65,536 characters. */
export const MAX_COMMENT_LENGTH = 60_000;

/** GitHub refuses summaries of more than 1 MiB a step. UTF-8 bytes. */
export const MAX_SUMMARY_BYTES = 1_000_000;

/** The comment on a pull request, at most `MAX_COMMENT_LENGTH` characters; with the marker as its first line when given. */
export function renderMarkdown(report: Report, options: { readonly marker?: Marker } = {}): string {
  const mark = options.marker ? `${formatMarker(options.marker)}\n` : '';
  const document = withHeading(report, COMMENT);
  return `${mark}${fitDocument(document, report, { room: MAX_COMMENT_LENGTH - mark.length, length: text => text.length })}`;
}

/** The job summary: the same with more of everything, at most `MAX_SUMMARY_BYTES` bytes. */
export function renderSummary(report: Report): string {
  return fitDocument(withHeading(report, SUMMARY), report, {
    room: MAX_SUMMARY_BYTES,
    length: text => Buffer.byteLength(text),
  });
}

function withHeading(report: Report, fullness: Fullness): Document {
  const document = reportDocument(report, fullness);
  return { ...document, head: [headingMarkdown(report), ...document.head] };
}

/** How much of everything is listed. */
export interface Fullness {
  readonly causes: number;
  /** In the table of all of them. */
  readonly allCauses: number;
  readonly layers: number;
  readonly findings: number;
  readonly waste: number;
  readonly steps: number;
  readonly warnings: number;
  readonly notices: number;
  /** Whether the weight over time is drawn. */
  readonly trend: boolean;
  readonly open: boolean;
}

export const COMMENT: Fullness = {
  causes: FIRST_CAUSES,
  allCauses: 30,
  layers: 40,
  findings: 12,
  waste: 20,
  steps: 40,
  warnings: 20,
  notices: 10,
  trend: false,
  open: false,
};

export const SUMMARY: Fullness = {
  causes: 10,
  allCauses: 100,
  layers: 500,
  findings: 100,
  waste: 200,
  steps: 500,
  warnings: 100,
  notices: 50,
  trend: true,
  open: true,
};

/** All about one image, below its heading. */
export function reportDocument(report: Report, fullness: Fullness): Document {
  const fresh = freshFindings(report);
  const foot = [footerMarkdown(report, fullness.notices)];
  const sections = [
    causesSection(report, { causesAbove: fullness.causes, causes: fullness.allCauses }, fullness.open),
    layersSection(report, fullness.layers, fullness.open),
    findingsSection(report, fullness.findings, fullness.open, fresh?.told),
    ignoredSection(report),
    wasteSection(report, fullness.waste),
    buildSection(report, fullness.steps),
    warningsSection(report, fullness.warnings),
    fullness.trend ? trendSection(report, fullness.open) : null,
  ].filter(section => section !== null);
  const alert = alertMarkdown(report);
  if (alert === null && report.comparison && hasSameLayers(report.comparison)) {
    const told = causesMarkdown(report, fullness.causes);
    return { head: told === null ? [] : [told], sections: [foldAll(report, sections)], foot };
  }
  const head = [
    causesMarkdown(report, fullness.causes),
    alert,
    fresh?.markdown ?? null,
    figuresTable(report),
    squashedMarkdown(report),
    trendMarkdown(report),
  ];
  return { head: head.filter(part => part !== null), sections, foot };
}

function trendMarkdown(report: Report): string | null {
  const sentence = trendSentence(report);
  return sentence && phraseMarkdown(sentence, report.context);
}

/** Of an image that did not change all is one fold. */
function foldAll(report: Report, sections: readonly Section[]): Section {
  const parts = [figuresTable(report), squashedMarkdown(report), ...sections.map(sectionMarkdown)];
  const body = parts.filter(part => part !== null).join('\n\n');
  return { name: 'Details', summary: phrase`Figures, layers and the build`, body, open: false };
}

/** The base's explanation, what could not be known, and where to read on. */
function footerMarkdown(report: Report, mostNotices: number): string {
  const { context, tool } = report;
  const notices = shownNotices(report);
  const base = baseText(report);
  const url = context.runUrl === null ? null : safeUrl(context.runUrl);
  const listed = notices
    .slice(0, mostNotices)
    .map(notice => phraseMarkdown(message(notice.message), context));
  if (notices.length > listed.length) listed.push(`${notices.length - listed.length} more notices`);
  const made = countMadeByCommand(report.findings);
  const last = [
    made === 0 ? null : `\`deadweight fix\` makes ${made} of the fixes`,
    pageLink(report, 'All files and lines'),
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
