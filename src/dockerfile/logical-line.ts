/** Joins the physical lines of an instruction as BuildKit does: continuations, comments and empty lines inside them. */
export class LogicalLine {
  readonly #continuation: RegExp;
  #text = '';
  #open = true;

  constructor(escapeChar: string) {
    const mark = escapeChar === '`' ? '`' : '\\\\';
    this.#continuation = new RegExp(`(^|[^${mark}])${mark}[ \\t]*$`);
  }

  /** Whether another physical line belongs to it. */
  get open(): boolean {
    return this.#open;
  }

  get text(): string {
    return this.#text;
  }

  /** Adds a physical line, without its line end. */
  add(line: string): void {
    const isFirst = this.#text === '';
    if (isComment(line)) return;
    if (!isFirst && line.trim() === '') return;
    this.#open = this.#continuation.test(line);
    const joined = this.#open ? line.replace(this.#continuation, '$1') : line;
    this.#text += isFirst ? joined.trimStart() : joined;
  }
}

export function isComment(line: string): boolean {
  return /^\s*#/.test(line);
}
