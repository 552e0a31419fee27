import type { Collector } from '../layer/collector.ts';
import { IndexedLayer } from '../layer/indexed-layer.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { type KeptScan, keepLearned, type PlacedTar, scanPlacedLayer } from '../layer/placed-scan.ts';
import { scanLayerAt } from '../layer/scan.ts';
import type { ScanStore } from '../layer/scan-store.ts';
import type { LayerTask, ReadOptions } from './layer-reader.ts';
import type { ScanLane } from './scan-lanes.ts';

/** A layer whose headers were read, and how: contents may be asked for later. */
interface ReadHeaders {
  readonly found: KeptScan;
  readonly collectors: readonly Collector[];
  readonly store: ScanStore;
}

/** Scans layers of one image by their headers alone, and remembers where their contents lie. */
export class PositionScans {
  /** By path. */
  readonly #read = new Map<string, ReadHeaders>();

  /** @throws DeadweightError as `scanLayerAt` */
  async scan(
    tar: PlacedTar,
    { layer, content }: LayerTask,
    { collectors, limits, store }: ReadOptions,
    { files: hashLane }: ScanLane,
  ): Promise<LayerScan> {
    const options = { diffId: layer.diffId, collectors, limits, hashLane, verify: false } as const;
    if (content === 'cheap' || content.size === 0) {
      const found = await scanPlacedLayer(tar, { ...options, content: 'none' }, store);
      this.#read.set(layer.path, { found, collectors, store });
      return found.scan;
    }
    const source = await tar.open();
    const headers = collectors.length === 0 ? this.#read.get(layer.path) : undefined;
    const scan = headers
      ? await new IndexedLayer(headers.found).withContents(source, content, hashLane)
      : null;
    if (headers === undefined || scan === null) {
      const starts: number[] = [];
      const whole = await scanLayerAt(source, { ...options, content }, starts);
      tar.check?.({ scan: whole, starts });
      return whole;
    }
    const found = { ...headers.found, scan };
    this.#read.set(layer.path, { ...headers, found });
    await keepLearned(tar, found, headers.collectors, headers.store);
    return scan;
  }
}
