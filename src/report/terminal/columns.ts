import { columnsOf } from '../text-width.ts';
import { type Cell, cell, cellColumns, escapeCell } from './cell.ts';
import { type Cut, fitDistinct, fitEnd, fitMiddle } from './fit.ts';
import type { Page } from './page.ts';
import type { Paint } from './style.ts';
import { wrapCell } from './wrap.ts';

export interface TerminalColumn {
  readonly title: string;
  readonly align: 'left' | 'right';
  /**
   * How it gives way where there is too little width: cut at the end or in the middle, but never so that different texts look
   * alike, or going on in further lines. A column without it is numbers, which are never cut.
   */
  readonly flexible?: 'end' | 'middle' | 'wrap';
  /** What its text is called where it stands below its row, without a title. */
  readonly label?: string;
}

const GAP = '  ';
const INDENT = '  ';
const INDENT_BELOW = '    ';
/** Less than that tells too little: what cannot have it goes below its row. */
const MIN_FLEXIBLE_WIDTH = 16;
/** Lines of the width that a text below its row has at most. */
const MAX_LINES_BELOW = 2;

/**
 * Aligned lines, titles first (when any column has one), none wider than the page. Where the columns are too many, the last
 * ones go below their row.
 */
export function columnLines(
  columns: readonly TerminalColumn[],
  rows: readonly (readonly Cell[])[],
  page: Page,
): readonly string[] {
  const escaped = rows.map(row => columns.map((_column, index) => escapeCell(row[index] ?? [])));
  const titles = columns.map(column => escapeCell(cell(column.title, 'dim')));
  const titled = columns.some(column => column.title !== '');
  const widths = widthsOf(columns, titled ? [titles, ...escaped] : escaped, page.width);
  const beside = columns.slice(0, widths.length);
  const fitted = fitRows(columns, escaped, widths, page.width);
  return [
    ...(titled ? rowLines(beside, titles, widths, page.paint) : []),
    ...fitted.flatMap(row => [
      ...rowLines(beside, row, widths, page.paint),
      ...linesBelow(columns.slice(widths.length), row.slice(widths.length), page),
    ]),
  ];
}

/** The widths of the columns that stand beside each other: of the first ones, where not all have room. */
function widthsOf(
  columns: readonly TerminalColumn[],
  rows: readonly (readonly Cell[])[],
  width: number,
): readonly number[] {
  const wanted = columns.map((_column, index) =>
    rows.reduce((most, row) => Math.max(most, cellColumns(row[index] ?? [])), 0),
  );
  const least = wanted.map((one, index) =>
    columns[index]?.flexible ? Math.min(one, MIN_FLEXIBLE_WIDTH) : one,
  );
  let count = columns.length;
  const roomOf = (): number => width - INDENT.length - GAP.length * (count - 1);
  while (count > 1 && sum(least.slice(0, count)) > roomOf()) count -= 1;
  return shrink(wanted.slice(0, count), least.slice(0, count), roomOf());
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** Takes from the widest column that can give until all fit; the first one alone is cut if need be. */
function shrink(wanted: readonly number[], least: readonly number[], room: number): readonly number[] {
  const widths = [...wanted];
  for (let over = sum(widths) - room; over > 0; over -= 1) {
    const giving = widths.map((one, index) => (one > (least[index] ?? 0) ? one : 0));
    const most = Math.max(...giving);
    if (most === 0) return [Math.min(widths[0] ?? 0, room), ...widths.slice(1)];
    widths[giving.indexOf(most)] = most - 1;
  }
  return widths;
}

const CUTS: Readonly<Record<'end' | 'middle', Cut>> = { end: fitEnd, middle: fitMiddle };

/** The rows with the texts cut of those columns that are cut. */
function fitRows(
  columns: readonly TerminalColumn[],
  rows: readonly (readonly Cell[])[],
  widths: readonly number[],
  pageWidth: number,
): readonly (readonly Cell[])[] {
  const fitted = columns.map(({ flexible, label }, index): readonly Cell[] => {
    const cells = rows.map(row => row[index] ?? []);
    if (flexible === 'wrap') return cells;
    const cut = CUTS[flexible ?? 'end'];
    const below = MAX_LINES_BELOW * (pageWidth - INDENT_BELOW.length) - columnsOf(label ?? '');
    const width = widths[index] ?? below;
    const texts = cells.map(runs => runs.map(({ text }) => text).join(''));
    const shown = fitDistinct(texts, width, cut);
    return cells.map((runs, row) => recolored(runs, shown[row] ?? ''));
  });
  return rows.map((_row, index) => fitted.map(cells => cells[index] ?? []));
}

/** The text that is left of the runs, in their tone where they have one. */
function recolored(runs: Cell, shown: string): Cell {
  const [first] = runs;
  if (first === undefined || runs.map(({ text }) => text).join('') === shown) return runs;
  return runs.length === 1 ? cell(shown, first.tone) : cell(shown);
}

function rowLines(
  columns: readonly TerminalColumn[],
  row: readonly Cell[],
  widths: readonly number[],
  paint: Paint,
): readonly string[] {
  const cells = columns.map((column, index) => {
    const width = widths[index] ?? 0;
    const runs = row[index] ?? [];
    const lines = column.flexible === 'wrap' ? wrapCell(runs, width, paint) : [paintRuns(runs, paint)];
    return lines.map(line => pad(line, width, column.align));
  });
  const height = Math.max(1, ...cells.map(lines => lines.length));
  return Array.from({ length: height }, (_line, index) => {
    const parts = cells.map((lines, column) => lines[index] ?? ' '.repeat(widths[column] ?? 0));
    return `${INDENT}${parts.join(GAP)}`.trimEnd();
  });
}

function paintRuns(runs: Cell, paint: Paint): string {
  return runs.map(({ text, tone }) => paint(tone, text)).join('');
}

function pad(painted: string, width: number, align: TerminalColumn['align']): string {
  const space = ' '.repeat(Math.max(0, width - columnsOf(painted)));
  return align === 'right' ? `${space}${painted}` : `${painted}${space}`;
}

/** What has no room beside the others, one after the other. */
function linesBelow(
  columns: readonly TerminalColumn[],
  row: readonly Cell[],
  { width, paint }: Page,
): readonly string[] {
  const room = width - INDENT_BELOW.length;
  const lines: string[] = [];
  let left = 0;
  columns.forEach(({ label }, index) => {
    const runs = row[index] ?? [];
    if (cellColumns(runs) === 0) return;
    const named: Cell = label === undefined ? runs : [{ text: `${label} `, tone: 'dim' }, ...runs];
    const taken = cellColumns(named) + GAP.length;
    if (taken <= left) {
      lines.push(`${lines.pop() ?? ''}${GAP}${paintRuns(named, paint)}`);
      left -= taken;
      return;
    }
    lines.push(...wrapCell(named, room, paint));
    left = room - columnsOf(lines.at(-1) ?? '');
  });
  return lines.map(line => `${INDENT_BELOW}${line}`);
}
