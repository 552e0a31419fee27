import type { LayerScan } from '../layer/layer-scan.ts';
import { type ScanOptions, scanLayerAt, scanLayerStream } from '../layer/scan.ts';
import { type RandomAccess, streamRange } from '../tar/random-access.ts';
import { compressionOf, HEAD_LENGTH, uncompressed } from './layer-bytes.ts';
import { inLayer, sizeMismatch } from './layer-errors.ts';
import type { LayerReader, LayerTask, ReadOptions, StoredLayer } from './layer-reader.ts';

/** Opens the stored bytes of a layer; the reader closes what it opened. */
export type OpenBlob = (layer: StoredLayer) => RandomAccess;

/**
 * Reads layers whose blobs can be read by position. Uncompressed tars are then read by their headers alone, unless
 * they are to be verified or the medium promises their content by digest; compressed ones stream and are always verified.
 */
export class BlobReader implements LayerReader {
  readonly #openBlob: OpenBlob;
  readonly #release: () => void;

  /** @param release called by every `close` */
  constructor(openBlob: OpenBlob, release: () => void = () => undefined) {
    this.#openBlob = openBlob;
    this.#release = release;
  }

  async scan(
    tasks: readonly LayerTask[],
    options: ReadOptions,
    done: (scan: LayerScan) => Promise<void>,
  ): Promise<void> {
    for (const [index, task] of tasks.entries()) {
      options.progress.update(options.label, index, tasks.length);
      try {
        await done(await this.#scanOne(task, options));
      } catch (error) {
        throw inLayer(error, task.layer);
      }
    }
  }

  async *open(layer: StoredLayer): AsyncIterable<Uint8Array> {
    const blob = this.#openBlob(layer);
    try {
      yield* uncompressed(streamRange(blob, { start: 0, length: blob.size }), layer);
    } finally {
      blob.close();
    }
  }

  async close(): Promise<void> {
    this.#release();
  }

  async #scanOne({ layer, content }: LayerTask, options: ReadOptions): Promise<LayerScan> {
    const blob = this.#openBlob(layer);
    try {
      if (layer.size !== null && layer.size !== blob.size) throw sizeMismatch(layer, blob.size);
      const { collectors } = options;
      const bytesPass: ScanOptions = { diffId: layer.diffId, collectors, content: 'all', verify: true };
      const packed = compressionOf(headOf(blob), layer) !== 'none';
      // A digest of other bytes than the tar's, or of another algorithm, needs a hash of its own.
      if (packed || (layer.digest !== null && layer.digest !== `${layer.diffId}`)) {
        const stored = streamRange(blob, { start: 0, length: blob.size });
        return await scanLayerStream(uncompressed(stored, layer), bytesPass);
      }
      if (layer.digest !== null || options.verify) return await scanLayerAt(blob, bytesPass);
      const paths = content === 'cheap' || content.size === 0 ? 'none' : content;
      return await scanLayerAt(blob, { ...bytesPass, content: paths, verify: false });
    } finally {
      blob.close();
    }
  }
}

function headOf(blob: RandomAccess): Uint8Array {
  const head = new Uint8Array(HEAD_LENGTH);
  return head.subarray(0, blob.read(head, 0));
}
