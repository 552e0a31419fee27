/** Parts of at most so many are sorted at once. */
const SMALL = 32;

/** A part of the list: all that is before it comes before it in order, too. */
interface Part {
  readonly start: number;
  readonly end: number;
  /** Rows that its items take up. */
  readonly rows: number;
  isSorted: boolean;
  /** Where it was divided; null where it was not. */
  halves: readonly [Part, Part] | null;
}

/** Rows that an item takes up. */
type RowsOf = (item: number) => number;

/** An item of the order, and the number of rows that items before it take up. */
export interface LocatedItem {
  readonly index: number;
  readonly firstRow: number;
}

/**
 * Items in their order, each of which takes up a number of rows. Only the parts that somebody looks at are put in order: the
 * first look at `n` items takes about `n` steps (quickselect), each after that few, where to sort all would take `n log n`.
 */
export class LazyOrder {
  readonly #items: Uint32Array;
  readonly #compare: (one: number, other: number) => number;
  readonly #all: Part;

  /**
   * @param items each once; the array is kept, and reordered
   * @param compare never 0 for two of them: below 0 where the first comes first
   * @param rowsOf rows that an item takes up: the same at each call, but not kept, as it may hold what is large
   */
  constructor(items: Uint32Array, compare: (one: number, other: number) => number, rowsOf: RowsOf) {
    this.#items = items;
    this.#compare = compare;
    this.#all = this.#part(0, items.length, this.#sum(0, items.length, rowsOf));
  }

  get length(): number {
    return this.#items.length;
  }

  /** @param index 0 for the first in order */
  at(index: number, rowsOf: RowsOf): number {
    let part = this.#all;
    for (;;) {
      const halves = this.#settle(part, rowsOf);
      if (halves === null) return this.#items[index] ?? 0;
      part = index < halves[0].end ? halves[0] : halves[1];
    }
  }

  /** The item that takes up a row; null beyond the last row. */
  locate(row: number, rowsOf: RowsOf): LocatedItem | null {
    if (row >= this.#all.rows) return null;
    let part = this.#all;
    let firstRow = 0;
    for (;;) {
      const halves = this.#settle(part, rowsOf);
      if (halves === null) break;
      const [low, high] = halves;
      if (row < firstRow + low.rows) part = low;
      else {
        firstRow += low.rows;
        part = high;
      }
    }
    for (let index = part.start; index < part.end; index += 1) {
      const rows = rowsOf(this.#items[index] ?? 0);
      if (row < firstRow + rows) return { index, firstRow };
      firstRow += rows;
    }
    return null;
  }

  /** Rows that all items before this one take up. */
  rowsBefore(item: number, rowsOf: RowsOf): number {
    const items = this.#items;
    let rows = 0;
    for (let at = 0; at < items.length; at += 1) {
      const other = items[at] ?? 0;
      if (other !== item && this.#compare(other, item) < 0) rows += rowsOf(other);
    }
    return rows;
  }

  #part(start: number, end: number, rows: number): Part {
    return { start, end, rows, isSorted: false, halves: null };
  }

  #sum(start: number, end: number, rowsOf: RowsOf): number {
    let rows = 0;
    for (let at = start; at < end; at += 1) rows += rowsOf(this.#items[at] ?? 0);
    return rows;
  }

  /** Divides a large part, and sorts a small one. @returns the halves; null where the part is sorted */
  #settle(part: Part, rowsOf: RowsOf): readonly [Part, Part] | null {
    if (part.isSorted || part.halves !== null) return part.halves;
    const { start, end, rows } = part;
    if (end - start <= SMALL) {
      this.#items.subarray(start, end).sort(this.#compare);
      part.isSorted = true;
      return null;
    }
    const middle = this.#divide(start, end);
    const lowRows = this.#sum(start, middle, rowsOf);
    part.halves = [this.#part(start, middle, lowRows), this.#part(middle, end, rows - lowRows)];
    return part.halves;
  }

  /** Hoare's partition. The pivot is any of the items: whoever makes an image must not know which. @returns where the second half starts */
  #divide(start: number, end: number): number {
    const items = this.#items;
    const chosen = start + Math.floor(Math.random() * (end - start));
    const pivot = items[chosen] ?? 0;
    items[chosen] = items[start] ?? 0;
    items[start] = pivot;
    let low = start - 1;
    let high = end;
    for (;;) {
      do low += 1;
      while (items[low] !== pivot && this.#compare(items[low] ?? 0, pivot) < 0);
      do high -= 1;
      while (items[high] !== pivot && this.#compare(items[high] ?? 0, pivot) > 0);
      if (low >= high) return high + 1;
      const item = items[low] ?? 0;
      items[low] = items[high] ?? 0;
      items[high] = item;
    }
  }
}
