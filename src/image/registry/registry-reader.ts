import { DeadweightError } from '../../base/errors.ts';
import type { LayerScan } from '../../layer/layer-scan.ts';
import { scanLayerStream } from '../../layer/scan.ts';
import { uncompressed } from '../layer-bytes.ts';
import { blobMissing, inLayer } from '../layer-errors.ts';
import type { LayerReader, LayerTask, ReadOptions, StoredLayer } from '../layer-reader.ts';
import type { RegistryClient } from './registry-client.ts';

/** Layers under way at a time: as many as docker pulls. */
const CONCURRENCY = 3;
const PROGRESS_STEP = 1024 * 1024;

/** Fetches the layers that are asked for, and no others; each is checked against its digest and its diffID. */
export class RegistryReader implements LayerReader {
  readonly #client: RegistryClient;

  constructor(client: RegistryClient) {
    this.#client = client;
  }

  async scan(
    tasks: readonly LayerTask[],
    options: ReadOptions,
    done: (scan: LayerScan) => Promise<void>,
  ): Promise<void> {
    const queue = [...tasks];
    const count = counter(tasks, options);
    let failed = false;
    const work = async () => {
      for (let task = queue.shift(); task && !failed; task = queue.shift()) {
        try {
          await done(await this.#scanOne(task.layer, options, count));
        } catch (error) {
          failed = true;
          throw inLayer(error, task.layer);
        }
      }
    };
    const results = await Promise.allSettled(Array.from({ length: CONCURRENCY }, work));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  async *open(layer: StoredLayer): AsyncIterable<Uint8Array> {
    yield* uncompressed(this.#fetch(layer), layer);
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  #scanOne(
    layer: StoredLayer,
    { collectors }: ReadOptions,
    count: (bytes: number) => void,
  ): Promise<LayerScan> {
    const stored = counted(this.#fetch(layer), count);
    const options = { diffId: layer.diffId, collectors, content: 'all', verify: true } as const;
    return scanLayerStream(uncompressed(stored, layer), options);
  }

  async *#fetch(layer: StoredLayer): AsyncIterable<Uint8Array> {
    if (layer.digest === null) throw blobMissing(layer);
    try {
      yield* this.#client.blob(layer.digest);
    } catch (error) {
      const isMissing = error instanceof DeadweightError && error.code === 'image-not-found';
      throw isMissing ? blobMissing(layer) : error;
    }
  }
}

function counter(tasks: readonly LayerTask[], { progress, label }: ReadOptions): (bytes: number) => void {
  const total = tasks.reduce((sum, task) => sum + (task.layer.size ?? 0), 0);
  let done = 0;
  let shown = -PROGRESS_STEP;
  return bytes => {
    done += bytes;
    if (done - shown < PROGRESS_STEP) return;
    shown = done;
    progress.update(label, done, total);
  };
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) {
    count(chunk.length);
    yield chunk;
  }
}
