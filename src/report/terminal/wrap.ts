import { columnsOf, graphemesOf } from '../text-width.ts';
import { type Cell, cell, cellColumns } from './cell.ts';
import type { Paint, Tone } from './style.ts';

/** A path in quotation marks, which may have spaces of its own; a command has options. */
const QUOTED_PATH = /"(?=[^"\n]*")(?![^"\n]* -)[^"\n]*[/\\][^"\n]*"/g;

/** Escaped text of one line in lines of at most `columns` columns, but for paths and addresses that are longer. */
export function wrapText(text: string, columns: number): string {
  const whole = text.replace(QUOTED_PATH, quoted => quoted.replaceAll(' ', GLUE));
  return wrapCell(cell(whole), columns, (_tone, part) => part, 'keep').join('\n');
}

/** What stands between two spaces, or is glued to a number: never parted but where it is longer than a line. */
type Word = { readonly text: string; readonly tone: Tone }[];

/**
 * Escaped runs in lines of at most `columns` columns, broken at spaces, but not between a number and its unit.
 * @param long what becomes of a word that is longer than a line: `break` parts it, `keep` leaves paths and addresses
 *   whole, which a reader may want to copy
 */
export function wrapCell(
  runs: Cell,
  columns: number,
  paint: Paint,
  long: 'break' | 'keep' = 'break',
): readonly string[] {
  const lines: { words: Word[]; width: number }[] = [];
  for (const word of wordsOf(runs)) {
    const last = lines.at(-1);
    if (last && last.width + 1 + cellColumns(word) <= columns) {
      last.words.push(word);
      last.width += 1 + cellColumns(word);
      continue;
    }
    const first = withoutCommand(word);
    const isKept = long === 'keep' && word.some(({ text }) => /[/\\]/.test(text));
    const parts = isKept || cellColumns(first) <= columns ? [first] : partsOf(first, columns - 1);
    for (const part of parts.map(withoutCommand)) lines.push({ words: [part], width: cellColumns(part) });
  }
  return lines.map(({ words }) => paintWords(words, paint));
}

/** The space before a unit, and those of a limit: `✓ ≤ 450 MB`. */
const JOINT = /(?<=\d) (?=(?:[kMGTP]?B|[KMGT]iB|pt|%|min|h|s)(?![\p{L}\d]))|(?<=[≤≥✓✗!–]) (?=[≤≥\d])/gu;
/** Stands for such a space: escaped text has no such character. */
const GLUE = '\0';

function wordsOf(runs: Cell): readonly Word[] {
  const words: Word[] = [];
  let isOpen = false;
  for (const { text, tone } of runs) {
    text
      .replace(JOINT, GLUE)
      .split(' ')
      .forEach((part, index) => {
        const last = words.at(-1);
        if (index > 0) isOpen = false;
        if (part === '') return;
        const run = { text: part.replaceAll(GLUE, ' '), tone };
        if (isOpen && last) last.push(run);
        else words.push([run]);
        isOpen = true;
      });
  }
  return words;
}

/** A runner takes a line for a command that starts with two colons. */
function withoutCommand(word: Word): Word {
  const text = word.map(run => run.text).join('');
  return text.startsWith('::') ? [{ text: '\\', tone: 'none' }, ...word] : word;
}

/** A word in parts of at most `columns` columns. */
function partsOf(word: Word, columns: number): readonly Word[] {
  const parts: Word[] = [];
  let left = 0;
  for (const { text, tone } of word) {
    for (const grapheme of graphemesOf(text)) {
      const width = columnsOf(grapheme);
      if (width > left) {
        parts.push([]);
        left = columns;
      }
      left -= width;
      parts.at(-1)?.push({ text: grapheme, tone });
    }
  }
  return parts;
}

/** A line's words, neighbours of one tone painted as one. */
function paintWords(words: readonly Word[], paint: Paint): string {
  const runs: { text: string; tone: Tone }[] = [];
  words.forEach((word, index) => {
    word.forEach(({ text, tone }, place) => {
      const space = index > 0 && place === 0 ? ' ' : '';
      const last = runs.at(-1);
      if (last?.tone === tone) last.text += `${space}${text}`;
      else {
        if (last && space) runs.push({ text: space, tone: 'none' });
        runs.push({ text, tone });
      }
    });
  });
  return runs.map(run => paint(run.tone, run.text)).join('');
}
