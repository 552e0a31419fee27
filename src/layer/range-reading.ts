import type { ByteRange } from '../tar/random-access.ts';
import { RANGE_LIMIT, type RangeCollector } from './collector.ts';
import type { LayerEntry } from './entry.ts';
import type { JsonValue } from './layer-scan.ts';

/** A collector on its way through one file. The same, whether the file comes by or is read by position. */
export class RangeReading {
  readonly #steps: Generator<ByteRange, JsonValue | null, Uint8Array>;
  readonly #size: number;
  #range: ByteRange | null = null;
  #filled = 0;
  #bytes: Uint8Array = NOTHING;
  /** Where the last range ended. */
  #end = 0;
  #value: JsonValue | null = null;

  /** @param size of the file. Bytes */
  constructor(collector: RangeCollector, entry: LayerEntry, size: number) {
    this.#steps = collector.read(entry);
    this.#size = size;
    this.#accept(this.#steps.next());
  }

  /** The part of the current range that is still missing; null when it has seen enough. */
  get wanted(): ByteRange | null {
    if (this.#range === null) return null;
    return { start: this.#range.start + this.#filled, length: this.#range.length - this.#filled };
  }

  /** What it made of the file; null when that is nothing, or not all of it came. */
  get value(): JsonValue | null {
    return this.#value;
  }

  /** The next bytes of the file, from this position on. They are copied. */
  take(chunk: Uint8Array, position: number): void {
    const end = position + chunk.length;
    for (let next = this.wanted; next !== null && next.start < end; next = this.wanted) {
      const from = next.start - position;
      const piece = chunk.subarray(from, from + next.length);
      this.#bytes.set(piece, this.#filled);
      this.#filled += piece.length;
      if (piece.length === next.length) this.#advance();
    }
  }

  #advance(): void {
    const bytes = this.#bytes;
    this.#end = (this.#range?.start ?? 0) + bytes.length;
    this.#range = null;
    this.#bytes = NOTHING;
    this.#accept(this.#steps.next(bytes));
  }

  /** An empty range would be asked for again and again. */
  #accept(step: IteratorResult<ByteRange, JsonValue | null>): void {
    if (step.done === true) {
      this.#value = step.value;
      return;
    }
    const { start, length } = step.value;
    const isPossible =
      Number.isSafeInteger(start) &&
      Number.isSafeInteger(length) &&
      start >= this.#end &&
      length > 0 &&
      length <= RANGE_LIMIT &&
      length <= this.#size - start;
    if (!isPossible) return;
    this.#range = { start, length };
    this.#filled = 0;
    this.#bytes = new Uint8Array(length);
  }
}

const NOTHING = new Uint8Array(0);
