import { visible } from '../base/untrusted-text.ts';
import { fitEnd } from '../report/terminal/fit.ts';
import { columnsOf } from '../report/text-width.ts';

/** What a part of a line means; how it looks is the terminal's to say. Every meaning is in signs and words, too. */
export type CellStyle =
  | 'plain'
  | 'strong'
  | 'dim'
  | 'added'
  | 'removed'
  | 'modified'
  | 'title'
  /** The title of the pane that takes the keys. */
  | 'active'
  /** The chosen row of the pane that takes the keys, and of another. */
  | 'chosen'
  | 'kept'
  | 'error';

/** Neighbouring cells of one style. Safe for a terminal. */
export interface CellRun {
  readonly text: string;
  readonly style: CellStyle;
}

/** A line of the screen, from its first column on. */
export type ScreenLine = readonly CellRun[];

/** Longer names are cut before their columns are counted. UTF-16 units. */
const MAX_NAME = 2000;

/** No script stacks so many marks on a letter; they would run over other lines. */
const MANY_MARKS = /(\p{M}{6})\p{M}+/gu;

/** A text of our own. */
export function run(text: string, style: CellStyle = 'plain'): CellRun {
  return { text, style };
}

/** A name from an image, a Dockerfile or a report. */
export function untrusted(text: string): string {
  return visible(text.slice(0, MAX_NAME)).replace(MANY_MARKS, '$1');
}

export function lineColumns(line: ScreenLine): number {
  return line.reduce((sum, { text }) => sum + columnsOf(text), 0);
}

/** The line in exactly so many columns: what is too long is cut, what is too short gets spaces. */
export function fitLine(line: ScreenLine, columns: number): ScreenLine {
  const fitted: CellRun[] = [];
  let left = Math.max(0, columns);
  for (const { text, style } of line) {
    if (left === 0) break;
    const shown = fitEnd(text, left);
    if (shown === '') continue;
    fitted.push({ text: shown, style });
    left -= columnsOf(shown);
  }
  if (left > 0) fitted.push({ text: ' '.repeat(left), style: fitted.at(-1)?.style ?? 'plain' });
  return fitted;
}

/** The line in one style. */
function restyled(line: ScreenLine, style: CellStyle): ScreenLine {
  return [{ text: line.map(({ text }) => text).join(''), style }];
}

/** A chosen row of a list. */
export function chosenLine(line: ScreenLine, isChosen: boolean, isActive: boolean): ScreenLine {
  if (!isChosen) return line;
  return restyled(line, isActive ? 'chosen' : 'kept');
}

export function alignRight(text: string, columns: number): string {
  return `${' '.repeat(Math.max(0, columns - columnsOf(text)))}${text}`;
}

export function alignLeft(text: string, columns: number): string {
  const shown = fitEnd(text, columns);
  return `${shown}${' '.repeat(Math.max(0, columns - columnsOf(shown)))}`;
}
