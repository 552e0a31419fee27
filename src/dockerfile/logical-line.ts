import { isBlank, isComment, trimLineEnd, trimSpaceStart } from './white-space.ts';

/** Joins the physical lines of an instruction as BuildKit does: continuations, comments and empty lines inside them. */
export class LogicalLine {
  readonly #continuation: RegExp;
  #text = '';
  #open = true;
  #isBegun = false;

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
    if (isComment(line) || (this.#isBegun && isBlank(line))) return;
    this.#isBegun = true;
    const own = trimLineEnd(line);
    this.#open = this.#continuation.test(own);
    const joined = this.#open ? own.replace(this.#continuation, '$1') : own;
    this.#text += this.#text === '' ? trimSpaceStart(joined) : joined;
  }
}
