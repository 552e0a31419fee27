import { pieceAt } from './quoting.ts';

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
 * length of the script, whatever it is. The lines of here-documents are not tokens.
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
  // The number of `>2>f` belongs to what follows it; `2>&-f` is `2>&-` and `f` to some shells.
  const isOther = /^\d+$/.test(target.text) && /[<>]/.test(text.charAt(target.end));
  if (isOther || (operator.endsWith('&') && /^-./.test(target.text))) {
    return plain('unclosed', text.slice(start), start, text.length);
  }
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
  // To some shells `{fd}>f` is a redirection.
  if (/[<>]/.test(text.charAt(at)) && /^\{\w+\}$/.test(text.slice(start, at))) {
    return plain('unclosed', text.slice(start), start, text.length);
  }
  return { kind: 'word', text: text.slice(start, at), value, isQuoted, start, end: at };
}

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

function plain(kind: ShellToken['kind'], text: string, start: number, end: number): ShellToken {
  return { kind, text, value: text, isQuoted: false, start, end };
}

interface Delimiter {
  readonly word: string;
  /** `<<-`: leading tabs do not count. */
  readonly chomp: boolean;
  /** A backslash at the end of a line joins it with the next one: the word was written without quotes. */
  readonly joins: boolean;
}

/** The here-documents that a line of a script has opened: their lines follow it, in order. */
class HereDocuments {
  readonly #text: string;
  #open: Delimiter[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  get areOpen(): boolean {
    return this.#open.length > 0;
  }

  /** @param written `<<EOF` or `<<-"EOF"`, as it stands in the script */
  open(written: string): void {
    const joined = written.replaceAll('\\\n', '');
    const [operator = '', chomp = ''] = /^\d*<<(-?)[ \t]*/.exec(joined) ?? [];
    const quoted = joined.slice(operator.length);
    const word = quoted.replace(/['"\\]/g, '');
    this.#open.push({ word, chomp: chomp !== '', joins: word === quoted });
  }

  /**
   * Behind the last line of all that are open.
   * @param from the first character of the line behind the one that opened them
   * @returns null where one of them never ends
   */
  end(from: number): number | null {
    let at = from;
    for (const delimiter of this.#open) {
      const end = this.#endOf(delimiter, at);
      if (end === null) return null;
      at = end;
    }
    this.#open = [];
    return at;
  }

  #endOf({ word, chomp, joins }: Delimiter, from: number): number | null {
    let isJoined = false;
    for (let at = from; at < this.#text.length; ) {
      const newline = this.#text.indexOf('\n', at);
      const end = newline < 0 ? this.#text.length : newline;
      const line = this.#text.slice(at, end);
      const isEnd = (chomp ? line.replace(/^\t+/, '') : line) === word;
      if (isEnd && !isJoined) return Math.min(end + 1, this.#text.length);
      isJoined = joins && /(?<!\\)(?:\\\\)*\\$/.test(line);
      at = end + 1;
    }
    return null;
  }
}
