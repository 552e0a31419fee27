import { type Phrase, placeName } from '../../base/phrase.ts';
import { safeText } from '../../base/untrusted-text.ts';
import { columnsOf } from '../text-width.ts';
import { fitEnd, type Paint, type Tone } from './style.ts';

interface Word {
  readonly text: string;
  readonly tone: Tone;
  /** Whether it follows the word before it without a space. */
  readonly glued: boolean;
}

/** A phrase in lines of at most `columns` columns, broken at spaces; what does not fit in a line is cut. */
export function phraseLines(content: Phrase, columns: number, paint: Paint): readonly string[] {
  const lines: { words: Word[]; width: number }[] = [];
  for (const group of gluedGroups(wordsOf(content))) {
    const width = group.reduce((sum, word) => sum + columnsOf(word.text), 0);
    const last = lines.at(-1);
    if (last && last.width + 1 + width <= columns) {
      last.words.push(...group);
      last.width += 1 + width;
    } else lines.push({ words: cut(group, columns), width: Math.min(width, columns) });
  }
  return lines.map(line => paintWords(line.words, paint));
}

/** A line's words, neighbours of one tone painted as one. */
function paintWords(words: readonly Word[], paint: Paint): string {
  const runs: { text: string; tone: Tone }[] = [];
  words.forEach((word, index) => {
    const space = index === 0 || word.glued ? '' : ' ';
    const last = runs.at(-1);
    if (last?.tone === word.tone) last.text += `${space}${word.text}`;
    else {
      if (last && space) runs.push({ text: space, tone: 'none' });
      runs.push({ text: word.text, tone: word.tone });
    }
  });
  return runs.map(run => paint(run.tone, run.text)).join('');
}

function cut(group: readonly Word[], columns: number): Word[] {
  let left = columns;
  return group.map(word => {
    const text = fitEnd(word.text, left);
    left -= columnsOf(text);
    return { ...word, text };
  });
}

function wordsOf(content: Phrase): readonly Word[] {
  let space = true;
  return content.flatMap(part => {
    const tone = TONES[part.kind];
    const raw = part.kind === 'place' ? placeName(part.location) : part.text;
    const words = safeText(raw, 'terminal')
      .split(' ')
      .filter(word => word !== '');
    const leading = space || /^\s/.test(raw);
    space = /\s$/.test(raw);
    return words.map((text, index) => ({ text, tone, glued: index === 0 && !leading }));
  });
}

const TONES: Readonly<Record<Phrase[number]['kind'], Tone>> = {
  text: 'none',
  strong: 'strong',
  code: 'code',
  place: 'place',
};

function gluedGroups(words: readonly Word[]): readonly (readonly Word[])[] {
  const groups: Word[][] = [];
  for (const word of words) {
    const last = groups.at(-1);
    if (word.glued && last) last.push(word);
    else groups.push([word]);
  }
  return groups;
}

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
