import type { DiffId } from '../base/digest.ts';
import { type CountBytes, silentProgress, type Work } from '../base/effects.ts';
import { ImageLimits } from '../layer/image-limits.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { noScanStore } from '../layer/scan-store.ts';
import type { ContentSink } from '../tar/content-sink.ts';
import type { Expansion } from '../tar/expansion.ts';
import type { TarHeader } from '../tar/header.ts';
import { readTarStream } from '../tar/tar-parser.ts';
import { ChunkPipe } from './chunk-pipe.ts';
import { ConsumerSink, UnnamedLayerSink } from './entry-sinks.ts';
import { blobMissing, checkStored, nameLayer, uncompressLayer } from './layer-bytes.ts';
import { hashVerifiedElsewhere, LayerHashes } from './layer-hashes.ts';
import type {
  LayerAccess,
  LayerReader,
  LayerTask,
  ReadOptions,
  ReadTask,
  StoredLayer,
} from './layer-reader.ts';
import { LayerSink } from './layer-sink.ts';

/** Thrown through the parser to end a pass early. */
const ENOUGH = Symbol('enough');

export interface TarStream {
  /**
   * Starts the archive afresh: an uncompressed tar.
   * @param expansion counts what is unpacked for that; of this alone when absent
   * @param count counts the bytes of the medium
   */
  open(expansion?: Expansion, count?: CountBytes): AsyncIterable<Uint8Array>;
  /** The bytes of the medium, and what they are waited for. */
  readonly work: Omit<Work, 'label'>;
  /** Every layer of the image, to be told apart from what is not named. */
  readonly layers: readonly StoredLayer[];
  /** Whether layers may have names that tell nothing (engines before 25): then they are known by their diffIDs. */
  readonly hasUnnamedLayers: boolean;
  /**
   * Whether the sender has compared each layer that it names by its diffID with that diffID: doing it again would cost
   * as much as all the rest. Who verifies does it nevertheless.
   */
  readonly isVerified: boolean;
  /** Throws when the layer is known not to be there, so that no pass is spent on it. */
  check?(layer: StoredLayer): void;
  close?(): void;
}

/** Reads layers out of an archive that streams by: one pass a scan, whatever the number of layers; nothing is kept. */
export class TarStreamReader implements LayerReader {
  readonly #stream: TarStream;
  readonly #byPath = new Map<string, StoredLayer>();

  constructor(stream: TarStream) {
    this.#stream = stream;
    for (const layer of stream.layers) {
      for (const path of [layer.path, layer.diffId, layer.digest]) {
        if (path !== null && !this.#byPath.has(path)) this.#byPath.set(path, layer);
      }
    }
  }

  async scan(
    tasks: readonly LayerTask[],
    options: ReadOptions,
    done: (scan: LayerScan) => Promise<void>,
  ): Promise<void> {
    for (const { layer } of tasks) this.#stream.check?.(layer);
    const wanted = new Map(tasks.map(({ layer }) => this.#own(layer)).map(layer => [keyOf(layer), layer]));
    const keep = async (scan: LayerScan, isOf: (layer: StoredLayer) => boolean) => {
      const found = [...wanted.values()].filter(isOf);
      for (const layer of found) wanted.delete(keyOf(layer));
      if (found.length > 0) await done(scan);
    };
    const hashes = new LayerHashes();
    const { limits } = options;
    const isVerified = this.#stream.isVerified && !options.verify;
    let current: LayerSink | UnnamedLayerSink | null = null;
    const entry = (header: TarHeader): ContentSink | undefined => {
      if (wanted.size === 0) throw ENOUGH;
      current = null;
      if (header.kind !== 'file') return undefined;
      const known = this.#layerOf(header.path);
      if (known && wanted.has(keyOf(known))) {
        const hash = isVerified
          ? hashVerifiedElsewhere(known.diffId)
          : hashes.start(known.diffId, header.size);
        current = new LayerSink(known, options.collectors, hash, limits, hashes.files(header.size));
        return scanInto(current, known, scan => keep(scan, layer => keyOf(layer) === keyOf(known)));
      }
      const [first] = wanted.values();
      if (known || !this.#stream.hasUnnamedLayers || !first) return undefined;
      const findWanted = (diffId: DiffId) => [...wanted.values()].find(layer => layer.diffId === diffId);
      const learn = async (scan: LayerScan) => {
        const layer = findWanted(scan.diffId);
        if (layer) this.#byPath.set(header.path, layer);
        await keep(scan, each => each.diffId === scan.diffId);
      };
      current = new UnnamedLayerSink(
        first,
        options.collectors,
        hashes.start(first.diffId, header.size),
        limits,
        diffId => findWanted(diffId) !== undefined,
        learn,
      );
      return current;
    };
    const work = { ...this.#stream.work, label: options.label };
    try {
      await options.progress.show(work, count =>
        readTarStream(this.#stream.open(limits.expansion, count), { entry }),
      );
    } catch (error) {
      cancel(current);
      if (error !== ENOUGH) throw error;
    } finally {
      await hashes.close();
    }
    for (const layer of wanted.values()) throw blobMissing(layer);
  }

  async read(tasks: readonly ReadTask[]): Promise<void> {
    for (const { layer } of tasks) this.#stream.check?.(layer);
    const wanted = new Map<DiffId, ReadTask>(tasks.map(task => [task.layer.diffId, task]));
    await this.#handOver(wanted);
    if (wanted.size > 0 && this.#stream.hasUnnamedLayers) {
      await this.#learnNames();
      await this.#handOver(wanted);
    }
    for (const { layer } of wanted.values()) throw blobMissing(layer);
  }

  access(): LayerAccess {
    return 'image';
  }

  /** Another stream may have other bytes. */
  place(): null {
    return null;
  }

  async *open(layer: StoredLayer): AsyncIterable<Uint8Array> {
    yield* uncompressLayer(this.#find(layer), layer);
  }

  openStored(layer: StoredLayer): AsyncIterable<Uint8Array> {
    return checkStored(this.#find(layer), layer);
  }

  async close(): Promise<void> {
    this.#stream.close?.();
  }

  /** The stored bytes of one layer. */
  async *#find(layer: StoredLayer): AsyncIterable<Uint8Array> {
    this.#stream.check?.(layer);
    if (yield* this.#pass(layer)) return;
    if (this.#stream.hasUnnamedLayers) {
      await this.#learnNames();
      if (yield* this.#pass(layer)) return;
    }
    throw blobMissing(layer);
  }

  /** One pass for all layers that are wanted; those that were there are taken out. */
  async #handOver(wanted: Map<DiffId, ReadTask>): Promise<void> {
    let current: ConsumerSink | null = null;
    const entry = (header: TarHeader): ContentSink | undefined => {
      if (wanted.size === 0) throw ENOUGH;
      const layer = header.kind === 'file' ? this.#layerOf(header.path) : undefined;
      const task = layer && wanted.get(layer.diffId);
      if (task === undefined) return undefined;
      wanted.delete(task.layer.diffId);
      current = new ConsumerSink(task);
      return current;
    };
    try {
      if (wanted.size > 0) await readTarStream(this.#stream.open(), { entry });
    } catch (error) {
      cancel(current);
      if (error !== ENOUGH) throw error;
    }
  }

  /** One pass for one layer. @returns whether it was there */
  async *#pass(layer: StoredLayer): AsyncGenerator<Uint8Array, boolean> {
    const pipe = new ChunkPipe();
    const isThere = Promise.withResolvers<boolean>();
    let found = false;
    const write = (chunk: Uint8Array) => {
      if (pipe.abandoned) throw ENOUGH;
      return pipe.write(chunk);
    };
    const entry = (header: TarHeader): ContentSink | undefined => {
      if (found || pipe.abandoned) throw ENOUGH;
      if (header.kind !== 'file' || this.#layerOf(header.path)?.diffId !== layer.diffId) return undefined;
      found = true;
      isThere.resolve(true);
      return { write, end: () => pipe.end() };
    };
    const reading = readTarStream(this.#stream.open(), { entry }).then(
      () => isThere.resolve(false),
      (error: unknown) => {
        if (error === ENOUGH) return;
        pipe.fail(error);
        isThere.reject(error);
      },
    );
    try {
      if (!(await isThere.promise)) return false;
      yield* pipe;
      return true;
    } finally {
      pipe.abandon();
      await reading;
    }
  }

  /** A layer of the image with its path in the archive, where links are resolved. */
  #own(layer: StoredLayer): StoredLayer {
    return this.#stream.layers.find(({ index }) => index === layer.index) ?? layer;
  }

  /** Finds out which layers the names that tell nothing belong to. */
  async #learnNames(): Promise<void> {
    const tasks = this.#stream.layers.map(layer => ({ layer, content: 'cheap' as const }));
    const options = {
      collectors: [],
      verify: false,
      store: noScanStore,
      limits: new ImageLimits(),
      progress: silentProgress,
      label: '',
    };
    await this.scan(tasks, options, async () => undefined);
  }

  /** By its path, or by a diffID or digest that its path holds: `blobs/sha256/<hex>`, `<hex>.tar`, `<hex>/layer.tar`. */
  #layerOf(path: string): StoredLayer | undefined {
    const hex = /(?:^|[/:])([0-9a-f]{64})(?:\.tar(?:\.gz)?|\/layer\.tar)?$/.exec(path)?.[1];
    const byDigest = hex === undefined ? undefined : this.#byPath.get(`sha256:${hex}`);
    return this.#byPath.get(path) ?? this.#byPath.get(path.replace(/^\.\//, '')) ?? byDigest;
  }
}

/** A layer that an image has twice is one where it has one name, too. */
function keyOf({ diffId, path }: StoredLayer): string {
  return `${diffId} ${path}`;
}

function cancel(sink: Pick<LayerSink, 'cancel'> | null): void {
  sink?.cancel();
}

function scanInto(
  sink: LayerSink,
  layer: StoredLayer,
  keep: (scan: LayerScan) => Promise<void>,
): ContentSink {
  return {
    write: chunk => {
      try {
        return sink.write(chunk);
      } catch (error) {
        throw nameLayer(error, layer);
      }
    },
    end: async () => {
      try {
        await sink.end();
        await keep(sink.finish());
      } catch (error) {
        throw nameLayer(error, layer);
      }
    },
  };
}
