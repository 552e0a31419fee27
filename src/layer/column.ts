/** Numbers by index, in as few bytes as they need. */
export type NumberColumn = Uint32Array | Float64Array;

type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** The column, or a larger copy, so that it has room for so many values. What is new is 0. */
export function grown<T extends Column>(column: T, length: number): T;
export function grown(column: Column, length: number): Column {
  if (length <= column.length) return column;
  const larger = allocate(column, Math.max(length, column.length * 2));
  larger.set(column);
  return larger;
}

/** The first values alone, with no memory to spare. */
export function compact<T extends Column>(column: T, length: number): T;
export function compact(column: Column, length: number): Column {
  return column.length === length ? column : column.slice(0, length);
}

function allocate(like: Column, length: number): Column {
  if (like instanceof Uint8Array) return new Uint8Array(length);
  if (like instanceof Uint16Array) return new Uint16Array(length);
  if (like instanceof Uint32Array) return new Uint32Array(length);
  return new Float64Array(length);
}

/** Grows a column value by value: 32 bits each, until one needs more. */
export class NumberColumnBuilder {
  #values: NumberColumn = new Uint32Array(16);
  #length = 0;

  push(value: number): void {
    if (this.#values instanceof Uint32Array && value >>> 0 !== value)
      this.#values = new Float64Array(this.#values);
    this.#values = grown(this.#values, this.#length + 1);
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  /** Another builder with the values so far. */
  copy(): NumberColumnBuilder {
    const copy = new NumberColumnBuilder();
    copy.#values = this.#values.slice();
    copy.#length = this.#length;
    return copy;
  }

  finish(): NumberColumn {
    return compact(this.#values, this.#length);
  }
}
