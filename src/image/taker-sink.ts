import type { ContentSink } from '../tar/tar-parser.ts';
import { ChunkPipe } from './chunk-pipe.ts';
import { uncompressed } from './layer-bytes.ts';
import { inLayer } from './layer-errors.ts';
import type { ReadTask } from './layer-reader.ts';
import { takeStream } from './tar-taker.ts';

/** Hands a layer whose stored bytes are pushed into it to a taker, uncompressed. */
export class TakerSink implements ContentSink {
  readonly #pipe = new ChunkPipe();
  readonly #reading: Promise<void>;
  #failure: { readonly error: unknown } | null = null;

  constructor({ layer, taker }: ReadTask) {
    this.#reading = takeStream(uncompressed(this.#pipe, layer), taker).catch((error: unknown) => {
      this.#failure = { error: inLayer(error, layer) };
      this.#pipe.abandon();
    });
  }

  write(chunk: Uint8Array): void | Promise<void> {
    if (this.#failure) throw this.#failure.error;
    return this.#pipe.write(chunk);
  }

  async end(): Promise<void> {
    this.#pipe.end();
    await this.#reading;
    if (this.#failure) throw this.#failure.error;
  }

  /** The archive broke off: lets go of what waits for more. */
  cancel(): void {
    this.#pipe.fail(new Error('the archive broke off'));
  }
}
