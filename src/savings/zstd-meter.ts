import { once } from 'node:events';
import { constants, createZstdCompress, type ZstdCompress } from 'node:zlib';
import type { SizeMeter } from './size-meter.ts';

/**
 * What level 3 means, with the window of the library that BuildKit uses at its default: eight megabytes. All of it is
 * said, because what is left out would depend on whether the last bytes are known when the first come. Savings on the
 * same layers as for gzip are within 2.1 % of BuildKit's.
 * @see https://pkg.go.dev/github.com/klauspost/compress/zstd#WithEncoderLevel
 */
const PARAMS = {
  [constants.ZSTD_c_windowLog]: 23,
  [constants.ZSTD_c_hashLog]: 17,
  [constants.ZSTD_c_chainLog]: 16,
  [constants.ZSTD_c_searchLog]: 1,
  [constants.ZSTD_c_minMatch]: 5,
  [constants.ZSTD_c_strategy]: constants.ZSTD_dfast,
};

/** Sizes of a zstd stream. */
export class ZstdMeter implements SizeMeter {
  readonly #engine: ZstdCompress = createZstdCompress({ params: PARAMS, chunkSize: 256 * 1024 });
  readonly #ended: Promise<unknown>;
  #size = 0;

  constructor() {
    this.#engine.on('data', (chunk: Uint8Array) => {
      this.#size += chunk.length;
    });
    this.#ended = once(this.#engine, 'end');
    this.#ended.catch(() => undefined);
  }

  write(bytes: Uint8Array): undefined | Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    // Not the `drain` event: it does not come any more when `end` was called meanwhile.
    return this.#engine.write(bytes, () => resolve()) ? undefined : promise;
  }

  async end(): Promise<number> {
    this.#engine.end();
    await this.#ended;
    return this.#size;
  }
}
