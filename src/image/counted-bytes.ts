import type { CountBytes } from '../base/effects.ts';
import type { BytesPlace, RandomAccess } from '../tar/random-access.ts';

/** The chunks, each counted as it passes. */
export async function* countChunks(
  chunks: AsyncIterable<Uint8Array>,
  count: CountBytes,
): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) {
    count(chunk.length);
    yield chunk;
  }
}

/** The sum, where all of them are known. */
export function totalOf(sizes: readonly (number | null)[]): number | null {
  return sizes.reduce((sum, size) => (sum === null || size === null ? null : sum + size), 0);
}

/** Counts how far the reading of a source has come: what is jumped over is done, and what is read again is not done twice. */
export class CountedAccess implements RandomAccess {
  readonly size: number;
  readonly isScattered: boolean;
  readonly #source: RandomAccess;
  readonly #count: CountBytes;
  #farthest = 0;

  constructor(source: RandomAccess, count: CountBytes) {
    this.size = source.size;
    this.isScattered = source.isScattered ?? false;
    this.#source = source;
    this.#count = count;
  }

  read(target: Uint8Array, position: number): number {
    const length = this.#source.read(target, position);
    this.#reach(position + length);
    return length;
  }

  /** Nothing more of it is wanted. */
  countRest(): void {
    this.#reach(this.size);
  }

  place(): BytesPlace | null {
    return this.#source.place?.() ?? null;
  }

  close(): void {
    this.#source.close();
  }

  #reach(end: number): void {
    if (end <= this.#farthest) return;
    this.#count(end - this.#farthest);
    this.#farthest = end;
  }
}
