import type { DiffId } from '../base/digest.ts';
import type { Image } from '../image/image.ts';
import type { LayerAccess } from '../image/layer-reader.ts';

/** How much may be done to learn what fixes would save. Bytes. */
export interface MeasuringLimit {
  /** To compress: a processor does 60 to 90 MB a second. */
  readonly compress: number;
  /** To read again, where a medium cannot be read by position: compressed blobs are unpacked, registries asked once more. */
  readonly read: number;
}

/** Where whoever waits looks at an image that exists: a third of a second. */
export const QUICK_LIMIT: MeasuringLimit = { compress: 16 * 1024 ** 2, read: 128 * 1024 ** 2 };

/** Where a build takes its time anyway: ten to twenty seconds at the most, and a second look at the image. */
export const THOROUGH_LIMIT: MeasuringLimit = { compress: 1024 ** 3, read: 8 * 1024 ** 3 };

/** Counts what has to be read of an image for some of its layers. Bytes of uncompressed tars. */
export class ReadingCost {
  readonly #image: Image;
  readonly #sizeOf: (layer: number) => number;
  readonly #accesses = new Map<number, LayerAccess>();
  readonly #read = new Set<DiffId>();
  #readsAll = false;
  #total = 0;

  constructor(image: Image, sizeOf: (layer: number) => number) {
    this.#image = image;
    this.#sizeOf = sizeOf;
  }

  /** For all layers that were added. */
  get total(): number {
    return this.#total;
  }

  /** @throws DeadweightError `blob-missing` */
  access(layer: number): LayerAccess {
    const known = this.#accesses.get(layer) ?? this.#image.layers[layer]?.access() ?? 'position';
    this.#accesses.set(layer, known);
    return known;
  }

  /** What reading these layers would add. @throws DeadweightError `blob-missing` */
  of(layers: readonly number[]): number {
    if (this.#readsAll) return 0;
    if (layers.some(layer => this.access(layer) === 'image')) return this.#sumOf(this.#image.layers.keys());
    return this.#sumOf(layers.filter(layer => this.access(layer) === 'layer'));
  }

  add(layers: readonly number[]): void {
    this.#total += this.of(layers);
    this.#readsAll ||= layers.some(layer => this.access(layer) === 'image');
    for (const layer of layers) {
      const diffId = this.#image.layers[layer]?.diffId;
      if (diffId !== undefined) this.#read.add(diffId);
    }
  }

  #sumOf(layers: Iterable<number>): number {
    const distinct = new Map<DiffId, number>();
    for (const layer of layers) {
      const diffId = this.#image.layers[layer]?.diffId;
      if (diffId !== undefined && !this.#read.has(diffId)) distinct.set(diffId, this.#sizeOf(layer));
    }
    return [...distinct.values()].reduce((sum, size) => sum + size, 0);
  }
}
