import { isSpace } from './white-space.ts';

/** How words are read. */
interface WordRules {
  readonly escape: string;
  /** Whether quotes and escapes stay in the words. */
  readonly isRaw: boolean;
  /** What variables stand for; absent where they stay as they are written. */
  readonly values: ReadonlyMap<string, string> | null;
}

/** A text that BuildKit refuses to read as words. */
class UnreadableWord extends Error {}

/** Deeper than any text that means well nests `${A:-${B:-…}}`, and far from what ends the stack. */
const MAX_DEPTH = 200;

/** A variable's, or the one character of a shell's own. */
const NAME = /\p{Nd}+|[@*#?\-$!0]|[\p{L}_][\p{L}\p{Nd}_]*/uy;

/** Characters: values that stand for values grow fast. */
const MAX_EXPANSION = 64 * 1024;

/** Characters of a pattern, and of what it is held against. Real ones are names of images. */
const MAX_PATTERN = 256;

/**
 * Reads words as BuildKit's own lexer does (`frontend/dockerfile/shell/lex.go`): quotes, escapes, the forms of `${…}`,
 * and `<<`, which takes the blanks behind it into its word.
 */
class WordLexer {
  readonly #text: string;
  readonly #rules: WordRules;
  readonly #words: string[] = [];
  #at = 0;
  #depth = 0;
  #keepsEscapes: boolean;
  /** Of the word that is being read. */
  #word = '';

  constructor(text: string, rules: WordRules) {
    this.#text = text;
    this.#rules = rules;
    this.#keepsEscapes = rules.isRaw;
  }

  /** @throws UnreadableWord */
  read(): { readonly whole: string; readonly words: readonly string[] } {
    const whole = this.#readUntil('', this.#words);
    if (this.#word !== '') this.#words.push(this.#word);
    return { whole, words: this.#words };
  }

  get #next(): string {
    return this.#text.charAt(this.#at);
  }

  #take(): string {
    const character = this.#next;
    this.#at += 1;
    return character;
  }

  /** @param stop empty for the end of the text */
  #readUntil(stop: string, words: string[]): string {
    let whole = '';
    while (this.#at < this.#text.length) {
      const character = this.#next;
      if (character === stop) {
        this.#at += 1;
        return whole;
      }
      const taken = this.#takePiece(character);
      whole += taken.text;
      if (this.#rules.values !== null && whole.length > MAX_EXPANSION) throw new UnreadableWord('too long');
      if (taken.isRaw) this.#word += taken.text;
      else this.#split(taken.text, words);
    }
    if (stop !== '') throw new UnreadableWord(`no ${stop}`);
    return whole;
  }

  #takePiece(character: string): { readonly text: string; readonly isRaw: boolean } {
    if (character === "'") return { text: this.#takeSingleQuoted(), isRaw: true };
    if (character === '"') return { text: this.#takeDoubleQuoted(), isRaw: true };
    if (character === '$') return { text: this.#takeVariable(), isRaw: false };
    if (character === '<') return { text: this.#takeArrows(), isRaw: true };
    this.#at += 1;
    if (character !== this.#rules.escape) return { text: character, isRaw: false };
    return { text: (this.#keepsEscapes ? character : '') + this.#take(), isRaw: true };
  }

  #split(text: string, words: string[]): void {
    for (const character of text) {
      if (!isSpace(character)) this.#word += character;
      else if (this.#word !== '') {
        words.push(this.#word);
        this.#word = '';
      }
    }
  }

  #takeSingleQuoted(): string {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end < 0) throw new UnreadableWord("no '");
    const [from, to] = this.#rules.isRaw ? [this.#at, end + 1] : [this.#at + 1, end];
    this.#at = end + 1;
    return this.#text.slice(from, to);
  }

  #takeDoubleQuoted(): string {
    const quote = this.#rules.isRaw ? '"' : '';
    let text = quote;
    this.#at += 1;
    while (this.#at < this.#text.length) {
      if (this.#next === '$') text += this.#takeVariable();
      else {
        const character = this.#take();
        if (character === '"') return text + quote;
        text += character === this.#rules.escape ? this.#quotedEscape(character) : character;
      }
    }
    throw new UnreadableWord('no "');
  }

  /** Between double quotes an escape is one before a quote, a `$` and itself only. */
  #quotedEscape(character: string): string {
    const kept = this.#keepsEscapes ? character : '';
    if (this.#at >= this.#text.length) return kept;
    return kept + (['"', '$', character].includes(this.#next) ? this.#take() : character);
  }

  #takeArrows(): string {
    this.#at += 1;
    if (this.#next !== '<') return '<';
    const start = this.#at - 1;
    this.#at += 1;
    while (/[\t\r ]/.test(this.#next)) this.#at += 1;
    return this.#text.slice(start, this.#at);
  }

  #takeVariable(): string {
    this.#at += 1;
    if (this.#next !== '{') {
      const name = this.#takeName();
      return name === '' ? '$' : this.#valueOf(name, `$${name}`);
    }
    this.#at += 1;
    if (['', '{', '}', ':'].includes(this.#next)) throw new UnreadableWord('bad substitution');
    const name = this.#takeName();
    let operator = this.#take();
    if (operator === '}') return this.#valueOf(name, `\${${name}}`);
    if (operator === '/') return this.#replaced(name);
    const isEmptyUnset = operator === ':';
    if (isEmptyUnset) operator += this.#take();
    else if (!/[-+?#%]/.test(operator)) throw new UnreadableWord('unsupported modifier');
    const isPattern = /[#%]/.test(operator);
    if (isEmptyUnset && isPattern) throw new UnreadableWord('unsupported modifier');
    const word = this.#nested('}', isPattern);
    const value = this.#rules.values?.get(name);
    if (value === undefined && this.#rules.values === null) return `\${${name}${operator}${word}}`;
    return chooseValue(isEmptyUnset && value === '' ? undefined : value, operator.slice(-1), word);
  }

  #valueOf(name: string, written: string): string {
    return this.#rules.values === null ? written : (this.#rules.values.get(name) ?? '');
  }

  /** `${NAME/pattern/other}`, `${NAME//pattern/other}` */
  #replaced(name: string): string {
    const isAll = this.#next === '/';
    if (isAll) this.#at += 1;
    const pattern = this.#nested('/', true);
    const other = this.#nested('}', true);
    const value = this.#rules.values?.get(name);
    if (value === undefined) return this.#rules.values === null ? `\${${name}/${pattern}/${other}}` : '';
    const expression = patternExpression(pattern, value, '.*');
    return value.replace(new RegExp(expression, isAll ? 'gsu' : 'su'), () => other);
  }

  /** What stands up to the stop, as one text. BuildKit forgets the beginning of the word around it, too. */
  #nested(stop: string, keepsEscapes: boolean): string {
    if (this.#depth >= MAX_DEPTH) throw new UnreadableWord('too deep');
    const before = this.#keepsEscapes;
    this.#depth += 1;
    this.#keepsEscapes = keepsEscapes;
    this.#word = '';
    const text = this.#readUntil(stop, []);
    this.#word = '';
    this.#keepsEscapes = before;
    this.#depth -= 1;
    return text;
  }

  #takeName(): string {
    NAME.lastIndex = this.#at;
    const name = NAME.exec(this.#text)?.[0] ?? '';
    this.#at += name.length;
    return name;
  }
}

/** @param operator the last character of it */
function chooseValue(value: string | undefined, operator: string, word: string): string {
  switch (operator) {
    case '-':
      return value ?? word;
    case '+':
      return value === undefined ? '' : word;
    case '?':
      if (value === undefined) throw new UnreadableWord('not set');
      return value;
    case '#':
    case '%':
      return withoutEnd(value ?? '', operator, word);
    default:
      throw new UnreadableWord('unsupported modifier');
  }
}

/** `${NAME#pattern}`, `${NAME##pattern}`, `${NAME%pattern}`, `${NAME%%pattern}` */
function withoutEnd(value: string, operator: '#' | '%', word: string): string {
  const isGreedy = word.startsWith(operator);
  const expression = patternExpression(isGreedy ? word.slice(1) : word, value, isGreedy ? '.*' : '.*?');
  if (operator === '#') return value.replace(new RegExp(`^${expression}`, 'su'), '');
  // The shortest end is the match that begins last, the longest the one that begins first.
  const whole = new RegExp(`^(?:${expression})$`, 'su');
  const starts = Array.from({ length: value.length + 1 }, (_each, start) => start);
  const start = (isGreedy ? starts : starts.reverse()).find(each => whole.test(value.slice(each)));
  return start === undefined ? value : value.slice(0, start);
}

/** The regular expression of a shell pattern with `*` and `?`. */
function patternExpression(pattern: string, value: string, star: string): string {
  // Each star looks at the whole value anew.
  if (Math.max(pattern.length, value.length) > MAX_PATTERN || pattern.split('*').length > 2) {
    throw new UnreadableWord('long pattern');
  }
  return pattern.replace(/\\([\s\S]?)|[\s\S]/g, (character: string, escaped?: string) => {
    if (escaped === '}' || escaped === '/') return escapeExpression(escaped);
    if (escaped !== undefined) {
      if (!/^[*?\\]$/.test(escaped)) throw new UnreadableWord('invalid escape');
      return `\\${escaped}`;
    }
    if (character === '*') return star;
    return character === '?' ? '.' : escapeExpression(character);
  });
}

function escapeExpression(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** null for what BuildKit refuses to read. */
export function lexWords(
  text: string,
  rules: WordRules,
): { readonly whole: string; readonly words: readonly string[] } | null {
  try {
    return new WordLexer(text, rules).read();
  } catch (error) {
    if (error instanceof UnreadableWord) return null;
    throw error;
  }
}
