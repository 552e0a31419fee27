interface Piece {
  /** Without quotes and escapes. */
  readonly value: string;
  readonly isQuoted: boolean;
  readonly end: number;
}

/** A quoted part, an escape, a substitution or one character of a word; null where it never ends. */
export function pieceAt(text: string, at: number): Piece | null {
  const char = text.charAt(at);
  if (char === '\\') {
    if (at + 1 >= text.length) return null;
    const next = text.charAt(at + 1);
    return next === '\n'
      ? { value: '', isQuoted: false, end: at + 2 }
      : { value: next, isQuoted: true, end: at + 2 };
  }
  if (char === "'") {
    const end = singleQuoteEnd(text, at);
    return end === null ? null : { value: text.slice(at + 1, end - 1), isQuoted: true, end };
  }
  if (char === '"') return doubleQuoted(text, at);
  // In `$'it\'s'` the second quote is the end for some shells only.
  if (char === '$' && text.charAt(at + 1) === "'") {
    const end = singleQuoteEnd(text, at + 1);
    if (end === null || text.slice(at, end).includes('\\')) return null;
  }
  const end = substitutionEnd(text, at);
  return end === null ? null : { value: text.slice(at, end), isQuoted: false, end };
}

function doubleQuoted(text: string, start: number): Piece | null {
  let value = '';
  for (let at = start + 1; at < text.length; ) {
    const char = text.charAt(at);
    if (char === '"') return { value, isQuoted: true, end: at + 1 };
    if (char === '\\') {
      const next = text.charAt(at + 1);
      value += next === '\n' ? '' : '$`"\\'.includes(next) ? next : `\\${next}`;
      at += 2;
      continue;
    }
    const end = quotedSubstitutionEnd(text, at);
    if (end === null) return null;
    value += text.slice(at, end);
    at = end;
  }
  return null;
}

/** Behind the substitution that starts here, or behind the one character; null where it never ends. */
function substitutionEnd(text: string, at: number): number | null {
  const char = text.charAt(at);
  const isNested = char === '`' || (char === '$' && '({'.includes(text.charAt(at + 1) || ' '));
  return isNested ? nestedEnd(text, at) : at + 1;
}

/** Behind the substitution or character between double quotes; null also for `"${x:-'}'}"`, where shells disagree. */
function quotedSubstitutionEnd(text: string, at: number): number | null {
  const end = substitutionEnd(text, at);
  const isBraces = text.startsWith('${', at);
  return end !== null && isBraces && text.slice(at, end).includes("'") ? null : end;
}

type Frame = 'quote' | 'parentheses' | 'arithmetic' | 'braces';

/** What goes before a word: behind it `#` begins a comment. */
const BEFORE_WORD = /[\s;&|()]/;

/**
 * Behind the `"…"`, `$(…)`, `$((…))`, `${…}` or `` `…` `` that begins here, whatever is nested in it. Keeps its own
 * stack, and looks at each character once, so that no depth is too deep.
 * @returns null where it never ends, and where shells do not agree about its end: `case` and here-documents inside of
 *   `$(…)`, single quotes in a `${…}` that is quoted itself
 */
function nestedEnd(text: string, start: number): number | null {
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

/** Behind a character of a command substitution that is neither a quote nor a bracket. */
function inCommand(text: string, at: number): number | null {
  const char = text.charAt(at);
  if (char === '#' && BEFORE_WORD.test(text.charAt(at - 1))) {
    const newline = text.indexOf('\n', at);
    return newline < 0 ? null : newline;
  }
  if (char === '<' && text.startsWith('<<', at)) return text.startsWith('<<<', at) ? at + 3 : null;
  const isCase = text.startsWith('case', at) && BEFORE_WORD.test(text.charAt(at - 1));
  return isCase && /[\s\\]/.test(text.charAt(at + 4)) ? null : at + 1;
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
function singleQuoteEnd(text: string, start: number): number | null {
  const end = text.indexOf("'", start + 1);
  return end < 0 ? null : end + 1;
}
