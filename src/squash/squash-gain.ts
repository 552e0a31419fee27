import type { WastedFile } from '../analysis/image-analysis.ts';
import type { LayerRange } from './layer-merge.ts';

/** What merging a range would free, and what would have to be pulled again for it. Bytes of files. */
export interface RangeGain extends LayerRange {
  /** What some layer of the range holds and a later one of it hides. */
  readonly freed: number;
  /** Of the layer that it becomes. */
  readonly size: number;
}

/** What merging layers would free, for every range of them. */
export class SquashGains {
  /** Of all layers below each, and of all. Bytes. */
  readonly #below: readonly number[];
  /** By the layer that wrote, then by the one that hid: what was written no lower and hidden no higher. Bytes. */
  readonly #freed: readonly Float64Array[];

  /**
   * @param sizes of the layers, the lowest first. Bytes of files
   * @param wasted all hidden copies of the image
   */
  constructor(
    sizes: readonly number[],
    wasted: readonly Pick<WastedFile, 'writtenBy' | 'hiddenBy' | 'bytes'>[],
  ) {
    const below = [0];
    for (const size of sizes) below.push((below.at(-1) ?? 0) + size);
    this.#below = below;
    const freed = sizes.map(() => new Float64Array(sizes.length));
    for (const { writtenBy, hiddenBy, bytes } of wasted) add(freed[writtenBy], hiddenBy, bytes);
    for (const row of freed)
      for (let layer = 1; layer < row.length; layer += 1) add(row, layer, row[layer - 1] ?? 0);
    for (let layer = sizes.length - 2; layer >= 0; layer -= 1)
      for (let hider = 0; hider < sizes.length; hider += 1)
        add(freed[layer], hider, freed[layer + 1]?.[hider] ?? 0);
    this.#freed = freed;
  }

  of({ first, last }: LayerRange): RangeGain {
    const freed = this.#freed[first]?.[last] ?? 0;
    const held = (this.#below[last + 1] ?? 0) - (this.#below[first] ?? 0);
    return { first, last, freed, size: held - freed };
  }

  /**
   * Ranges that free more than any range in them, those that begin lowest first.
   * @param from the lowest layer that may be merged
   * @param least bytes that a range has to free
   */
  *tight(from: number, least: number): Generator<RangeGain> {
    for (let first = from; first < this.#freed.length; first += 1) {
      for (let last = first + 1; last < this.#freed.length; last += 1) {
        const gain = this.of({ first, last });
        const isTight =
          gain.freed > this.of({ first: first + 1, last }).freed &&
          gain.freed > this.of({ first, last: last - 1 }).freed;
        if (isTight && gain.freed >= least) yield gain;
      }
    }
  }
}

function add(row: Float64Array | undefined, at: number, bytes: number): void {
  if (row !== undefined) row[at] = (row[at] ?? 0) + bytes;
}
