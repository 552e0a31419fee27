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
  /** What offsets count from. */
  readonly #base: number;

  constructor(pieces: readonly Piece[] = [], base = 0) {
    this.#pieces = [...pieces];
    this.#base = base;
  }

  /** Appends a piece: `length` characters from a column of a line on. */
  add(line: number, column: number, length: number): void {
    const last = this.#pieces.at(-1);
    const offset = last === undefined ? 0 : last.offset + last.length;
    if (length > 0) this.#pieces.push({ offset, line, column, length });
  }

  /** The same map for the text without what is before the offset. */
  from(offset: number): PositionMap {
    return new PositionMap(this.#pieces, this.#base + offset);
  }

  /** Where the character at the offset stands. */
  at(offset: number): Position {
    return this.#place(offset + this.#base, offset + this.#base);
  }

  /** Behind the character before the offset. */
  before(offset: number): Position {
    return this.#place(offset + this.#base, offset + this.#base - 1);
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
