import { grown } from '../layer/column.ts';
import { PathTable } from '../layer/path-table.ts';
import type { ImageInventory, Inventory, InventoryRow } from './inventory.ts';
import type { OwningPackage } from './owning-package.ts';
import { type PathChange, pathChange } from './path-change.ts';

export { PATH_CHANGES, type PathChange } from './path-change.ts';

/** What one image has at a path, over all its layers. */
export interface PathSide {
  /** Bytes of all layers that have a file there. */
  readonly size: number;
  readonly visible: number;
  readonly wasted: number;
  /** Index of the highest layer that has it. */
  readonly layer: number;
  /** The entry of that layer. */
  readonly top: Pick<InventoryRow, 'kind' | 'state' | 'linkname'>;
  /** Content of it; of the highest that has bytes, where one of the images lists no others. As in `InventoryRow`. */
  readonly content: string | null;
  readonly package: OwningPackage | null;
}

/** One path of two images. The deltas of all add up to that of the images' sizes, but for what is not listed. */
export interface ComparedRow {
  /** As in `InventoryRow`. */
  readonly path: string;
  readonly change: PathChange;
  /** Bytes, head − baseline. */
  readonly delta: number;
  /** null where the image does not have it. */
  readonly head: PathSide | null;
  readonly baseline: PathSide | null;
}

/** The paths of two images, held against each other; layers and moves within an image make no difference. */
export class ComparedInventory {
  readonly #paths = new PathTable();
  readonly #head: PathSums;
  readonly #baseline: PathSums;
  /** Bytes that the files do not tell: of base layers that a snapshot has by reference alone, head − baseline. */
  readonly unlistedDelta: number;
  /** Whether one of them lists files with bytes alone: of all else, nothing is known to have changed. */
  readonly #hasFilesAlone: boolean;

  constructor({ head, baseline }: Inventory & { readonly baseline: ImageInventory }) {
    this.#hasFilesAlone = head.hasFilesAlone || baseline.hasFilesAlone;
    this.#head = new PathSums(head, this.#paths, this.#hasFilesAlone);
    this.#baseline = new PathSums(baseline, this.#paths, this.#hasFilesAlone);
    this.unlistedDelta = head.unlistedBytes - baseline.unlistedBytes;
  }

  /** In the order in which the head, and then the baseline, first names them. */
  *rows(): Generator<ComparedRow> {
    for (let node = 0; node < this.#paths.size; node += 1) {
      const [head, baseline] = [this.#head.at(node), this.#baseline.at(node)];
      if (head === null && baseline === null) continue;
      yield {
        path: this.#paths.pathOf(node),
        change: pathChange(head, baseline, this.#hasFilesAlone),
        delta: (head?.size ?? 0) - (baseline?.size ?? 0),
        head,
        baseline,
      };
    }
  }
}

/** What one image has at each path, by the node of the path. */
class PathSums {
  readonly #hasFilesAlone: boolean;
  #sizes = new Float64Array(16);
  #visible = new Float64Array(16);
  #wasted = new Float64Array(16);
  /** One more than the index of the highest layer that has it; 0 for none. */
  #layers = new Uint16Array(16);
  readonly #tops: (PathSide['top'] | undefined)[] = [];
  readonly #contents: (string | null)[] = [];
  readonly #packages: (OwningPackage | undefined)[] = [];

  constructor(image: ImageInventory, paths: PathTable, hasFilesAlone: boolean) {
    this.#hasFilesAlone = hasFilesAlone;
    for (const row of image.rows()) this.#add(paths.add(row.path), row);
  }

  at(node: number): PathSide | null {
    const layer = this.#layers[node] ?? 0;
    const top = this.#tops[node];
    if (layer === 0 || top === undefined) return null;
    return {
      size: this.#sizes[node] ?? 0,
      visible: this.#visible[node] ?? 0,
      wasted: this.#wasted[node] ?? 0,
      layer: layer - 1,
      top,
      content: this.#contents[node] ?? null,
      package: this.#packages[node] ?? null,
    };
  }

  /** Rows come lowest layer first. */
  #add(node: number, row: InventoryRow): void {
    const { size, visible, wasted, layer, kind, state, linkname } = row;
    this.#sizes = grown(this.#sizes, node + 1);
    this.#visible = grown(this.#visible, node + 1);
    this.#wasted = grown(this.#wasted, node + 1);
    this.#layers = grown(this.#layers, node + 1);
    this.#sizes[node] = (this.#sizes[node] ?? 0) + size;
    this.#visible[node] = (this.#visible[node] ?? 0) + visible;
    this.#wasted[node] = (this.#wasted[node] ?? 0) + wasted;
    this.#layers[node] = layer + 1;
    this.#tops[node] = { kind, state, linkname };
    if (size > 0 || !this.#hasFilesAlone) this.#contents[node] = row.content;
    const owner = row.package;
    if (owner !== null) this.#packages[node] = owner;
  }
}
