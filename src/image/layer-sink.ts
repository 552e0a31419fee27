import { Buffer } from 'node:buffer';
import { type DiffId, digestAlgorithm, isDiffId } from '../base/digest.ts';
import type { Collector } from '../layer/collector.ts';
import type { HashThread } from '../layer/hash-thread.ts';
import type { ImageLimits } from '../layer/image-limits.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { createLayerScanner } from '../layer/scan.ts';
import { type Compression, decompress } from '../tar/compression.ts';
import type { ContentSink } from '../tar/content-sink.ts';
import { ChunkPipe } from './chunk-pipe.ts';
import { detectLayerCompression, digestMismatch, HEAD_LENGTH, StoredBytesCheck } from './layer-bytes.ts';
import type { RunningHash } from './layer-hashes.ts';
import type { StoredLayer } from './layer-reader.ts';

/**
 * Scans a layer whose stored bytes are pushed into it: an entry of an archive that streams by.
 * An uncompressed tar is scanned in the call that brings it; only compressed ones need a pipe.
 */
export class LayerSink implements ContentSink {
  readonly #layer: StoredLayer;
  readonly #scanner: ReturnType<typeof createLayerScanner>;
  readonly #hash: RunningHash;
  readonly #limits: ImageLimits;
  #diffId: DiffId | null = null;
  readonly #head: Uint8Array[] = [];
  #headLength = 0;
  #check: StoredBytesCheck | null = null;
  #body: ContentSink | null = null;
  #pipe: ChunkPipe | null = null;

  /**
   * @param hash of the diffID's algorithm
   * @param limits shared by the layers of the image
   * @param files hashes the files elsewhere; null hashes them as they come
   */
  constructor(
    layer: StoredLayer,
    collectors: readonly Collector[],
    hash: RunningHash,
    limits: ImageLimits,
    files: HashThread | null = null,
  ) {
    this.#layer = layer;
    this.#limits = limits;
    const options = { collectors, content: 'all', limits } as const;
    this.#scanner = createLayerScanner({ ...options, ...(files && { hashThread: files }) });
    this.#hash = hash;
  }

  write(chunk: Uint8Array): void | Promise<void> {
    if (this.#body) {
      this.#check?.add(chunk);
      return this.#body.write(chunk);
    }
    this.#head.push(chunk);
    this.#headLength += chunk.length;
    if (this.#headLength >= HEAD_LENGTH) return this.#begin();
  }

  async end(): Promise<void> {
    if (!this.#body) await this.#begin();
    await this.#body?.end();
    this.#check?.finish();
    const text = `${digestAlgorithm(this.#layer.diffId)}:${await this.#hash.digest()}`;
    if (isDiffId(text)) this.#diffId = text;
  }

  /** The facts of the layer, after `end`. @throws DeadweightError `digest-mismatch`, `input-truncated`, … */
  finish(): LayerScan {
    const diffId = this.#actualDiffId();
    if (diffId !== this.#layer.diffId) throw digestMismatch(this.#layer, diffId);
    return this.#scanner.finish(diffId, true);
  }

  /** The facts if this turns out to be one of the layers that are looked for; null when it is another. */
  finishAs(isWanted: (diffId: DiffId) => boolean): LayerScan | null {
    const diffId = this.#actualDiffId();
    return isWanted(diffId) ? this.#scanner.finish(diffId, true) : null;
  }

  /** The archive broke off: lets go of what waits for more. */
  cancel(): void {
    this.#pipe?.abandon();
  }

  #actualDiffId(): DiffId {
    if (this.#diffId === null) throw new TypeError('the facts of a layer are there after its end');
    return this.#diffId;
  }

  #begin(): void | Promise<void> {
    const head = Buffer.concat(this.#head);
    const compression = detectLayerCompression(head.subarray(0, HEAD_LENGTH), this.#layer);
    const { digest, diffId } = this.#layer;
    // The digest of an uncompressed blob is its diffID, which is hashed anyway.
    const covered = compression === 'none' && digest === `${diffId}`;
    this.#check = new StoredBytesCheck(this.#layer, covered ? null : digest);
    this.#body = compression === 'none' ? this.#tarBody() : this.#packedBody(compression);
    this.#check.add(head);
    return this.#body.write(head);
  }

  #tarBody(): ContentSink {
    const { sink } = this.#scanner;
    return {
      write: chunk => both(this.#hash.update(chunk), sink.write(chunk)),
      end: () => sink.end(),
    };
  }

  #packedBody(compression: Compression): ContentSink {
    const pipe = new ChunkPipe();
    const tar = this.#tarBody();
    let failure: { readonly error: unknown } | null = null;
    const reading = (async () => {
      for await (const chunk of decompress(pipe, compression, this.#limits.expansion)) await tar.write(chunk);
      await tar.end();
    })().catch((error: unknown) => {
      failure = { error };
      pipe.abandon();
    });
    this.#pipe = pipe;
    return {
      write: chunk => pipe.write(chunk),
      end: async () => {
        pipe.end();
        await reading;
        if (failure) throw failure.error;
      },
    };
  }
}

function both(first: void | Promise<void>, second: void | Promise<void>): void | Promise<void> {
  if (first === undefined) return second;
  return second === undefined ? first : first.then(() => second);
}
