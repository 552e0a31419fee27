import { isByteCount, isRecord } from '../../layer/entry-columns.ts';
import type { LayerScan } from '../../layer/layer-scan.ts';
import { elfCollector } from './elf-collector.ts';
import type { Strippable } from './strippable.ts';

/** What `strip` would take away from the programs of an image, by layer and path. */
export class StrippableFiles {
  readonly #layers: readonly ReadonlyMap<string, Strippable>[];

  /** @param scans lowest first; made with the collector, or nothing is told */
  constructor(scans: readonly Pick<LayerScan, 'collected'>[]) {
    this.#layers = scans.map(({ collected }) => {
      const found = new Map<string, Strippable>();
      // Of a path that is there twice the later one is visible.
      for (const { path, value } of collected[elfCollector.id] ?? []) {
        if (isStrippable(value)) found.set(path, value);
      }
      return found;
    });
  }

  /** Never more than the file has; null when there is nothing. */
  at({ path, bytes, layer, otherNames = [] }: StrippableFile): Strippable | null {
    const found = this.#layers[layer];
    if (found === undefined || found.size === 0) return null;
    const value = [path, ...otherNames].flatMap(name => found.get(name) ?? [])[0];
    return value !== undefined && value.debug + value.symbols < bytes ? value : null;
  }
}

interface StrippableFile {
  readonly path: string;
  readonly bytes: number;
  readonly layer: number;
  readonly otherNames?: readonly string[];
}

/** Values come from caches. */
function isStrippable(value: unknown): value is Strippable {
  return isRecord(value) && isByteCount(value['debug']) && isByteCount(value['symbols']);
}
