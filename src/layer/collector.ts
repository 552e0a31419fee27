import type { ByteRange } from '../tar/random-access.ts';
import type { JsonValue } from './json-value.ts';
import type { LayerEntry } from './layer-entry.ts';

interface AnyCollector {
  /** Stable and kebab-case; part of the scan's cache key, with the version. */
  readonly id: string;
  readonly version: number;
  /** Whether it wants the content of this regular file. Called once for each entry: keep it cheap. */
  wants(entry: LayerEntry): boolean;
}

/**
 * Looks into the few files of a layer that matter to it (a package database, a lock file).
 * Pure: the same bytes give the same value, whatever the image around them.
 */
export interface FileCollector extends AnyCollector {
  /** @returns null when the file is not what it seemed to be. Must not throw on hostile bytes. */
  collect(entry: LayerEntry, content: Uint8Array): JsonValue | null;
}

/**
 * Looks at a few places of files that may be large. Pure, as above. Where a layer comes as a stream no more than the
 * asked ranges is kept of it, and where it is read by position no more is read.
 */
export interface RangeCollector extends AnyCollector {
  /**
   * Yields the ranges that it wants, one at a time, and is given the bytes of each, which are its own. Forward only:
   * a range begins at or behind the end of the one before, lies within the file, and is of at most MAX_RANGE bytes;
   * one that is not ends the reading without a value.
   * @returns null when the file is not what it seemed to be. Must not throw on hostile bytes.
   */
  read(entry: LayerEntry): Generator<ByteRange, JsonValue | null, Uint8Array>;
}

export type Collector = FileCollector | RangeCollector;

/** A file larger than this is not handed to collectors whole. Bytes. */
export const MAX_COLLECTED_FILE = 64 * 1024 * 1024;
/** The longest range of a file that a collector may ask for. Bytes. */
export const MAX_RANGE = 1024 * 1024;

/** What wants ranges of one file, the earliest first. */
export interface FileReading {
  /** Where it is to be read next; null when it has seen enough. */
  readonly wanted: ByteRange | null;
  /** The next bytes of the file, from this position on. */
  take(chunk: Uint8Array, position: number): void;
}

/** A collector on its way through one file, whether the file comes by or is read by position. */
export class RangeReading implements FileReading {
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
      length <= MAX_RANGE &&
      length <= this.#size - start;
    if (!isPossible) return;
    this.#range = { start, length };
    this.#filled = 0;
    this.#bytes = takeBytes(length);
  }
}

const NOTHING = new Uint8Array(0);

/** Bytes that are allocated at once, and the most that are taken of them at a time. */
const SLAB = 512 * 1024;
const MAX_TAKEN = 64 * 1024;

let slab = NOTHING;
let taken = 0;

/**
 * Bytes that nobody else has, with anything in them. A layer has 100,000 small files: memory of its own, filled with zeros, for
 * each of them takes longer than reading them, and waits for the garbage collector meanwhile.
 */
function takeBytes(length: number): Uint8Array {
  if (length > MAX_TAKEN) return new Uint8Array(length);
  if (taken + length > slab.length) {
    slab = new Uint8Array(SLAB);
    taken = 0;
  }
  taken += length;
  return slab.subarray(taken - length, taken);
}

/** Several collectors on their way through one file: what one asks for is shown to all. */
export class SharedReading implements FileReading {
  readonly #readings: readonly FileReading[];

  constructor(readings: readonly FileReading[]) {
    this.#readings = readings;
  }

  get wanted(): ByteRange | null {
    let first: ByteRange | null = null;
    for (const { wanted } of this.#readings) {
      if (wanted !== null && (first === null || wanted.start < first.start)) first = wanted;
    }
    return first;
  }

  take(chunk: Uint8Array, position: number): void {
    for (const reading of this.#readings) reading.take(chunk, position);
  }
}
