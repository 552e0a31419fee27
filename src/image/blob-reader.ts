import type { CountBytes } from '../base/effects.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { openedTar } from '../layer/placed-scan.ts';
import { type ScanOptions, scanLayerStream, scanLayerWith } from '../layer/scan.ts';
import { type BytesPlace, lendRange, type RandomAccess, streamRange } from '../tar/random-access.ts';
import { CountedAccess, totalOf } from './counted-bytes.ts';
import {
  checkStored,
  detectLayerCompression,
  HEAD_LENGTH,
  nameLayer,
  sizeMismatch,
  uncompressLayer,
} from './layer-bytes.ts';
import {
  consumeStream,
  type LayerAccess,
  type LayerReader,
  type LayerTask,
  type ReadOptions,
  type ReadTask,
  type StoredLayer,
} from './layer-reader.ts';
import { PositionScans } from './position-scans.ts';
import { type ScanLane, scanWithProgress } from './scan-lanes.ts';

/** Opens the stored bytes of a layer; the reader closes what it opened. */
type OpenBlob = (layer: StoredLayer) => RandomAccess;

/**
 * Reads layers whose blobs can be read by position. Uncompressed tars are then read by their headers alone, unless
 * they are to be verified or the medium promises their content by digest; compressed ones stream and are always verified.
 */
export class BlobReader implements LayerReader {
  readonly #openBlob: OpenBlob;
  readonly #release: () => void;
  readonly #byPosition = new PositionScans();

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
    await scanWithProgress(
      tasks,
      options,
      (task, lane, count) => this.#scanOne(task, options, lane, count),
      done,
      totalOf(tasks.map(({ layer }) => this.#sizeOf(layer))),
    );
  }

  async read(tasks: readonly ReadTask[]): Promise<void> {
    for (const { layer, consumer } of tasks) {
      try {
        await this.#withBlob(layer, async blob => {
          if (layer.size !== null && layer.size !== blob.size) throw sizeMismatch(layer, blob.size);
          if (!isPacked(blob, layer)) return await consumer.readAt(blob);
          await consumeStream(
            uncompressLayer(streamRange(blob, { start: 0, length: blob.size }), layer),
            consumer,
          );
        });
      } catch (error) {
        throw nameLayer(error, layer);
      }
    }
  }

  access(layer: StoredLayer): LayerAccess {
    const blob = this.#openBlob(layer);
    try {
      return isPacked(blob, layer) ? 'layer' : 'position';
    } finally {
      blob.close();
    }
  }

  place(layer: StoredLayer): BytesPlace | null {
    const blob = this.#openBlob(layer);
    try {
      return blob.place?.() ?? null;
    } finally {
      blob.close();
    }
  }

  tarFile(layer: StoredLayer): RandomAccess | null {
    const blob = this.#openBlob(layer);
    const isWhole = layer.size === null || layer.size === blob.size;
    if (isWhole && (blob.range?.() ?? null) !== null && !isPacked(blob, layer)) return blob;
    blob.close();
    return null;
  }

  async *open(layer: StoredLayer): AsyncIterable<Uint8Array> {
    yield* uncompressLayer(this.#stream(layer), layer);
  }

  openStored(layer: StoredLayer): AsyncIterable<Uint8Array> {
    return checkStored(this.#stream(layer), layer);
  }

  async close(): Promise<void> {
    this.#release();
  }

  async *#stream(layer: StoredLayer): AsyncIterable<Uint8Array> {
    const blob = this.#openBlob(layer);
    try {
      yield* streamRange(blob, { start: 0, length: blob.size });
    } finally {
      blob.close();
    }
  }

  async #withBlob<T>(layer: StoredLayer, body: (blob: RandomAccess) => Promise<T>): Promise<T> {
    const blob = this.#openBlob(layer);
    try {
      return await body(blob);
    } finally {
      blob.close();
    }
  }

  /** For progress: what cannot be opened fails when it is to be read. */
  #sizeOf(layer: StoredLayer): number | null {
    if (layer.size !== null) return layer.size;
    try {
      const blob = this.#openBlob(layer);
      blob.close();
      return blob.size;
    } catch {
      return null;
    }
  }

  async #scanOne(
    task: LayerTask,
    options: ReadOptions,
    lane: ScanLane,
    count: CountBytes,
  ): Promise<LayerScan> {
    try {
      return await this.#scanBlob(task, options, lane, count);
    } catch (error) {
      throw nameLayer(error, task.layer);
    }
  }

  async #scanBlob(
    task: LayerTask,
    options: ReadOptions,
    lane: ScanLane,
    count: CountBytes,
  ): Promise<LayerScan> {
    return await this.#withBlob(task.layer, async opened => {
      const blob = new CountedAccess(opened, count);
      const scan = await this.#scanCounted(blob, task, options, lane);
      blob.countRest();
      return scan;
    });
  }

  async #scanCounted(
    blob: RandomAccess,
    task: LayerTask,
    options: ReadOptions,
    lane: ScanLane,
  ): Promise<LayerScan> {
    const { layer } = task;
    if (layer.size !== null && layer.size !== blob.size) throw sizeMismatch(layer, blob.size);
    const { collectors, limits } = options;
    const bytesPass: ScanOptions = {
      diffId: layer.diffId,
      collectors,
      limits,
      content: 'all',
      verify: true,
    };
    const all = { start: 0, length: blob.size };
    const packed = isPacked(blob, layer);
    // A digest of other bytes than the tar's, or of another algorithm, needs a hash of its own.
    const needsOwnHash = packed || (layer.digest !== null && layer.digest !== `${layer.diffId}`);
    if (needsOwnHash || layer.digest !== null || options.verify) {
      // What unpacks has read a chunk before it asks for the next; the bytes of a tar go to a thread as they are.
      const stored = packed ? lendRange(blob, all) : streamRange(blob, all);
      const tar = lane.unlessAborted(
        needsOwnHash ? uncompressLayer(stored, layer, limits.expansion) : stored,
      );
      const thread = lane.threadFor(blob.size);
      return await (thread ? scanLayerWith(thread, tar, bytesPass) : scanLayerStream(tar, bytesPass));
    }
    return await this.#byPosition.scan(openedTar(blob), task, options, lane);
  }
}

function isPacked(blob: RandomAccess, layer: StoredLayer): boolean {
  const head = new Uint8Array(HEAD_LENGTH);
  return detectLayerCompression(head.subarray(0, blob.read(head, 0)), layer) !== 'none';
}
