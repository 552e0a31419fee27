import { formatMarker, type Marker } from '../marker.ts';
import type { Report } from '../report.ts';
import { buildSection, warningsSection } from './build-section.ts';
import { type Document, fitted } from './document.ts';
import { figuresTable } from './figures-table.ts';
import { findingsSection } from './findings-section.ts';
import { footerMarkdown } from './footer-markdown.ts';
import { alertMarkdown, causesMarkdown, headingMarkdown } from './headline-markdown.ts';
import { layersSection } from './layers-section.ts';
import { wasteSection } from './waste-section.ts';

/** GitHub refuses comments of more than 65,536 characters. */
export const COMMENT_LIMIT = 60_000;

/** GitHub refuses summaries of more than 1 MiB a step. UTF-8 bytes. */
export const SUMMARY_LIMIT = 1_000_000;

interface Fullness {
  readonly causes: number;
  readonly layers: number;
  readonly findings: number;
  readonly waste: number;
  readonly steps: number;
  readonly warnings: number;
  readonly notices: number;
  readonly open: boolean;
}

const COMMENT: Fullness = {
  causes: 4,
  layers: 40,
  findings: 12,
  waste: 20,
  steps: 40,
  warnings: 20,
  notices: 10,
  open: false,
};

const SUMMARY: Fullness = {
  causes: 10,
  layers: 500,
  findings: 100,
  waste: 200,
  steps: 500,
  warnings: 100,
  notices: 50,
  open: true,
};

/** The comment on a pull request, at most `COMMENT_LIMIT` characters; with the marker as its first line when given. */
export function renderMarkdown(report: Report, options: { readonly marker?: Marker } = {}): string {
  const document = documentOf(report, COMMENT);
  const mark = options.marker ? `${formatMarker(options.marker)}\n` : '';
  return `${mark}${fitted(document, report, COMMENT_LIMIT - mark.length, text => text.length)}`;
}

/** The job summary: the same with more of everything, at most `SUMMARY_LIMIT` bytes. */
export function renderSummary(report: Report): string {
  return fitted(documentOf(report, SUMMARY), report, SUMMARY_LIMIT, text => Buffer.byteLength(text));
}

function documentOf(report: Report, fullness: Fullness): Document {
  const head = [
    headingMarkdown(report),
    causesMarkdown(report, fullness.causes),
    alertMarkdown(report),
    figuresTable(report),
  ];
  const sections = [
    layersSection(report, fullness.layers, fullness.open),
    findingsSection(report, fullness.findings, fullness.open),
    wasteSection(report, fullness.waste),
    buildSection(report, fullness.steps),
    warningsSection(report, fullness.warnings),
  ];
  return {
    head: head.filter(part => part !== null),
    sections: sections.filter(section => section !== null),
    foot: [footerMarkdown(report, fullness.notices)],
  };
}
