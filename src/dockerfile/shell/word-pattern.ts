/** Parts of a word that a shell replaces: variables, commands, globs, braces. */
const WILD = /\$\{[^}]{0,99}\}|\$\([^)]{0,99}\)|\$\w+|\[[^\]]{0,99}\]|\{[^}]{0,99}\}|[*?`]+/;

/** A shell word as far as it tells a file's name: `*`, `?`, `[…]`, braces and variables stand for anything. */
export class WordPattern {
  /** What stands between the wild parts; the first begins the name, the last ends it. */
  readonly #literals: readonly string[];

  constructor(word: string) {
    this.#literals = word.split(WILD);
  }

  /** Whether it says anything at all. */
  get isTelling(): boolean {
    return this.#literals.some(literal => literal.length >= 3);
  }

  /** Linear in the name for each literal: the leftmost places are taken, as with any wildcards. */
  matches(name: string): boolean {
    const [first = '', ...rest] = this.#literals;
    const last = rest.pop();
    if (last === undefined) return name === first;
    if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) {
      return false;
    }
    let at = first.length;
    for (const literal of rest) {
      const found = name.indexOf(literal, at);
      if (found < 0) return false;
      at = found + literal.length;
    }
    return at <= name.length - last.length;
  }
}
