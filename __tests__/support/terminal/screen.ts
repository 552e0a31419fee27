import { columnsOf, graphemesOf } from '../../../src/report/text-width.ts';

/**
 * A terminal as far as lines that are drawn over themselves need it: it breaks lines that are too long, scrolls, moves its
 * cursor up, erases, and breaks what it shows anew when it becomes narrower.
 */
export class Screen {
  columns: number;
  readonly rows: number;
  readonly isTTY = true;
  isCursorShown = true;
  /** All that was printed, the last `rows` of them on the screen. */
  #lines: string[] = [''];
  #row = 0;
  #column = 0;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string): void {
    for (const [part] of text.matchAll(/\u001b\[[?\d]*[A-Za-z]|[^\u001b]/gsu)) {
      if (part.startsWith('\u001b')) this.#obey(part);
      else this.#put(part);
    }
  }

  /** Everything that can be seen and scrolled back to, without spaces and lines that are empty at the end. */
  get text(): string {
    return this.#lines
      .map(line => line.trimEnd())
      .join('\n')
      .trimEnd();
  }

  /** As terminals do that break their lines anew; the cursor stays where it is in its line. */
  resize(columns: number): void {
    this.columns = columns;
    const lines = this.#lines.map(line => brokenAt(line.trimEnd(), columns));
    this.#row = lines.slice(0, this.#row).flat().length;
    this.#lines = lines.flat();
  }

  #obey(sequence: string): void {
    const count = Number(/\d+/.exec(sequence)?.[0] ?? 0);
    const top = Math.max(0, this.#lines.length - this.rows);
    if (sequence.endsWith('A')) this.#row = Math.max(top, this.#row - count);
    else if (sequence === '\u001b[?25l') this.isCursorShown = false;
    else if (sequence === '\u001b[?25h') this.isCursorShown = true;
    else if (sequence.endsWith('K')) this.#cutLine();
    else if (sequence.endsWith('J')) {
      this.#cutLine();
      this.#lines.length = this.#row + 1;
    } else throw new RangeError(`not known here: ${JSON.stringify(sequence)}`);
  }

  #put(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') this.#moveDown();
    else {
      const width = columnsOf(character);
      if (this.#column + width > this.columns) this.#moveDown();
      const line = this.#lines[this.#row] ?? '';
      const kept = startOf(line, this.#column);
      const space = ' '.repeat(this.#column - columnsOf(kept));
      this.#lines[this.#row] = `${kept}${space}${character}${restAfter(line, this.#column + width)}`;
      this.#column += width;
    }
  }

  #moveDown(): void {
    this.#row += 1;
    this.#column = 0;
    if (this.#row === this.#lines.length) this.#lines.push('');
  }

  #cutLine(): void {
    this.#lines[this.#row] = startOf(this.#lines[this.#row] ?? '', this.#column);
  }
}

function startOf(line: string, columns: number): string {
  let [kept, used] = ['', 0];
  for (const grapheme of graphemesOf(line)) {
    used += columnsOf(grapheme);
    if (used > columns) break;
    kept += grapheme;
  }
  return kept;
}

function restAfter(line: string, columns: number): string {
  return line.slice(startOf(line, columns).length);
}

function brokenAt(line: string, columns: number): readonly string[] {
  const first = startOf(line, columns);
  return first.length === line.length ? [line] : [first, ...brokenAt(line.slice(first.length), columns)];
}
