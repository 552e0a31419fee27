import { stripVTControlCharacters } from 'node:util';
import { eastAsianWidth } from 'get-east-asian-width';
import { lazy } from '../base/lazy.ts';

/*
 * How wide a text is in a terminal. Nearly all that is printed are characters of one column each, which are counted
 * without the tables of Unicode: to load these takes a seventh of the time of a small report.
 */

/** Characters that take one column and join with nothing: ASCII, Latin, Greek, Cyrillic, arrows, signs, lines, blocks. */
const PLAIN =
  /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u0391-\u03a1\u03a3-\u03ff\u0400-\u0481\u2010-\u2027\u2190-\u22ff\u23ce\u2500-\u259f\u2713\u2717]*$/;

/** What is in every emoji of more or other than one column: only where it is, the list of all is looked into. */
const EMOJI_PART = /\p{Emoji_Presentation}|\p{Regional_Indicator}|\u200d|\u20e3|\ufe0f/u;

/** Takes milliseconds to make. */
const wholeEmoji = lazy(() => /^\p{RGI_Emoji}$/v);
const segmenter = lazy(() => new Intl.Segmenter('en', { granularity: 'grapheme' }));

const PRINTING =
  /[^\p{Default_Ignorable_Code_Point}\p{Control}\p{Format}\p{Surrogate}\p{Nonspacing_Mark}\p{Enclosing_Mark}]/u;
/** Marks beside their letter, and the halfwidth and fullwidth forms that join with it. */
const BESIDE = /[\p{Spacing_Mark}\uff00-\uffef]/u;
/** Parts of Korean syllables, which are written out in names from macOS. */
const JAMO = /[\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb]/;
const SYLLABLE = /[\u1100-\u115f\ua960-\ua97c][\u1160-\u11a7\ud7b0-\ud7c6][\u11a8-\u11ff\ud7cb-\ud7fb]?/g;
/** Longer sequences are no emoji. UTF-16 units. */
const MAX_EMOJI = 50;

/** Columns that a text takes; colours take none. */
export function columnsOf(text: string): number {
  const shown = text.includes('\u001b') ? stripVTControlCharacters(text) : text;
  if (PLAIN.test(shown)) return shown.length;
  let columns = 0;
  for (const grapheme of graphemesOf(shown)) columns += graphemeColumns(grapheme);
  return columns;
}

/** What people take for single characters. */
export function graphemesOf(text: string): readonly string[] {
  return PLAIN.test(text) ? text.split('') : Array.from(segmenter().segment(text), ({ segment }) => segment);
}

function graphemeColumns(grapheme: string): number {
  const start = grapheme.search(PRINTING);
  if (start < 0) return 0;
  if (EMOJI_PART.test(grapheme) && isWideEmoji(grapheme)) return 2;
  const [first = '', ...others] = grapheme.slice(start);
  if (JAMO.test(first)) return syllableColumns(grapheme);
  return others
    .filter(character => BESIDE.test(character))
    .reduce((sum, character) => sum + characterColumns(character), characterColumns(first));
}

/** A whole syllable is as wide as it is when it is one character; a part that is left alone counts for itself. */
function syllableColumns(grapheme: string): number {
  const printing = Array.from(grapheme).filter(character => PRINTING.test(character));
  return Array.from(printing.join('').replace(SYLLABLE, '\uac00')).reduce(
    (sum, character) => sum + characterColumns(character),
    0,
  );
}

/** Those of the list, and those that programs draw alike: keycaps, and several pictures that are joined. */
function isWideEmoji(grapheme: string): boolean {
  if (wholeEmoji().test(grapheme)) return true;
  if (grapheme.length > MAX_EMOJI) return false;
  if (/^[\d#*]\u20e3$/.test(grapheme)) return true;
  return grapheme.includes('\u200d') && (grapheme.match(/\p{Extended_Pictographic}/gu) ?? []).length > 1;
}

function characterColumns(character: string): number {
  return eastAsianWidth(character.codePointAt(0) ?? 0);
}
