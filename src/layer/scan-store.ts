import type { DiffId } from '../base/digest.ts';
import type { Collector } from './collector.ts';
import type { LayerScan } from './layer-scan.ts';

/** Where verified scans are kept between runs. An entry that cannot be read is a miss, never an error. */
export interface ScanStore {
  get(diffId: DiffId, collectors: readonly Collector[]): Promise<LayerScan | null>;
  /** Ignores scans that are not `verified`. */
  put(scan: LayerScan, collectors: readonly Collector[]): Promise<void>;
}

export const noScanStore: ScanStore = { get: async () => null, put: async () => undefined };
