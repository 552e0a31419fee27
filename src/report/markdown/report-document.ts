import type { Report } from '../report.ts';
import { buildSection, warningsSection } from './build-section.ts';
import { causesSection } from './causes-section.ts';
import type { Document } from './document.ts';
import { figuresTable } from './figures-table.ts';
import { findingsSection } from './findings-section.ts';
import { footerMarkdown } from './footer-markdown.ts';
import { alertMarkdown, causesMarkdown } from './headline-markdown.ts';
import { layersSection } from './layers-section.ts';
import { wasteSection } from './waste-section.ts';

/** How much of everything is listed. */
export interface Fullness {
  readonly causes: number;
  /** In the table of all causes: of them, and of the packages and directories of each. */
  readonly allCauses: number;
  readonly causeParts: number;
  readonly layers: number;
  readonly findings: number;
  readonly waste: number;
  readonly steps: number;
  readonly warnings: number;
  readonly notices: number;
  readonly open: boolean;
}

export const COMMENT: Fullness = {
  causes: 4,
  allCauses: 8,
  causeParts: 5,
  layers: 40,
  findings: 12,
  waste: 20,
  steps: 40,
  warnings: 20,
  notices: 10,
  open: false,
};

export const SUMMARY: Fullness = {
  causes: 10,
  allCauses: 50,
  causeParts: 10,
  layers: 500,
  findings: 100,
  waste: 200,
  steps: 500,
  warnings: 100,
  notices: 50,
  open: true,
};

/** All about one image, below its heading. */
export function reportDocument(report: Report, fullness: Fullness): Document {
  const head = [causesMarkdown(report, fullness.causes), alertMarkdown(report), figuresTable(report)];
  const { causes: told, allCauses: causes, causeParts: parts } = fullness;
  const sections = [
    causesSection(report, { told, causes, parts }, fullness.open),
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
