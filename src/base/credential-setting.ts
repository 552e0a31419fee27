/** A value that ENV, ARG or LABEL sets, where it stands in the text, without the quotes around it. */
export interface Setting {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** As Dockerfiles have it, builders write it into history, and messages quote it with the numbers of lines. */
const KEYWORD =
  /^[ \t]{0,40}(?:\d{1,6} \|[ \t]{1,8}(?:>>>[ \t]{1,8})?)?(?:\/bin\/sh -c #\(nop\)[ \t]{1,8})?(?:ONBUILD[ \t]{1,8})?(ENV|ARG|LABEL)[ \t]{1,40}/gim;
const BLANK = /[ \t\r]/;

/**
 * What instructions set. No shell reads them: a value goes on over `;`, `&` and brackets, and in the form without an equals
 * sign, or in history, where its quotes are gone, over blanks. Linear.
 */
export function settingsIn(text: string): readonly Setting[] {
  const found: Setting[] = [];
  let from = 0;
  for (const match of text.matchAll(KEYWORD)) {
    // What looks like one may be a line of the last one.
    if (match.index < from) continue;
    const words = wordsFrom(text, match.index + match[0].length);
    from = words.at(-1)?.end ?? from;
    const [first] = words;
    const last = words.at(-1);
    if (first === undefined || last === undefined) continue;
    const isBare = !text.slice(first.start, first.end).includes('=');
    if (isBare && match[1]?.toUpperCase() !== 'ARG') {
      const [, second] = words;
      if (second) found.push(settingOf(text, first, second.start, last.end));
    } else found.push(...assignedIn(text, words));
  }
  return found;
}

interface Word {
  readonly start: number;
  readonly end: number;
}

function assignedIn(text: string, words: readonly Word[]): readonly Setting[] {
  const found: Setting[] = [];
  for (const [index, word] of words.entries()) {
    const equals = text.slice(word.start, word.end).indexOf('=');
    if (equals < 0) continue;
    // A word without an equals sign is none by itself: it goes on with the value before.
    let next = index + 1;
    while (next < words.length && !text.slice(words[next]?.start, words[next]?.end).includes('=')) next += 1;
    const start = word.start + equals;
    const end = words[next - 1]?.end ?? word.end;
    found.push(settingOf(text, { start: word.start, end: start }, start + 1, end));
  }
  return found;
}

function settingOf(text: string, name: Word, start: number, end: number): Setting {
  const value = text.slice(start, end);
  const quote = value.length > 1 && /^(["']).*\1$/s.test(value) ? 1 : 0;
  const bare = text.slice(name.start, name.end).replaceAll(/["']/g, '');
  return { name: bare, start: start + quote, end: end - quote };
}

/** The words from there up to the end of the instruction, with their quotes. */
function wordsFrom(text: string, from: number): readonly Word[] {
  const words: Word[] = [];
  let start = -1;
  let quote = '';
  const unclosed = new Set<string>();
  let at = from;
  for (; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\') {
      const next = continued(text, at);
      if (next !== null) {
        at = next - 1;
        continue;
      }
      if (start < 0) start = at;
      if (quote !== "'" && text[at + 1] !== '\n') at += 1;
    } else if (char === '\n') break;
    else if (quote !== '') quote = char === quote ? '' : quote;
    else if (BLANK.test(char)) {
      if (start >= 0) words.push({ start, end: at });
      start = -1;
    } else {
      if (start < 0) start = at;
      if ((char === '"' || char === "'") && !unclosed.has(char)) {
        // History has values without the quotes around them, and an apostrophe is no beginning of any.
        if (isClosed(text, at, char)) quote = char;
        else unclosed.add(char);
      }
    }
  }
  if (start >= 0) words.push({ start, end: Math.min(at, text.length) });
  return words;
}

/** Comments and empty lines in the middle of an instruction. */
const SKIPPED = /[ \t]*(?:#[^\n]*)?\r?\n|[ \t]*#[^\n]*$/y;

/** Where the instruction goes on behind a backslash at the end of a line, and behind comments; null where it is none. */
function continued(text: string, at: number): number | null {
  let end = at + 1;
  while (BLANK.test(text.charAt(end))) end += 1;
  if (text[end] !== '\n') return null;
  end += 1;
  for (;;) {
    SKIPPED.lastIndex = end;
    if (!SKIPPED.test(text)) return end;
    end = SKIPPED.lastIndex;
  }
}

function isClosed(text: string, from: number, quote: string): boolean {
  for (let at = from + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === quote) return true;
    if (char === '\\') {
      const next = continued(text, at);
      if (next !== null) at = next - 1;
      else if (quote === '"') at += 1;
    } else if (char === '\n') return false;
  }
  return false;
}
