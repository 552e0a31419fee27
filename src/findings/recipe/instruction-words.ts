import { shellWords, unquote } from '../../dockerfile/shell-word.ts';

/** The words of the shell form, or of the JSON form. */
export function wordsOf(body: string, escapeChar: string): readonly string[] {
  if (body.startsWith('[')) {
    try {
      const value: unknown = JSON.parse(body);
      if (Array.isArray(value) && value.every(word => typeof word === 'string')) return value;
    } catch {
      // BuildKit reads it as words, too.
    }
  }
  return shellWords(body, escapeChar).map(word => unquote(word, escapeChar));
}
