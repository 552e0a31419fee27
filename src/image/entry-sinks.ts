import type { DiffId } from '../base/digest.ts';
import { DeadweightError } from '../base/errors.ts';
import type { Collector } from '../layer/collector.ts';
import type { ImageLimits } from '../layer/image-limits.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import type { ContentSink } from '../tar/content-sink.ts';
import { ChunkPipe } from './chunk-pipe.ts';
import { HEAD_LENGTH, nameLayer, uncompressLayer } from './layer-bytes.ts';
import type { RunningHash } from './layer-hashes.ts';
import { consumeStream, type ReadTask, type StoredLayer } from './layer-reader.ts';
import { LayerSink } from './layer-sink.ts';

/**
 * Looks at a file of an archive whose name does not tell what it is. When its content is a layer that is looked
 * for, its diffID says so; whatever else it is, however broken, is none of our business.
 */
export class UnnamedLayerSink implements ContentSink {
  readonly #sink: LayerSink;
  readonly #isWanted: (diffId: DiffId) => boolean;
  readonly #keep: (scan: LayerScan) => Promise<void>;
  #given = 0;
  #isLayer = true;

  /** @param example any of the layers that are looked for: its hash algorithm is used */
  constructor(
    example: StoredLayer,
    collectors: readonly Collector[],
    hash: RunningHash,
    limits: ImageLimits,
    isWanted: (diffId: DiffId) => boolean,
    keep: (scan: LayerScan) => Promise<void>,
  ) {
    this.#sink = new LayerSink({ ...example, digest: null, size: null }, collectors, hash, limits);
    this.#isWanted = isWanted;
    this.#keep = keep;
  }

  write(chunk: Uint8Array): void | Promise<void> {
    if (!this.#isLayer) return;
    this.#given += chunk.length;
    try {
      return this.#sink.write(chunk);
    } catch (error) {
      this.#reject(error);
    }
  }

  async end(): Promise<void> {
    // A file shorter than a tar block is a document; do not make a tar of it.
    if (!this.#isLayer || this.#given < HEAD_LENGTH) return;
    let scan: LayerScan | null = null;
    try {
      await this.#sink.end();
      scan = this.#sink.finishAs(this.#isWanted);
    } catch (error) {
      this.#reject(error);
    }
    if (scan) await this.#keep(scan);
  }

  cancel(): void {
    this.#sink.cancel();
  }

  #reject(error: unknown): void {
    if (!(error instanceof DeadweightError)) throw error;
    this.#isLayer = false;
    this.#sink.cancel();
  }
}

/** Hands a layer whose stored bytes are pushed into it to a consumer, uncompressed. */
export class ConsumerSink implements ContentSink {
  readonly #pipe = new ChunkPipe();
  readonly #reading: Promise<void>;
  #failure: { readonly error: unknown } | null = null;

  constructor({ layer, consumer }: ReadTask) {
    this.#reading = consumeStream(uncompressLayer(this.#pipe, layer), consumer).catch((error: unknown) => {
      this.#failure = { error: nameLayer(error, layer) };
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
