import type { Phrase } from '../../base/phrase.ts';
import { phraseLines } from './phrase-terminal.ts';
import type { Paint, Tone } from './style.ts';
import { columnsOf } from './text-width.ts';

/** A list of phrases, each under its sign and indented to it. */
export function listLines(
  items: readonly { readonly sign: string; readonly tone: Tone; readonly content: Phrase }[],
  width: number,
  paint: Paint,
): readonly string[] {
  const indent = Math.max(0, ...items.map(item => columnsOf(item.sign))) + 1;
  return items.flatMap(({ sign, tone, content }) => {
    const lines = phraseLines(content, width - 2 - indent, paint);
    return lines.map((line, index) => {
      const lead = index === 0 ? sign : '';
      const space = ' '.repeat(indent - columnsOf(lead));
      return `  ${paint(tone, lead)}${space}${line}`;
    });
  });
}
