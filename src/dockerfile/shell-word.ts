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
    } else if (quote === '' && (char === ' ' || char === '\t')) {
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

/** The word without its quotes and escapes. */
export function unquote(word: string, escapeChar: string): string {
  let text = '';
  let quote = '';
  for (let index = 0; index < word.length; index += 1) {
    const char = word.charAt(index);
    if (char === escapeChar && quote !== "'" && index + 1 < word.length) {
      index += 1;
      text += word.charAt(index);
    } else if (quote === char) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else text += char;
  }
  return text;
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

const VARIABLE = /\$(?:\{([A-Za-z_]\w*)(?:(:?[-+])([^{}]*))?\}|([A-Za-z_]\w*))/g;

/** Expands `$X`, `${X}`, `${X:-default}`, `${X-default}`, `${X:+other}` and `${X+other}`; what is unset becomes empty. */
export function expandVariables(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(VARIABLE, (_all, braced?: string, operator?: string, word?: string, bare?: string) => {
    const value = values.get(braced ?? bare ?? '');
    const isSet = operator?.startsWith(':') ? Boolean(value) : value !== undefined;
    if (operator?.endsWith('-')) return isSet ? (value ?? '') : (word ?? '');
    if (operator?.endsWith('+')) return isSet ? (word ?? '') : '';
    return value ?? '';
  });
}
