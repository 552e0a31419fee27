import type { RandomAccess } from '../tar/random-access.ts';

/** Takes the uncompressed tar of one layer, in whichever of two ways its medium has it. */
export interface TarTaker {
  /** The tar can be read by position, until the promise settles: whoever needs little reads little. */
  readAt(source: RandomAccess): Promise<void>;
  /** The tar passes by, from its first byte to its last. Chunks may be kept, and must not be changed. */
  write(chunk: Uint8Array): void | Promise<void>;
  /** All of it was written. */
  end(): void | Promise<void>;
}

/**
 * How much has to be read for something of one layer: nothing more (`position`), all of that layer (`layer`), or the
 * whole image, which then serves its other layers too (`image`).
 */
export type LayerAccess = 'position' | 'layer' | 'image';

/** Hands a stream to a taker, to its end. */
export async function takeStream(tar: AsyncIterable<Uint8Array>, taker: TarTaker): Promise<void> {
  for await (const chunk of tar) {
    const pending = taker.write(chunk);
    if (pending !== undefined) await pending;
  }
  await taker.end();
}
