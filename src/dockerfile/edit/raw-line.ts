/** A line of a file as it is written. */
export interface RawLine {
  readonly text: string;
  /** `\n`, `\r\n`, or nothing at the end of a file. */
  readonly end: string;
}

/** The lines of a text: their texts are those of `Dockerfile.lines`. */
export function rawLines(text: string): readonly RawLine[] {
  const lines: RawLine[] = [];
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const next = newline < 0 ? text.length : newline + 1;
    const line = text.slice(at, next);
    const end = line.endsWith('\r\n') ? '\r\n' : newline >= 0 ? '\n' : line.endsWith('\r') ? '\r' : '';
    lines.push({ text: line.slice(0, line.length - end.length), end });
    at = next;
  }
  return lines;
}

export function joinLines(lines: readonly RawLine[]): string {
  return lines.map(({ text, end }) => text + end).join('');
}

/** The line end that the lines use: that of the last one that has one. */
export function lineEnd(lines: readonly RawLine[]): string {
  return lines.findLast(({ end }) => end.endsWith('\n'))?.end ?? '\n';
}

/** Spaces and tabs before anything else. */
export function readIndent(text: string): string {
  return /^[ \t]*/.exec(text)?.[0] ?? '';
}

/** A place in raw lines, both from 0: before the character of that column. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

interface Piece {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** Where the characters of a text stand that was joined from pieces of lines. */
export class PositionMap {
  readonly #pieces: Piece[] = [];
  /** The offset into all pieces that the text's own offsets count from. */
  readonly #origin: number;

  constructor(pieces: readonly Piece[] = [], origin = 0) {
    this.#pieces = [...pieces];
    this.#origin = origin;
  }

  /** Appends a piece: `length` characters from a column of a line on. */
  add(line: number, column: number, length: number): void {
    const last = this.#pieces.at(-1);
    const offset = last === undefined ? 0 : last.offset + last.length;
    if (length > 0) this.#pieces.push({ offset, line, column, length });
  }

  /** A map of the text that begins at the offset: what stands before it no longer counts. */
  from(offset: number): PositionMap {
    return new PositionMap(this.#pieces, this.#origin + offset);
  }

  /** Where the character at the offset stands. */
  at(offset: number): Position {
    return this.#place(offset + this.#origin, offset + this.#origin);
  }

  /** Behind the character before the offset. */
  before(offset: number): Position {
    return this.#place(offset + this.#origin, offset + this.#origin - 1);
  }

  #place(offset: number, character: number): Position {
    let [low, high] = [0, this.#pieces.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#pieces[middle]?.offset ?? 0) <= character) low = middle;
      else high = middle - 1;
    }
    const piece = this.#pieces[low] ?? { offset: 0, line: 0, column: 0 };
    return { line: piece.line, column: piece.column + offset - piece.offset };
  }
}
