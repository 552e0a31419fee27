import { htmlCode } from './markdown-text.ts';

/**
 * Characters of a word by the number of columns. A column is as wide as its longest word; GitHub leaves 334 px to a
 * comment where the screen has 400, and cuts what is wider.
 */
const MAX_WORD: Readonly<Record<number, number>> = { 1: 36, 2: 24, 3: 12 };

/** Code, what is around a link's label, tags and emphasis; everything else is text. */
const PIECES = /(`[^`]*`|<code>.*?<\/code>|\[|\]\([^)]*\)|<[^>]*>|\*\*)/;

const OPPORTUNITY = '<wbr>';

/**
 * A cell of Markdown, in a table of so many columns, whose long words may break: at their punctuation, and where there is
 * none after some letters.
 */
export function breakableCell(cell: string, columns: number): string {
  const max = MAX_WORD[columns] ?? MAX_WORD[3] ?? 0;
  return cell
    .split(PIECES)
    .map((piece, index) => (index % 2 === 0 ? breakWords(piece, max) : breakMarkup(piece, max)))
    .join('');
}

function breakMarkup(piece: string, max: number): string {
  if (piece.startsWith('<code>')) {
    return `<code>${breakWords(piece.slice('<code>'.length, -'</code>'.length), max)}</code>`;
  }
  if (!piece.startsWith('`')) return piece;
  // Backticks show a tag as it is written.
  const content = htmlCode(piece.slice(1, -1));
  const broken = breakMarkup(content, max);
  return broken === content ? piece : broken;
}

/** What no browser breaks: all of them do between spaces, and behind a hyphen that a letter follows. */
const WORD = /(?:&#?\w+;|[^\s-]|-(?!\p{L}))+-?/gu;

function breakWords(text: string, max: number): string {
  return text.replace(WORD, word => {
    const characters = word.match(/&#?\w+;|./gsu) ?? [];
    return characters.length <= max ? word : partsOf(characters, max).join(OPPORTUNITY);
  });
}

/** The word in parts that are short enough, which end behind punctuation wherever there is some. */
function partsOf(characters: readonly string[], max: number): readonly string[] {
  const parts: string[] = [];
  let [part, length] = ['', 0];
  for (const piece of piecesOf(characters, max)) {
    if (length > 0 && length + piece.length > max) {
      parts.push(part);
      [part, length] = ['', 0];
    }
    part += piece.join('');
    length += piece.length;
  }
  return [...parts, part];
}

/** The least that is left whole: a part of a path, else what ends behind punctuation, else as many letters as may be. */
function piecesOf(characters: readonly string[], max: number): readonly (readonly string[])[] {
  return splitBehind(characters, isSlash).flatMap(part => {
    if (part.length <= max) return [part];
    return splitBehind(part, isPunctuation).flatMap(piece => chunksOf(piece, max));
  });
}

type IsEnd = (character: string, next: string, last: string) => boolean;

function splitBehind(characters: readonly string[], isEnd: IsEnd): readonly (readonly string[])[] {
  const pieces: string[][] = [[]];
  characters.forEach((character, index) => {
    pieces.at(-1)?.push(character);
    const next = characters[index + 1] ?? '';
    if (isLetter(next) && isEnd(character, next, characters[index - 1] ?? '')) pieces.push([]);
  });
  return pieces;
}

function isSlash(character: string): boolean {
  return character === '/';
}

/** A number is left whole. */
function isPunctuation(character: string, next: string, last: string): boolean {
  return !isLetter(character) && !(/[.,]/.test(character) && /\d/.test(last) && /\d/.test(next));
}

function chunksOf(characters: readonly string[], max: number): readonly (readonly string[])[] {
  const count = Math.ceil(characters.length / max);
  return Array.from({ length: count }, (_, index) => characters.slice(index * max, (index + 1) * max));
}

function isLetter(character: string): boolean {
  return /^[\p{L}\p{N}\p{M}]$/u.test(character);
}
