import { HereDocuments } from './here-document.ts';
import { nestedEnd, singleQuoteEnd } from './nesting.ts';

/**
 * A piece of a shell script. `unclosed` is what never ends (a quote, a substitution, a here-document, an escape), and
 * what shells do not agree about: nothing that follows it is read.
 */
export interface ShellToken {
  readonly kind: 'word' | 'redirection' | 'operator' | 'comment' | 'unclosed';
  /** As written; of a line's end `newline`, of a redirection its operator. */
  readonly text: string;
  /**
   * Of a word: without quotes and escapes. Substitutions stay as they are written. Of a redirection the word that it
   * names, empty where it names none.
   */
  readonly value: string;
  readonly isQuoted: boolean;
  /** Offsets into the script. */
  readonly start: number;
  readonly end: number;
}

const OPERATOR = /&&|\|\||;;|\|&|[|&;()]/y;
const REDIRECTION = /\d{0,9}(?:<<<|<<-?|>>|<>|>&|<&|>\||&>>?|[<>])/y;
const META = new Set(' \t\n|&;()<>');

/**
 * Splits a script into tokens (POSIX Shell Command Language, 2.3). Never throws, and takes time in proportion to the
 * length of the script, whatever it is. The lines of here-documents are no tokens.
 */
export function* shellTokens(text: string): Generator<ShellToken> {
  const documents = new HereDocuments(text);
  for (let at = blankEnd(text, 0); at < text.length; at = blankEnd(text, at)) {
    const token = tokenAt(text, at);
    yield token;
    if (token.kind === 'unclosed') return;
    at = token.end;
    if (token.text === '<<' || token.text === '<<-') documents.open(text.slice(token.start, token.end));
    if (token.kind !== 'operator' || token.text !== 'newline' || !documents.areOpen) continue;
    const end = documents.end(at);
    if (end === null) break;
    at = end;
  }
  if (documents.areOpen) yield plain('unclosed', '', text.length, text.length);
}

/** Behind spaces, tabs and escaped line ends. */
function blankEnd(text: string, start: number): number {
  for (let at = start; ; ) {
    const char = text.charAt(at);
    if (char === ' ' || char === '\t') at += 1;
    else if (char === '\\' && text.charAt(at + 1) === '\n') at += 2;
    else return at;
  }
}

function tokenAt(text: string, at: number): ShellToken {
  const char = text.charAt(at);
  if (char === '\n') return plain('operator', 'newline', at, at + 1);
  if (char === '#') {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    return plain('comment', text.slice(at, end), at, end);
  }
  const redirection = match(REDIRECTION, text, at);
  if (redirection !== null) return redirectionAt(text, at, redirection);
  const operator = match(OPERATOR, text, at);
  if (operator !== null)
    return plain('operator', operator === '|&' ? '|' : operator, at, at + operator.length);
  return wordAt(text, at);
}

/** With the word that it names: `>/dev/null`, `2>&1`. Process substitution names none. */
function redirectionAt(text: string, start: number, written: string): ShellToken {
  const operator = written.replace(/^\d+/, '');
  const at = blankEnd(text, start + written.length);
  const char = text.charAt(at);
  if (char === '#') return plain('unclosed', text.slice(start), start, text.length);
  if (char === '' || META.has(char)) {
    return { ...plain('redirection', operator, start, start + written.length), value: '' };
  }
  const target = wordAt(text, at);
  if (target.kind === 'unclosed') return target;
  return { ...plain('redirection', operator, start, target.end), value: target.text };
}

function wordAt(text: string, start: number): ShellToken {
  let value = '';
  let isQuoted = false;
  let at = start;
  while (at < text.length && !META.has(text.charAt(at))) {
    const piece = pieceAt(text, at);
    if (piece === null) return plain('unclosed', text.slice(start), start, text.length);
    value += piece.value;
    isQuoted ||= piece.isQuoted;
    at = piece.end;
  }
  return { kind: 'word', text: text.slice(start, at), value, isQuoted, start, end: at };
}

interface Piece {
  readonly value: string;
  readonly isQuoted: boolean;
  readonly end: number;
}

/** A quoted part, an escape, a substitution or one character of a word; null where it never ends. */
function pieceAt(text: string, at: number): Piece | null {
  const char = text.charAt(at);
  if (char === '\\') {
    if (at + 1 >= text.length) return null;
    const next = text.charAt(at + 1);
    return { value: next === '\n' ? '' : next, isQuoted: true, end: at + 2 };
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

/** The same between double quotes: in `"${x:-'}'}"` shells do not agree where the braces end. */
function quotedSubstitutionEnd(text: string, at: number): number | null {
  const end = substitutionEnd(text, at);
  const isBraces = text.startsWith('${', at);
  return end !== null && isBraces && text.slice(at, end).includes("'") ? null : end;
}

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

function plain(kind: ShellToken['kind'], text: string, start: number, end: number): ShellToken {
  return { kind, text, value: text, isQuoted: false, start, end };
}
