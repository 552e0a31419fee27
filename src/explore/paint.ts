import { columnsOf } from '../report/text-width.ts';
import type { CellStyle, ScreenLine } from './cells.ts';

/** What a style looks like: parameters of SGR (ECMA-48, 8.3.117), of the 16 colours that every terminal has. */
const COLOURED: Readonly<Record<CellStyle, string>> = {
  plain: '',
  strong: '1',
  dim: '2',
  added: '32',
  removed: '31',
  modified: '33',
  title: '1',
  active: '1;7',
  chosen: '7',
  kept: '1;4',
  error: '1;31',
};

/** The same without colours: https://no-color.org allows bold and reverse. */
const PLAIN: Readonly<Record<CellStyle, string>> = {
  ...COLOURED,
  added: '1',
  removed: '1',
  modified: '1',
  error: '1;7',
};

/** Terminals that know it show what stands between at once; others ignore it. */
const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';

const ASCII = /^[ -~]*$/;

/**
 * What makes a screen of another: the lines that differ, and nothing else.
 * @param before what the terminal shows; null where nobody knows
 * @returns empty where nothing differs
 */
export function paintScreen(
  before: readonly ScreenLine[] | null,
  after: readonly ScreenLine[],
  hasColour: boolean,
): string {
  const styles = hasColour ? COLOURED : PLAIN;
  const changed = after.flatMap((line, row) =>
    before !== null && isSame(before[row], line) ? [] : [`\u001b[${row + 1};1H${paintLine(line, styles)}`],
  );
  const cleared = before === null ? '\u001b[0m\u001b[2J' : '';
  if (changed.length === 0 && cleared === '') return '';
  return `${BEGIN}${cleared}${changed.join('')}${END}`;
}

function isSame(one: ScreenLine | undefined, other: ScreenLine): boolean {
  return (
    one !== undefined &&
    one.length === other.length &&
    one.every(({ text, style }, index) => text === other[index]?.text && style === other[index]?.style)
  );
}

/** Where a terminal may count columns in another way, what follows is put where it belongs. */
function paintLine(line: ScreenLine, styles: Readonly<Record<CellStyle, string>>): string {
  const erased = line.every(({ text }) => ASCII.test(text)) ? '' : '\u001b[2K';
  let column = 1;
  let isCertain = true;
  const painted = line.map(({ text, style }) => {
    const place = isCertain ? '' : `\u001b[${column}G`;
    const format = styles[style];
    column += columnsOf(text);
    isCertain = ASCII.test(text);
    return `${place}${format === '' ? text : `\u001b[${format}m${text}\u001b[0m`}`;
  });
  return `${erased}${painted.join('')}`;
}
