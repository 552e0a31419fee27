import type { ByteRange } from '../tar/random-access.ts';
import type { Codec } from './codec.ts';
import type { CompressionPool } from './compression-pool.ts';
import type { SizeMeter } from './size-meter.ts';

/** Bytes of a tar, and the position of the first. */
interface Chunk {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts the entries of some files out of the tar of one layer. It is told where they are, and given the bytes in their
 * order: at least those of its `ranges`. The others it passes over.
 */
export class LayerCut {
  readonly #codec: Codec;
  readonly #pool: CompressionPool;
  /** Removed entries, ascending. */
  readonly #runs: ByteRange[] = [];
  /** Of the runs, the first whose bytes were not all given. */
  #next = 0;
  #segment: Segment | null = null;
  /** Where the segment ends, once it has had a run, unless another is near. */
  #closing = Number.POSITIVE_INFINITY;
  readonly #saved: Promise<number>[] = [];
  readonly #waits: Promise<void>[] = [];

  constructor(codec: Codec, pool: CompressionPool) {
    this.#codec = codec;
    this.#pool = pool;
  }

  /** In the order of the tar. A run must be known before any byte in front of it that is its context is given. */
  add(run: ByteRange): void {
    this.#runs.push(run);
  }

  /** What it needs to be given, once all runs are known. */
  ranges(tarSize: number): readonly ByteRange[] {
    return planSegments(this.#runs, this.#codec, tarSize);
  }

  /** @returns a promise when it has enough to do for now */
  feed(bytes: Uint8Array, start: number): undefined | Promise<void> {
    const chunk = { bytes, start, end: start + bytes.length };
    for (let at: number | null = start; at !== null && at < chunk.end; ) at = this.#take(chunk, at);
    if (this.#waits.length === 0) return undefined;
    return Promise.all(this.#waits.splice(0)).then(() => undefined);
  }

  /** No more bytes come. @returns how many compressed bytes were removed */
  async end(): Promise<number> {
    this.#close();
    const saved = await Promise.all(this.#saved);
    return saved.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** @returns up to where it took the chunk; null when it wants no more of it */
  #take(chunk: Chunk, at: number): number | null {
    const run = this.#runs[this.#next];
    const from = run === undefined ? Number.POSITIVE_INFINITY : run.start - this.#codec.before;
    if (this.#segment === null) {
      if (from >= chunk.end) return null;
      this.#segment = new Segment(this.#codec, this.#pool, this.#waits);
      return Math.max(at, from);
    }
    if (run !== undefined && at >= run.start) return this.#remove(chunk, at, run, this.#segment);
    const isNear = run !== undefined && from <= this.#closing;
    const until = Math.min(isNear ? run.start : this.#closing, chunk.end);
    this.#segment.keep(chunk.bytes.subarray(at - chunk.start, until - chunk.start));
    if (!isNear && until === this.#closing) this.#close();
    return until;
  }

  #remove(chunk: Chunk, at: number, run: ByteRange, segment: Segment): number {
    const end = run.start + run.length;
    const until = Math.min(end, chunk.end);
    segment.remove(chunk.bytes.subarray(at - chunk.start, until - chunk.start));
    if (until === end) {
      this.#next += 1;
      this.#closing = end + this.#codec.after;
    }
    return until;
  }

  #close(): void {
    if (this.#segment === null) return;
    const saved = this.#segment.end();
    // Whoever gives up does not come to await it.
    saved.catch(() => undefined);
    this.#saved.push(saved);
    this.#segment = null;
    this.#closing = Number.POSITIVE_INFINITY;
  }
}

/** A stretch of a tar around removed runs that are near to each other, compressed twice: as it is, and without them. */
class Segment {
  readonly #whole: SizeMeter;
  readonly #remaining: SizeMeter;
  readonly #count: (bytes: number) => void;
  readonly #waits: Promise<void>[];

  /** @param waits is given what the writer has to wait for */
  constructor(codec: Codec, pool: CompressionPool, waits: Promise<void>[]) {
    this.#whole = codec.meter(pool);
    this.#remaining = codec.meter(pool);
    this.#count = bytes => pool.count(bytes * codec.weight);
    this.#waits = waits;
  }

  remove(bytes: Uint8Array): void {
    this.#count(bytes.length);
    this.#wait(this.#whole.write(bytes));
  }

  keep(bytes: Uint8Array): void {
    this.#count(2 * bytes.length);
    this.#wait(this.#whole.write(bytes));
    this.#wait(this.#remaining.write(bytes));
  }

  /** Compressed bytes that the runs take up. */
  async end(): Promise<number> {
    const [whole, remaining] = await Promise.all([this.#whole.end(), this.#remaining.end()]);
    return whole - remaining;
  }

  #wait(pending: undefined | Promise<void>): void {
    if (pending !== undefined) this.#waits.push(pending);
  }
}

/** A stretch of a tar: removed runs that are near to each other, with what is around them. Bytes. */
interface PlannedSegment extends ByteRange {
  /** Of its length. */
  readonly removed: number;
}

/** @param runs removed entries, ascending and apart */
export function planSegments(
  runs: readonly ByteRange[],
  { before, after }: Pick<Codec, 'before' | 'after'>,
  tarSize: number,
): readonly PlannedSegment[] {
  const segments: { start: number; length: number; removed: number }[] = [];
  let open: { start: number; length: number; removed: number } | undefined;
  for (const { start, length } of runs) {
    const from = Math.max(start - before, 0);
    const until = Math.min(start + length + after, tarSize);
    if (open === undefined || from > open.start + open.length) {
      open = { start: from, length: 0, removed: 0 };
      segments.push(open);
    }
    open.length = until - open.start;
    open.removed += length;
  }
  return segments;
}
