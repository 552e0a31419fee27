import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { analyzeImage } from '../../src/analysis/analyze-image.ts';
import type { LayerEntry } from '../../src/layer/layer-entry.ts';
import type { LayerScan } from '../../src/layer/layer-scan.ts';
import { scanLayerStream } from '../../src/layer/scan.ts';
import { PACKAGE_COLLECTORS } from '../../src/packages/collectors.ts';
import type { InstalledPackage } from '../../src/packages/installed-package.ts';
import { findPackages, type InstalledPackages } from '../../src/packages/installed-packages.ts';
import { fabricateLayer, type LayerDescription } from '../support/fabricate/layer.ts';
import { file as entry, imageOf } from '../support/scans/scan.ts';
import { chunked } from '../tar/collect.ts';

export interface Packaged extends InstalledPackages {
  /** Sum of the visible files. */
  readonly visibleBytes: number;
}

/** The packages of an image of these layers, lowest first, from their tars. */
export async function packagesIn(...layers: readonly LayerDescription[]): Promise<Packaged> {
  const scans: LayerScan[] = [];
  for (const layer of layers) {
    const { tar, diffId } = await fabricateLayer(layer);
    const options = { diffId, content: 'none', verify: false, collectors: PACKAGE_COLLECTORS } as const;
    scans.push(await scanLayerStream(chunked(tar, [10_000]), options));
  }
  return packagesOfScans(scans);
}

export function packagesOfScans(scans: readonly LayerScan[]): Packaged {
  const { visibleFiles } = analyzeImage(imageOf(scans), scans, null);
  const visibleBytes = [...visibleFiles].reduce((sum, file) => sum + file.bytes, 0);
  // As stored scans come back.
  const stored = scans.map(scan => ({ ...scan, collected: JSON.parse(JSON.stringify(scan.collected)) }));
  return { ...findPackages({ scans: stored, visibleFiles }), visibleBytes };
}

/** `name version bytes`, in order. */
export function summary(packages: readonly InstalledPackage[]): string[] {
  return packages.map(({ name, version, bytes }) => `${name} ${version} ${bytes}`);
}

/** What package managers wrote. */
export function fixture(path: string): Buffer {
  const bytes = readFileSync(new URL(`../fixtures/packages/${path}`, import.meta.url));
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** What a collector makes of the file; null also when it does not want it. */
export function collected(path: string, content: string | Uint8Array): unknown {
  const bytes = Buffer.from(content);
  const at: LayerEntry = entry(path, bytes.length);
  const collector = PACKAGE_COLLECTORS.find(one => one.wants(at));
  return collector === undefined ? null : collector.collect(at, bytes);
}
