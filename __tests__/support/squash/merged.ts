import { Buffer } from 'node:buffer';
import { DeadweightError } from '../../../src/base/errors.ts';
import type { LayerScan } from '../../../src/layer/layer-scan.ts';
import { scanLayerStream } from '../../../src/layer/scan.ts';
import { type LayerMerge, type LayerRange, planLayerMerge } from '../../../src/squash/layer-merge.ts';
import { mergeLayers } from '../../../src/squash/merged-layer.ts';
import { chunked } from '../../tar/collect.ts';
import { diffIdOf, fabricateTar, type LayerDescription } from '../fabricate/layer.ts';

/** A stack of layers, of which some became one. */
export interface Merged {
  readonly plan: LayerMerge;
  readonly tar: Buffer;
  /** All layers, before and after. */
  readonly before: readonly Buffer[];
  readonly after: readonly Buffer[];
}

/** @param size bytes of the chunks in which the layers come */
export async function merge(
  image: readonly LayerDescription[],
  range: LayerRange,
  size = 100_000,
): Promise<Merged> {
  const before = await Promise.all(image.map(fabricateTar));
  const scans = await Promise.all(before.map(scanTar));
  const plan = planLayerMerge(scans, range);
  const parts: Uint8Array[] = [];
  const open = (layer: number) => chunked(before[layer] ?? Buffer.alloc(0), [size]);
  for await (const part of mergeLayers(plan, scans, open)) parts.push(Buffer.from(part));
  const tar = Buffer.concat(parts);
  return {
    plan,
    tar,
    before,
    after: [...before.slice(0, range.first), tar, ...before.slice(range.last + 1)],
  };
}

/** Null where a layer is one that no engine unpacks. */
export async function mergedOrRefused(...args: Parameters<typeof merge>): Promise<Merged | null> {
  try {
    return await merge(...args);
  } catch (error) {
    if (error instanceof DeadweightError && error.message.includes('hard link')) return null;
    throw error;
  }
}

export async function scanTar(tar: Buffer): Promise<LayerScan> {
  return scanLayerStream(chunked(tar, [tar.length]), { diffId: diffIdOf(tar), content: 'all', verify: true });
}
