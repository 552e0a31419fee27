import { shellWords, unquote } from './shell-word.ts';

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

/** `<<EOF` as it stands on an instruction's line. */
interface HeredocStart {
  readonly name: string;
  /** `<<-`: leading tabs do not count. */
  readonly chomp: boolean;
}

export interface Heredoc extends HeredocStart {
  /** The lines between the instruction's line and the terminator. */
  readonly lines: readonly string[];
}

const HEREDOC = /^\d*<<(-?)([^<]+)$/;
const CAN_CONTAIN = /^\s*(?:onbuild\s+)?(?:add|copy|run)\s/i;

/** The heredocs that a logical line opens, in order (BuildKit's `heredocsFromLine`). */
export function readHeredocs(logicalLine: string, escapeChar: string): readonly HeredocStart[] {
  if (!logicalLine.includes('<<') || !CAN_CONTAIN.test(logicalLine)) return [];
  const starts: HeredocStart[] = [];
  for (const word of shellWords(logicalLine, escapeChar)) {
    const match = HEREDOC.exec(word);
    const name = unquote(match?.[2] ?? '', escapeChar);
    if (match && name !== '') starts.push({ name, chomp: match[1] === '-' });
  }
  return starts;
}

/** Whether the line ends the heredoc. */
export function isTerminator(line: string, heredoc: HeredocStart): boolean {
  return (heredoc.chomp ? line.replace(/^\t+/, '') : line) === heredoc.name;
}
