import { IndexedLayer } from '../layer/indexed-layer.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { type PlacedTar, scanPlacedLayer } from '../layer/placed-scan.ts';
import { scanLayerAt } from '../layer/scan.ts';
import type { LayerTask, ReadOptions } from './layer-reader.ts';
import type { ScanLane } from './scan-lanes.ts';

/** Scans layers of one image by their headers alone, and remembers where their contents lie: they may be asked for later. */
export class PositionScans {
  /** By path. */
  readonly #indexed = new Map<string, IndexedLayer>();

  /** @throws DeadweightError as `scanLayerAt` */
  async scan(
    tar: PlacedTar,
    { layer, content }: LayerTask,
    { collectors, limits, store }: ReadOptions,
    { files: hashLane }: ScanLane,
  ): Promise<LayerScan> {
    const options = { diffId: layer.diffId, collectors, limits, hashLane, verify: false } as const;
    if (content !== 'cheap' && content.size > 0) {
      const source = await tar.open();
      const again = collectors.length === 0 && this.#indexed.get(layer.path);
      const known = again ? await again.withContents(source, content, hashLane) : null;
      return known ?? (await scanLayerAt(source, { ...options, content }));
    }
    const found = await scanPlacedLayer(tar, { ...options, content: 'none' }, store);
    this.#indexed.set(layer.path, new IndexedLayer(found));
    return found.scan;
  }
}
