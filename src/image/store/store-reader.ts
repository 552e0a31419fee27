import type { LayerScan } from '../../layer/layer-scan.ts';
import { scanLayerStream, scanLayerWith } from '../../layer/scan.ts';
import { countChunks, totalOf } from '../counted-bytes.ts';
import { nameLayer, readStreams } from '../layer-bytes.ts';
import type {
  LayerAccess,
  LayerReader,
  LayerTask,
  ReadOptions,
  ReadTask,
  StoredLayer,
} from '../layer-reader.ts';
import { scanWithProgress } from '../scan-lanes.ts';
import type { ListedLayer } from './image-store.ts';
import { rebuildTar } from './tar-split.ts';

/** Reads layers that a store keeps unpacked: each is put together again, and checked against its diffID. */
export class StoreReader implements LayerReader {
  readonly #layers: readonly ListedLayer[];

  /** @param layers in the order of the image's */
  constructor(layers: readonly ListedLayer[]) {
    this.#layers = layers;
  }

  async scan(
    tasks: readonly LayerTask[],
    options: ReadOptions,
    done: (scan: LayerScan) => Promise<void>,
  ): Promise<void> {
    const { collectors, limits } = options;
    await scanWithProgress(
      tasks,
      options,
      async ({ layer }, lane, count) => {
        const how = { diffId: layer.diffId, collectors, limits, content: 'all', verify: true } as const;
        const tar = countChunks(lane.unlessAborted(this.open(layer)), count);
        const thread = lane.threadFor(this.#layers[layer.index]?.size ?? 0);
        try {
          return await (thread ? scanLayerWith(thread, tar, how) : scanLayerStream(tar, how));
        } catch (error) {
          throw nameLayer(error, layer);
        }
      },
      done,
      totalOf(tasks.map(({ layer }) => this.#layers[layer.index]?.size ?? null)),
    );
  }

  async read(tasks: readonly ReadTask[]): Promise<void> {
    await readStreams(tasks, layer => this.open(layer));
  }

  access(): LayerAccess {
    return 'layer';
  }

  open({ index }: StoredLayer): AsyncIterable<Uint8Array> {
    const layer = this.#layers[index];
    if (layer === undefined) throw new TypeError(`the image has no layer ${index}`);
    return rebuildTar(layer.recordPath, layer.filesPath);
  }

  async close(): Promise<void> {
    // Nothing is open between two calls.
  }
}
