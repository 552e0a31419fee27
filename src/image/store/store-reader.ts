import { Buffer } from 'node:buffer';
import type { CountBytes } from '../../base/effects.ts';
import { IndexedLayer } from '../../layer/indexed-layer.ts';
import type { LayerScan } from '../../layer/layer-scan.ts';
import type { PlacedTar } from '../../layer/placed-scan.ts';
import { scanLayerStream, scanLayerWith } from '../../layer/scan.ts';
import type { BytesPlace } from '../../tar/random-access.ts';
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
import { PositionScans } from '../position-scans.ts';
import { type ScanLane, scanWithProgress } from '../scan-lanes.ts';
import type { ListedLayer } from './image-store.ts';
import { RebuiltTar, recordPlace } from './rebuilt-tar.ts';
import type { StoreAccess } from './store-access.ts';
import { rebuildTar } from './tar-split.ts';
import { layerChanged } from './unpacked-files.ts';

/** Bytes of memory of records that are kept, as they are read up to three times: those of a million files have more. */
const MAX_KEPT = 64 * 1024 * 1024;

/** Reads layers that a store keeps unpacked. */
export class StoreReader implements LayerReader {
  readonly #layers: readonly ListedLayer[];
  readonly #isByPosition: boolean;
  readonly #access: StoreAccess;
  readonly #byPosition = new PositionScans();
  /** Layers whose files were looked at. */
  readonly #checked = new Set<ListedLayer>();
  /** Tars whose records were read. */
  readonly #kept = new Map<ListedLayer, RebuiltTar>();
  #keptBytes = 0;

  /**
   * @param layers in the order of the image's
   * @param isByPosition whether headers are read from the records of the tars, and files are looked at and not read,
   * unless they are asked for; else each layer is put together again, and checked against its diffID
   */
  constructor(
    layers: readonly ListedLayer[],
    { isByPosition, access }: { readonly isByPosition: boolean; readonly access: StoreAccess },
  ) {
    this.#access = access;
    this.#layers = layers;
    this.#isByPosition = isByPosition;
  }

  async scan(
    tasks: readonly LayerTask[],
    options: ReadOptions,
    done: (scan: LayerScan) => Promise<void>,
  ): Promise<void> {
    const isByPosition = this.#isByPosition && !options.verify;
    await scanWithProgress(
      tasks,
      options,
      async (task, lane, count) => {
        try {
          return await (isByPosition
            ? this.#scanHeaders(task, options, lane, count)
            : this.#scanAll(task, options, lane, count));
        } catch (error) {
          throw nameLayer(error, task.layer);
        }
      },
      done,
      totalOf(tasks.map(({ layer }) => this.#find(layer).size)),
    );
  }

  async read(tasks: readonly ReadTask[]): Promise<void> {
    if (!this.#isByPosition) return await readStreams(tasks, layer => this.open(layer));
    for (const { layer, consumer } of tasks) {
      try {
        const tar = await this.#openTar(this.#find(layer));
        try {
          await consumer.readAt(tar);
        } finally {
          tar.close();
        }
      } catch (error) {
        throw nameLayer(error, layer);
      }
    }
  }

  access(): LayerAccess {
    return this.#isByPosition ? 'position' : 'layer';
  }

  place(layer: StoredLayer): BytesPlace | null {
    return placeOf(this.#find(layer).recordPath, this.#access);
  }

  open(layer: StoredLayer): AsyncIterable<Uint8Array> {
    const { recordPath, filesPath } = this.#find(layer);
    return rebuildTar(recordPath, filesPath, this.#access);
  }

  openStored(layer: StoredLayer): AsyncIterable<Uint8Array> {
    return this.open(layer);
  }

  async close(): Promise<void> {
    this.#kept.clear();
    this.#keptBytes = 0;
    this.#access.close?.();
  }

  async #scanAll(
    { layer }: LayerTask,
    options: ReadOptions,
    lane: ScanLane,
    count: CountBytes,
  ): Promise<LayerScan> {
    const { collectors, limits } = options;
    const how = { diffId: layer.diffId, collectors, limits, content: 'all', verify: true } as const;
    const tar = countChunks(lane.unlessAborted(this.open(layer)), count);
    const thread = lane.threadFor(this.#find(layer).size ?? 0);
    return await (thread ? scanLayerWith(thread, tar, how) : scanLayerStream(tar, how));
  }

  async #scanHeaders(
    task: LayerTask,
    options: ReadOptions,
    lane: ScanLane,
    count: CountBytes,
  ): Promise<LayerScan> {
    const listed = this.#find(task.layer);
    const access = this.#access;
    const opened: RebuiltTar[] = [];
    const tar: PlacedTar = {
      // Before it is opened nobody knows how long the tar is.
      size: listed.size ?? Number.POSITIVE_INFINITY,
      // A build's image is expected of its kept scans, if they are all there.
      staysThere: true,
      place: () => placeOf(listed.recordPath, access),
      open: async () => {
        const rebuilt = await this.#openTar(listed);
        opened.push(rebuilt);
        return rebuilt;
      },
      check: found => {
        if (this.#checked.has(listed)) return;
        for (const each of opened) {
          if (!each.hasContents(new IndexedLayer(found).contents())) throw layerChanged(listed.recordPath);
          assertUnchanged(each.checkFiles(), found.scan, listed);
        }
        this.#checked.add(listed);
      },
    };
    try {
      const scan = await this.#byPosition.scan(tar, task, options, lane);
      if (listed.size) count(listed.size);
      return scan;
    } finally {
      for (const each of opened) each.close();
    }
  }

  async #openTar(layer: ListedLayer): Promise<RebuiltTar> {
    const kept = this.#kept.get(layer);
    if (kept !== undefined) return kept;
    const tar = await RebuiltTar.open(layer.recordPath, layer.filesPath, this.#access);
    if (this.#keptBytes + tar.memory <= MAX_KEPT) {
      this.#kept.set(layer, tar);
      this.#keptBytes += tar.memory;
    }
    return tar;
  }

  #find({ index }: StoredLayer): ListedLayer {
    const layer = this.#layers[index];
    if (layer === undefined) throw new TypeError(`the image has no layer ${index}`);
    return layer;
  }
}

/**
 * @param bytes of the files that the record has, each of which is there
 * @throws DeadweightError `input-corrupt` when the store has counted others
 */
function assertUnchanged(bytes: number, { entries }: LayerScan, { size, recordPath }: ListedLayer): void {
  if (size === null || size === bytes) return;
  // Of a layer that was unpacked symbolic links are counted, too (moby, pkg/directory); of one that was built they are not.
  let links = 0;
  for (const { kind, linkname = '' } of entries.values())
    if (kind === 'symlink') links += Buffer.byteLength(linkname);
  if (size !== bytes + links) throw layerChanged(recordPath);
}

/**
 * Engines keep layers where there are links and attributes: such file systems tell the time by the kernel's ticks, of a
 * hundredth of a second at the most. An image is often weighed as soon as it is built. Milliseconds.
 */
const RESOLUTION = 100;

/** What a tar is put together by says whether it is as it was. */
function placeOf(recordPath: string, access: StoreAccess): BytesPlace | null {
  const place = recordPlace(recordPath, access);
  return place && { ...place, text: `tar-split@2 ${place.text}`, resolution: RESOLUTION };
}
