/**
 * What BuildKit takes for white space: Go's `unicode.IsSpace`. A byte order mark is none, and U+0085 is, other than in
 * JavaScript.
 */
const SPACE = '\\t\\n\\v\\f\\r \\u0085\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000';

const ONE = new RegExp(`^[${SPACE}]$`);
const COMMENT = new RegExp(`^[${SPACE}]*#`);

/** Between the keyword, the words of a FROM, and those of COPY and ADD: nothing beyond ASCII. */
export const WORD_GAP = /[\t\v\f\r ]+/;

export function isSpace(character: string): boolean {
  // Nearly every character that is asked for.
  if (character > ' ' && character < '\u007F') return false;
  return ONE.test(character);
}

export function trimSpaceStart(text: string): string {
  let start = 0;
  while (start < text.length && isSpace(text.charAt(start))) start += 1;
  return text.slice(start);
}

export function trimSpaceEnd(text: string): string {
  // Not by a pattern: one that ends in `$` takes the square of the length of a gap in the midst of a text.
  let end = text.length;
  while (end > 0 && isSpace(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** Whether the line says nothing at all. */
export function isBlank(line: string): boolean {
  return trimSpaceStart(line) === '';
}

export function isComment(line: string): boolean {
  return COMMENT.test(line);
}

/** The line without the line end that may be left on it: every carriage return that ends it counts. */
export function trimLineEnd(line: string): string {
  let end = line.length;
  while (line.charAt(end - 1) === '\r') end -= 1;
  return line.slice(0, end);
}
