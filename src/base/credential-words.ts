/** Where a word stands, with its quotes. */
export interface Word {
  readonly start: number;
  readonly end: number;
}

interface Command {
  readonly words: readonly Word[];
  /** Whether the command before it writes what it reads. */
  readonly isPiped: boolean;
}

const LINE_END = /[ \t\r]{0,80}\n/y;

/** Characters that are a part of a word wherever they stand. */
const PLAIN = new Uint8Array(128);
for (const char of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=+%@~^*?!$')
  PLAIN[char.charCodeAt(0)] = 1;

/**
 * The simple commands of a text and their words, as shells and arrays (`["mysql", "-p…"]`) have them. Not what a shell
 * makes of them: what is masked is to be found in what somebody wrote, and a quote that does not end is none.
 */
export function* commandsIn(text: string, from: number, to: number): Generator<Command> {
  let words: Word[] = [];
  let isPiped = false;
  let start = -1;
  let unclosed = '';
  const end = (at: number): void => {
    if (start >= 0) words.push({ start, end: at });
    start = -1;
  };
  for (let at = from; at < to; at += 1) {
    if (PLAIN[text.charCodeAt(at)] === 1) {
      if (start < 0) start = at;
      continue;
    }
    const char = text.charAt(at);
    if (char === '\\') {
      LINE_END.lastIndex = at + 1;
      if (LINE_END.test(text)) {
        end(at);
        at = LINE_END.lastIndex - 1;
        continue;
      }
      if (start < 0) start = at;
      at += 1;
    } else if (char === '\n' || char === ';' || char === '|' || char === '&' || char === '`') {
      end(at);
      if (words.length > 0) {
        yield { words, isPiped };
        isPiped = char === '|' && text[at + 1] !== '|';
        words = [];
        // Behind `|`, a line break or the `&` of `|&` ends nothing.
        // `{ …; } | …`
      } else if (char === '|' && text[at + 1] !== '|' && text[at - 1] !== '|') isPiped = true;
      else if (char !== '\n' && !(char === '&' && text[at - 1] === '|')) isPiped = false;
      if (char === '\n') unclosed = '';
    } else if (/[\s(){},[\]]/.test(char) && isBetween(text, at, start)) end(at);
    else if (char === '#' && start < 0 && /[\s;&|(]/.test(text[at - 1] ?? ' ')) {
      // A comment: no operand of what stands before, and it may show a command itself.
      if (words.length > 0) yield { words, isPiped };
      [words, isPiped] = [[], false];
    } else if (isRedirection(text, at, start)) {
      // `2>&1`: the number belongs to it.
      start = -1;
      at = behindTarget(text, at, to) - 1;
    } else {
      if (start < 0) start = at;
      if ((char === '"' || char === "'") && !unclosed.includes(char)) {
        const close = closingOf(text, at, to);
        if (close < 0) unclosed += char;
        else at = close;
      }
    }
  }
  end(to);
  if (words.length > 0) yield { words, isPiped };
}

/** Whether a character ends a word: brackets and commas do next to quotes, and are a part of a value elsewhere. */
function isBetween(text: string, at: number, start: number): boolean {
  const char = text.charAt(at);
  if (/\s/.test(char)) return true;
  if (start < 0) return char !== '{' || /[\s"']/.test(text.charAt(at + 1));
  return char === ')' ? /[\s;&|)"']|^$/.test(text.charAt(at + 1)) : /["']/.test(text.charAt(at - 1));
}

/** `> file`, `2>&1`, `< file`; a here-document, a here-string and the output of a command are none. */
function isRedirection(text: string, at: number, start: number): boolean {
  const char = text.charAt(at);
  if (char !== '>' && char !== '<') return false;
  if (char === '<' && /[<(]/.test(text.charAt(at + 1))) return false;
  return start < 0 || (at - start <= 2 && /^\d+$/.test(text.slice(start, at)));
}

/** Behind a redirection and the file that it names. */
function behindTarget(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && /[<>&|]/.test(text.charAt(at))) at += 1;
  while (at < to && text[at] === ' ') at += 1;
  while (at < to && !/[\s;&|]/.test(text.charAt(at))) at += 1;
  return Math.max(at, from + 1);
}

/** On the same line, or on those that a backslash joins to it. */
function closingOf(text: string, from: number, to: number): number {
  const quote = text.charAt(from);
  for (let at = from + 1; at < to; at += 1) {
    const char = text.charAt(at);
    if (char === quote) return at;
    if (char === '\\' && (quote === '"' || text[at + 1] === '\n' || text.startsWith('\r\n', at + 1))) at += 1;
    else if (char === '\n') return -1;
  }
  return -1;
}
