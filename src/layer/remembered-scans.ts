import type { PlacedScan } from './layer-scan.ts';
import { forwardScans, type ScanStore } from './scan-store.ts';
import { placedScanKey } from './stored-scan.ts';

/**
 * A store that also knows, for as long as the process lives, what was read and not hashed: two images that share layers, as
 * those of a comparison do, read them once. Nobody else can change or see it.
 */
export function rememberPlaced(store: ScanStore): ScanStore {
  const placed = new Map<string, PlacedScan>();
  return {
    ...forwardScans(store),
    async getPlaced(layer, collectors) {
      const known = placed.get(placedScanKey(layer.place, layer.diffId, collectors));
      return known ?? (await store.getPlaced(layer, collectors));
    },
    async putPlaced(layer, found, collectors) {
      if (found.scan.skippedFiles === 0)
        placed.set(placedScanKey(layer.place, layer.diffId, collectors), found);
      await store.putPlaced(layer, found, collectors);
    },
  };
}
