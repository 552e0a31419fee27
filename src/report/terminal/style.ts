import { styleText } from 'node:util';
import { columnsOf, graphemesOf } from '../text-width.ts';

/** What a colour means here; every meaning is in the words and signs too. */
export type Tone = 'title' | 'strong' | 'dim' | 'good' | 'bad' | 'warn' | 'place' | 'code' | 'none';

/** Paints escaped text. */
export type Paint = (tone: Tone, text: string) => string;

const FORMATS: Readonly<Record<Exclude<Tone, 'none'>, Parameters<typeof styleText>[0]>> = {
  title: 'bold',
  strong: 'bold',
  dim: 'dim',
  good: 'green',
  bad: 'red',
  warn: 'yellow',
  place: 'cyan',
  code: 'magenta',
};

export function painter(color: boolean): Paint {
  if (!color) return (_tone, text) => text;
  // Whether there is colour was decided by the caller: no stream and no environment is asked again.
  return (tone, text) =>
    tone === 'none' || text === '' ? text : styleText(FORMATS[tone], text, { validateStream: false });
}

/** The text in at most `columns` columns, with an ellipsis where its end was cut. Plain text only. */
export function fitEnd(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = '';
  let used = 0;
  for (const grapheme of graphemesOf(text)) {
    used += columnsOf(grapheme);
    if (used > columns - 1) break;
    kept += grapheme;
  }
  return columns < 1 ? '' : `${kept}…`;
}

/** The text in at most `columns` columns, with an ellipsis where its middle was cut. Plain text only. */
export function fitMiddle(text: string, columns: number): string {
  if (columnsOf(text) <= columns || columns < 3) return fitEnd(text, columns);
  const head = fitEnd(text, Math.ceil(columns / 2)).slice(0, -1);
  const room = columns - 1 - columnsOf(head);
  let tail = '';
  for (const grapheme of graphemesOf(text).toReversed()) {
    if (columnsOf(grapheme) + columnsOf(tail) > room) break;
    tail = `${grapheme}${tail}`;
  }
  return `${head}…${tail}`;
}
