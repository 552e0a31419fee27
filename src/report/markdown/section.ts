import type { Phrase } from '../../base/phrase.ts';
import { columnsOf } from '../text-width.ts';
import { breakableCell } from './breakable-cell.ts';
import { phraseHtml } from './markdown-text.ts';

/** The sections, what a reader misses least first: so they go when there is no room. */
export const DROPPED_FIRST = [
  'Build',
  "BuildKit's checks",
  'Trend',
  'Largest waste',
  'Layers',
  'Ignored findings',
  'Why',
  'Fixes',
  'Details',
] as const;

/** What a pointer calls a section that is left out. */
export type SectionName = (typeof DROPPED_FIRST)[number];

/** A folded part of a comment or a summary. It is shown whole or not at all. */
export interface Section {
  readonly name: SectionName;
  readonly summary: Phrase;
  /** Markdown. */
  readonly body: string;
  readonly open: boolean;
}

export function sectionMarkdown({ summary, body, open }: Omit<Section, 'name'>): string {
  return `<details${open ? ' open' : ''}><summary>${phraseHtml(summary)}</summary>\n\n${body}\n\n</details>`;
}

export interface Column {
  /** Markdown, escaped. */
  readonly title: string;
  readonly align: 'left' | 'right';
}

/**
 * Cells of Markdown, escaped: none holds a pipe or a newline. Rows are padded when `padded`, for who reads the source.
 * Three columns fit a narrow screen.
 */
export function table(
  columns: readonly Column[],
  contents: readonly (readonly string[])[],
  padded = false,
): string {
  const breakable = (cell: string) => breakableCell(cell, columns.length);
  const titles = columns.map(({ title }) => breakable(title));
  const rows = contents.map(row => row.map(breakable));
  const widths = columns.map((_, index) =>
    padded
      ? Math.max(
          3,
          ...[titles[index] ?? '', ...rows.map(row => row[index] ?? '')].map(cell => columnsOf(cell)),
        )
      : 0,
  );
  const line = (cells: readonly string[]) =>
    `| ${columns.map((column, index) => pad(cells[index] ?? '', widths[index] ?? 0, column.align)).join(' | ')} |`;
  const rule = columns.map((column, index) => {
    const dashes = '-'.repeat(Math.max(3, widths[index] ?? 0) + 1);
    return column.align === 'right' ? `${dashes}:` : `:${dashes}`;
  });
  return [line(titles), `|${rule.join('|')}|`, ...rows.map(line)].join('\n');
}

function pad(cell: string, width: number, align: Column['align']): string {
  const space = ' '.repeat(Math.max(0, width - columnsOf(cell)));
  return align === 'right' ? `${space}${cell}` : `${cell}${space}`;
}
