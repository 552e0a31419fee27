/** A piece of a shell script. `unclosed` is a quote, a substitution or an escape that never ends. */
export interface ShellToken {
  readonly kind: 'word' | 'redirection' | 'operator' | 'comment' | 'unclosed';
  /** As written; of a line's end `newline`, of a redirection its operator. */
  readonly text: string;
  /** Of a word: without quotes and escapes. Substitutions stay as they are written. */
  readonly value: string;
  readonly isQuoted: boolean;
  /** Offsets into the script. */
  readonly start: number;
  readonly end: number;
}

const OPERATOR = /&&|\|\||;;|\|&|[|&;()]/y;
const REDIRECTION = /\d*(?:<<<|<<-?|>>|<>|>&|<&|>\||&>>?|[<>])/y;
const BLANK = /(?:[ \t\r]|\\\r?\n)+/y;
const META = /[\s|&;()<>]/;

/** Splits a script into tokens (POSIX Shell Command Language, 2.3). Never throws. */
export function* shellTokens(text: string): Generator<ShellToken> {
  for (let at = 0; at < text.length; ) {
    const blank = match(BLANK, text, at);
    if (blank !== null) {
      at += blank.length;
      continue;
    }
    const token = tokenAt(text, at);
    yield token;
    at = token.end;
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

/** With the word that it names: `>/dev/null`, `2>&1`. */
function redirectionAt(text: string, at: number, operator: string): ShellToken {
  let end = at + operator.length;
  end += match(BLANK, text, end)?.length ?? 0;
  if (end < text.length && !/[\n|&;()]/.test(text.charAt(end))) {
    const target = wordAt(text, end);
    if (target.kind === 'unclosed') return target;
    end = target.end;
  }
  return plain('redirection', operator.replace(/^\d+/, ''), at, end);
}

function wordAt(text: string, start: number): ShellToken {
  let value = '';
  let isQuoted = false;
  let at = start;
  while (at < text.length && !META.test(text.charAt(at))) {
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
    const end = text.indexOf("'", at + 1);
    return end < 0 ? null : { value: text.slice(at + 1, end), isQuoted: true, end: end + 1 };
  }
  if (char === '"') return doubleQuoted(text, at);
  const end = substitutionEnd(text, at);
  if (end === null) return null;
  return { value: text.slice(at, end), isQuoted: false, end };
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
    const end = substitutionEnd(text, at);
    if (end === null) return null;
    value += text.slice(at, end);
    at = end;
  }
  return null;
}

/** Behind the substitution that starts here, or behind the one character; null where it never ends. */
function substitutionEnd(text: string, at: number): number | null {
  const char = text.charAt(at);
  if (char === '`') {
    const end = text.indexOf('`', at + 1);
    return end < 0 ? null : end + 1;
  }
  const open = char === '$' ? text.charAt(at + 1) : '';
  if (open === '(' || open === '{') return closingEnd(text, at + 2, open, open === '(' ? ')' : '}');
  return at + 1;
}

/** Quotes inside are skipped whole, and so are substitutions; their depth is bounded by the call stack's worst case. */
function closingEnd(text: string, from: number, open: string, close: string): number | null {
  let depth = 1;
  for (let at = from; at < text.length; ) {
    const char = text.charAt(at);
    if (char === '\\') at += 2;
    else if (char === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) return null;
      at = end + 1;
    } else if (char === '"') {
      const end = quoteEnd(text, at + 1);
      if (end === null) return null;
      at = end;
    } else {
      if (char === open) depth += 1;
      if (char === close) depth -= 1;
      at += 1;
      if (depth === 0) return at;
    }
  }
  return null;
}

function quoteEnd(text: string, from: number): number | null {
  for (let at = from; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '"') return at + 1;
    if (char === '\\') at += 1;
  }
  return null;
}

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

function plain(kind: ShellToken['kind'], text: string, start: number, end: number): ShellToken {
  return { kind, text, value: text, isQuoted: false, start, end };
}
