type Frame = 'quote' | 'parentheses' | 'arithmetic' | 'braces';

/** What goes before a word: behind it `#` begins a comment. */
const BEFORE_WORD = /[\s;&|()]/;

/**
 * Behind the `"…"`, `$(…)`, `$((…))`, `${…}` or `` `…` `` that begins here, whatever is nested in it. Keeps its own
 * stack, and looks at each character once, so that no depth is too deep.
 * @returns null where it never ends, and where shells do not agree about its end: `case` and here-documents inside of
 *   `$(…)`, single quotes in a `${…}` that is quoted itself
 */
export function nestedEnd(text: string, start: number): number | null {
  const open: Frame[] = [];
  let quotes = 0;
  let at: number | null = start;
  do {
    if (at === null || at >= text.length) return null;
    const frame = open.at(-1);
    const char = text.charAt(at);
    const opened: Opening | null = char === '$' ? openingAt(text, at) : null;
    if (char === '\\') at += 2;
    else if (char === '`') at = backquoteEnd(text, at);
    else if (opened !== null) {
      open.push(...opened.frames);
      at += opened.length;
    } else if (char === '"') {
      if (frame === 'quote') open.pop();
      else open.push('quote');
      quotes += frame === 'quote' ? -1 : 1;
      at += 1;
    } else if (frame === 'quote') at += 1;
    else if (char === "'") at = frame === 'braces' && quotes > 0 ? null : singleQuoteEnd(text, at);
    else if (frame === 'braces') {
      if (char === '}') open.pop();
      at += 1;
    } else if (char === '(') {
      open.push(frame ?? 'parentheses');
      at += 1;
    } else if (char === ')') {
      open.pop();
      at += 1;
    } else at = frame === 'parentheses' ? inCommand(text, at) : at + 1;
  } while (open.length > 0);
  return at;
}

interface Opening {
  readonly frames: readonly Frame[];
  readonly length: number;
}

function openingAt(text: string, at: number): Opening | null {
  if (text.startsWith('((', at + 1)) return { frames: ['arithmetic', 'arithmetic'], length: 3 };
  if (text.charAt(at + 1) === '(') return { frames: ['parentheses'], length: 2 };
  return text.charAt(at + 1) === '{' ? { frames: ['braces'], length: 2 } : null;
}

/** Behind a character of a command substitution that is no quote and no bracket. */
function inCommand(text: string, at: number): number | null {
  const char = text.charAt(at);
  if (char === '#' && BEFORE_WORD.test(text.charAt(at - 1))) {
    const newline = text.indexOf('\n', at);
    return newline < 0 ? null : newline;
  }
  if (char === '<' && text.startsWith('<<', at)) return text.startsWith('<<<', at) ? at + 3 : null;
  const isCase = text.startsWith('case', at) && BEFORE_WORD.test(text.charAt(at - 1));
  return isCase && /\s/.test(text.charAt(at + 4)) ? null : at + 1;
}

/** The first backquote without a backslash ends it, whatever quotes it stands in. */
function backquoteEnd(text: string, start: number): number | null {
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '`') return at + 1;
    if (char === '\\') at += 1;
  }
  return null;
}

/** Behind the `'…'` that begins here; null where it never ends. */
export function singleQuoteEnd(text: string, start: number): number | null {
  const end = text.indexOf("'", start + 1);
  return end < 0 ? null : end + 1;
}
