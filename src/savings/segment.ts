import type { Codec } from './codec.ts';
import type { CompressionPool } from './compression-pool.ts';
import type { SizeMeter } from './size-meter.ts';

/** A stretch of a tar around removed runs that are near to each other, compressed twice: as it is, and without them. */
export class Segment {
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
