import { safeUrl } from '../place-url.ts';
import type { Report } from '../report.ts';
import { escapeText, joinUnits, link } from './markdown-text.ts';
import { DROPPED_FIRST, type Section, type SectionName, sectionMarkdown } from './section.ts';

/** What a text has to fit into. */
export interface Space {
  readonly room: number;
  /** Of a text, in the unit of `room`. */
  readonly length: (text: string) => number;
}

/** Markdown before it was made to fit. */
export interface Document {
  /** What is never left out; its parts are bounded where they are made. */
  readonly head: readonly string[];
  /** In the order of reading. */
  readonly sections: readonly Section[];
  readonly foot: readonly string[];
}

/**
 * The document within its limit. Sections are left out whole, in a fixed order, and each leaves a line that says
 * where to read it: a table is never cut.
 */
export function fitDocument(document: Document, report: Report, { room, length }: Space): string {
  const dropped = new Set<SectionName>();
  for (const name of [null, ...DROPPED_FIRST]) {
    if (name !== null) dropped.add(name);
    const text = assemble(document, dropped, report);
    if (length(text) <= room) return text;
  }
  return `${document.head.join('\n\n')}\n`;
}

function assemble(
  { head, sections, foot }: Document,
  dropped: ReadonlySet<SectionName>,
  report: Report,
): string {
  const shown = sections.map(section =>
    dropped.has(section.name) ? pointerTo(section.name, report) : sectionMarkdown(section),
  );
  return joinUnits(`${[...head, ...shown, ...foot].join('\n\n')}\n`);
}

/** The line in place of what there is no room for: `Layers: too long for here, see the job summary.` */
export function pointerTo(what: string, { context }: Report): string {
  const url = context.runUrl === null ? null : safeUrl(context.runUrl);
  const where = url === null ? 'the job summary' : link('the job summary', url);
  return `${escapeText(what)}: too long for here, see ${where}.`;
}
