import { columnsOf, graphemesOf } from '../report/text-width.ts';

/** The part of a stream that writing to a terminal needs. */
export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const ERASE_LINE = '\u001b[K';
const ERASE_BELOW = '\u001b[J';
const UP = '\u001b[1A';

/** The last lines of a terminal, drawn over themselves. What is printed meanwhile goes above them. */
export class LiveArea {
  readonly #stream: TerminalStream;
  #lines: readonly string[] = [];
  #holders = 0;
  /** A program that is broken off leaves the cursor, and none of these lines. */
  readonly #leave = (): void => this.clear();

  constructor(stream: TerminalStream) {
    this.#stream = stream;
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY === true;
  }

  /** Columns that a line may have: the last one is left, where terminals differ in whether the next line follows. */
  get columns(): number {
    return Math.max(1, (this.#stream.columns || 80) - 1);
  }

  /** Lines that may be drawn: where they would scroll, they could not be drawn over. */
  get rows(): number {
    return Math.max(1, (this.#stream.rows || 24) - 1);
  }

  /** Whether somebody has all of it, and draws there again and again. */
  get isTaken(): boolean {
    return this.#holders > 0;
  }

  /** Takes all of it. @returns leaves it, with nothing drawn there any more */
  take(): () => void {
    this.#holders += 1;
    return () => {
      this.#holders -= 1;
      this.clear();
    };
  }

  /** @param lines of at most so many columns and rows */
  draw(lines: readonly string[]): void {
    if (this.#lines.length === 0) process.once('exit', this.#leave);
    this.#stream.write(`${HIDE_CURSOR}${this.#toStart()}${this.#drawn(lines)}`);
    this.#lines = lines;
  }

  print(text: string): void {
    if (this.#lines.length === 0) {
      this.#stream.write(`${text}\n`);
      return;
    }
    this.#stream.write(`${this.#toStart()}${this.#drawn([...text.split('\n'), ...this.#lines])}`);
  }

  clear(): void {
    if (this.#lines.length === 0) return;
    this.#stream.write(`${this.#toStart()}${this.#drawn([''])}${UP}${SHOW_CURSOR}`);
    process.off('exit', this.#leave);
    this.#lines = [];
  }

  /** Erases from the second line on: to clear the whole screen keeps all of it in the history of some terminals. */
  #drawn(lines: readonly string[]): string {
    return `${lines.map(line => `${line}${ERASE_LINE}\n`).join('')}${ERASE_BELOW}`;
  }

  /** A terminal that became narrower has broken the lines that it shows. */
  #toStart(): string {
    const columns = this.#stream.columns || 80;
    const rows = this.#lines.reduce((sum, line) => sum + rowsOf(line, columns), 0);
    return rows === 0 ? '' : `\u001b[${rows}A\r`;
  }
}

function rowsOf(line: string, columns: number): number {
  let [rows, used] = [1, 0];
  for (const grapheme of graphemesOf(line)) {
    const width = columnsOf(grapheme);
    if (used + width > columns) {
      rows += 1;
      used = 0;
    }
    used += width;
  }
  return rows;
}
