import { type Phrase, placeName } from '../../base/phrase.ts';
import { safeText } from '../../base/untrusted-text.ts';
import type { Report } from '../report.ts';
import { columnsOf } from '../text-width.ts';
import type { Paint, Tone } from './style.ts';
import { fitEnd, fitMiddle } from './style.ts';

/** A cell: text from anywhere (it is escaped here) and its tone; several runs where it has several tones. */
export type Cell = readonly { readonly text: string; readonly tone: Tone }[];

export interface TerminalColumn {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** The one column that takes the width that is left, and is cut where there is none: at its end or in its middle. */
  readonly flexible?: 'end' | 'middle';
}

export function cell(text: string, tone: Tone = 'none'): Cell {
  return [{ text, tone }];
}

const GAP = '  ';
const INDENT = '  ';
const MIN_FLEXIBLE_WIDTH = 12;
/** Widest that a column which does not flex may be. */
const MAX_FIXED_WIDTH = 44;

/** Aligned lines, titles first (when any column has one), none wider than `width`. */
export function columnLines(
  columns: readonly TerminalColumn[],
  rows: readonly (readonly Cell[])[],
  width: number,
  paint: Paint,
): readonly string[] {
  const titled = columns.some(column => column.title !== '');
  const titles = columns.map(column => cell(column.title, 'dim'));
  const all = (titled ? [titles, ...rows] : rows).map(row => row.map(escapeCell));
  const widths = widthsOf(columns, all, width);
  return all.map(row => {
    const cells = columns.map((column, index) =>
      placeCell(row[index] ?? [], column, widths[index] ?? 0, paint),
    );
    return `${INDENT}${cells.join(GAP)}`.trimEnd();
  });
}

function escapeCell(runs: Cell): Cell {
  return runs.map(({ text, tone }) => ({ text: safeText(text, 'terminal'), tone }));
}

function widthOf(runs: Cell): number {
  return runs.reduce((sum, run) => sum + columnsOf(run.text), 0);
}

function widthsOf(
  columns: readonly TerminalColumn[],
  rows: readonly (readonly Cell[])[],
  width: number,
): readonly number[] {
  const wanted = columns.map((column, index) => {
    const widest = rows.reduce((most, row) => Math.max(most, widthOf(row[index] ?? [])), 0);
    return column.flexible ? widest : Math.min(widest, MAX_FIXED_WIDTH);
  });
  const gaps = INDENT.length + GAP.length * (columns.length - 1);
  const over = wanted.reduce((sum, one) => sum + one, gaps) - width;
  if (over <= 0) return wanted;
  const flexed = wanted.map((one, index) =>
    columns[index]?.flexible ? Math.max(MIN_FLEXIBLE_WIDTH, one - over) : one,
  );
  return squeeze(flexed, width - gaps);
}

/** Takes from the widest column until all fit, for the rare line that its flexible column cannot save. */
function squeeze(widths: readonly number[], room: number): readonly number[] {
  const result = [...widths];
  for (let over = result.reduce((sum, one) => sum + one, 0) - room; over > 0; over -= 1) {
    const widest = Math.max(...result);
    if (widest <= 1) break;
    result[result.indexOf(widest)] = widest - 1;
  }
  return result;
}

function placeCell(runs: Cell, column: TerminalColumn, width: number, paint: Paint): string {
  const shorten = column.flexible === 'middle' ? fitMiddle : fitEnd;
  let left = width;
  const painted = runs
    .map(({ text, tone }) => {
      const shown = shorten(text, left);
      left -= columnsOf(shown);
      return paint(tone, shown);
    })
    .join('');
  const space = ' '.repeat(Math.max(0, left));
  return column.align === 'right' ? `${space}${painted}` : `${painted}${space}`;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** A bar of a whole: `part` of `total` in `columns` columns, its last `wasted` bytes in another pattern. */
export function bar(part: number, wasted: number, total: number, columns: number): Cell {
  if (total <= 0 || part <= 0) return [];
  const share = (bytes: number) => Math.min(1, bytes / total) * columns;
  const hatched =
    wasted > 0 ? Math.min(Math.round(share(part)) || 1, Math.max(1, Math.round(share(wasted)))) : 0;
  const eighths =
    hatched > 0 ? Math.round(share(part)) * 8 - hatched * 8 : Math.max(1, Math.round(share(part) * 8));
  const solid = `${'█'.repeat(Math.max(0, Math.floor(eighths / 8)))}${EIGHTHS[Math.max(0, eighths % 8)] ?? ''}`;
  return [
    { text: solid, tone: 'place' },
    { text: '░'.repeat(hatched), tone: 'bad' },
  ];
}

const WIDE = 100;

/** How tables name places: `Dockerfile:3`, or `:3` where width is short and there is only one file anyway. */
export function placeCells(report: Report, width: number): (content: Phrase) => Cell {
  const files = new Set(report.layers.flatMap(layer => layer.instruction?.file ?? []));
  const isShort = width < WIDE && files.size === 1;
  return content =>
    content.map(part => {
      if (part.kind !== 'place') return { text: part.text, tone: 'none' };
      const text = isShort ? `:${part.location.startLine}` : placeName(part.location, 24);
      return { text, tone: 'place' };
    });
}
