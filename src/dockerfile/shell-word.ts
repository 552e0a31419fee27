import { isSpace } from './white-space.ts';
import { lexWords } from './word-lexer.ts';

/**
 * Splits a logical Dockerfile line into words at unquoted white space, quotes and escapes kept, as BuildKit's
 * shell lexer does before it looks for flags and heredocs.
 */
export function shellWords(line: string, escapeChar: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let index = 0; index < line.length; index += 1) {
    const char = line.charAt(index);
    if (char === escapeChar && quote !== "'") {
      word += char + line.charAt(index + 1);
      index += 1;
    } else if (quote === '' && isSpace(char)) {
      if (word !== '') words.push(word);
      word = '';
    } else {
      if (quote === char) quote = '';
      else if (quote === '' && (char === '"' || char === "'")) quote = char;
      word += char;
    }
  }
  if (word !== '') words.push(word);
  return words;
}

/** The word without its quotes and escapes; as it is where BuildKit would refuse it. */
export function unquote(word: string, escapeChar: string): string {
  return lexWords(word, { escape: escapeChar, isRaw: false, values: null })?.whole ?? word;
}

/** The words of `["apt-get", "update"]`; null where the text is not a JSON list of strings. */
export function jsonWords(body: string): readonly string[] | null {
  try {
    const value: unknown = JSON.parse(body);
    return Array.isArray(value) && value.every(word => typeof word === 'string') ? value : null;
  } catch {
    return null;
  }
}

/**
 * The words of an instruction, from its JSON form or its shell form, without quotes and escapes. What begins like a
 * JSON list and is not one BuildKit reads as words, too.
 */
export function instructionWords(body: string, escapeChar: string): readonly string[] {
  const words = body.startsWith('[') ? jsonWords(body) : null;
  return words ?? shellWords(body, escapeChar).map(word => unquote(word, escapeChar));
}

/**
 * Expands variables as BuildKit does in FROM and ARG, and takes quotes and escapes away: `$X`, `${X}`, and its forms
 * with `-`, `+`, `?`, `#`, `%` and `/`. What is unset becomes empty; what BuildKit would refuse stays as it is.
 */
export function expandVariables(text: string, values: ReadonlyMap<string, string>): string {
  return lexWords(text, { escape: '\\', isRaw: false, values })?.whole ?? text;
}
