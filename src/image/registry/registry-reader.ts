import type { Digest } from '../../base/digest.ts';
import type { CountBytes } from '../../base/effects.ts';
import { DeadweightError } from '../../base/errors.ts';
import type { LayerScan } from '../../layer/layer-scan.ts';
import { blobMissing, checkStored, nameLayer, readStreams, uncompressLayer } from '../layer-bytes.ts';
import { LayerHashes } from '../layer-hashes.ts';
import type {
  LayerAccess,
  LayerReader,
  LayerTask,
  ReadOptions,
  ReadTask,
  StoredLayer,
} from '../layer-reader.ts';
import { LayerSink } from '../layer-sink.ts';
import type { RegistryClient } from './registry-client.ts';
import { blobTooLarge } from './registry-errors.ts';

/** Layers under way at a time: as many as docker pulls. */
const MAX_CONCURRENT = 3;
/** Larger than any registry takes; without a limit a manifest could keep us reading for ever. Bytes. */
const MAX_BLOB = 64 * 1024 ** 3;

/** What the lanes of one scan share. */
interface Scanning {
  readonly options: ReadOptions;
  readonly count: CountBytes;
  /** A lane failed: the others stop where they are. */
  failed: boolean;
}

/** Thrown in lanes that stop because another one failed. */
const STOPPED = Symbol('stopped');

/** Fetches the layers that are asked for, and no others; each is checked against its digest and its diffID. */
export class RegistryReader implements LayerReader {
  readonly #clients: RegistryClient[];
  readonly #others: (() => RegistryClient)[];

  /**
   * @param client of the place that has the manifest
   * @param others of the places that are asked, one after the other, for what the first has not: a mirror need not have every blob
   */
  constructor(client: RegistryClient, others: readonly (() => RegistryClient)[] = []) {
    this.#clients = [client];
    this.#others = [...others];
  }

  async scan(
    tasks: readonly LayerTask[],
    options: ReadOptions,
    done: (scan: LayerScan) => Promise<void>,
  ): Promise<void> {
    const total = tasks.reduce((sum, { layer }) => sum + (layer.size ?? 0), 0);
    await options.progress.show({ label: options.label, total }, count =>
      this.#scanAll(tasks, { options, count, failed: false }, done),
    );
  }

  async #scanAll(
    tasks: readonly LayerTask[],
    scanning: Scanning,
    done: (scan: LayerScan) => Promise<void>,
  ): Promise<void> {
    const queue = tasks.map(task => task.layer);
    const lanes = Array.from({ length: Math.min(MAX_CONCURRENT, tasks.length) }, () =>
      this.#lane(queue, scanning, done),
    );
    const results = await Promise.allSettled(lanes);
    for (const result of results) {
      if (result.status === 'rejected' && result.reason !== STOPPED) throw result.reason;
    }
  }

  /** One after the other: what consumers do with them is slower than the network. */
  async read(tasks: readonly ReadTask[]): Promise<void> {
    await readStreams(tasks, layer => this.open(layer));
  }

  access(): LayerAccess {
    return 'layer';
  }

  place(): null {
    return null;
  }

  async *open(layer: StoredLayer): AsyncIterable<Uint8Array> {
    yield* uncompressLayer(this.#fetch(layer), layer);
  }

  openStored(layer: StoredLayer): AsyncIterable<Uint8Array> {
    return checkStored(this.#fetch(layer), layer);
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
  }

  async #lane(
    queue: StoredLayer[],
    scanning: Scanning,
    done: (scan: LayerScan) => Promise<void>,
  ): Promise<void> {
    const hashes = new LayerHashes();
    try {
      for (let layer = queue.shift(); layer && !scanning.failed; layer = queue.shift()) {
        await done(await this.#scanOne(layer, hashes, scanning));
      }
    } catch (error) {
      scanning.failed = true;
      throw error;
    } finally {
      await hashes.close();
    }
  }

  async #scanOne(layer: StoredLayer, hashes: LayerHashes, scanning: Scanning): Promise<LayerScan> {
    const { collectors, limits } = scanning.options;
    const sink = new LayerSink(layer, collectors, hashes.start(layer.diffId, layer.size ?? 0), limits);
    try {
      for await (const chunk of this.#fetch(layer)) {
        if (scanning.failed) throw STOPPED;
        scanning.count(chunk.length);
        await sink.write(chunk);
      }
      await sink.end();
      return sink.finish();
    } catch (error) {
      sink.cancel();
      throw nameLayer(error, layer);
    }
  }

  async *#fetch(layer: StoredLayer): AsyncIterable<Uint8Array> {
    if (layer.digest === null) throw blobMissing(layer);
    if (layer.size !== null && layer.size > MAX_BLOB) throw blobTooLarge(layer.place, layer.size, MAX_BLOB);
    try {
      yield* this.#blob(layer.digest, layer.size);
    } catch (error) {
      const isMissing = error instanceof DeadweightError && error.code === 'image-not-found';
      throw isMissing ? blobMissing(layer) : error;
    }
  }

  /** Of the first place that sends it: what one began, no other ends. */
  async *#blob(digest: Digest, size: number | null): AsyncIterable<Uint8Array> {
    for (let place = 0; ; place += 1) {
      let hasBegun = false;
      try {
        for await (const chunk of this.#client(place).blob(digest, size)) {
          hasBegun = true;
          yield chunk;
        }
        return;
      } catch (error) {
        const isLast = place >= this.#clients.length - 1 && this.#others.length === 0;
        if (hasBegun || isLast || !(error instanceof DeadweightError)) throw error;
      }
    }
  }

  #client(place: number): RegistryClient {
    const made = this.#clients[place] ?? this.#others.shift()?.();
    if (made === undefined) throw new TypeError(`there is no place ${place}`);
    this.#clients[place] = made;
    return made;
  }
}
