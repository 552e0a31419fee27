import type { DiffId } from '../base/digest.ts';
import type { LayerRange } from './layer-merge.ts';

/** An image's config as JSON has it. What we do not know of it stays as it is. */
export type ConfigDocument = Readonly<Record<string, unknown>>;

/** Layers that became one. */
export interface MergedRange extends LayerRange {
  /** Of the merged layer. */
  readonly diffId: DiffId;
}

/**
 * The config of an image of which some layers became one. Its history keeps each step: the last of a range has the layer,
 * and the others made none; one that tells of other layers than there are is left alone: nobody knows which step made which.
 * Settings, times and what else there is stay.
 * @param config that was checked: its `rootfs.diff_ids` are the layers
 * @param ranges that do not meet
 */
export function squashConfig(config: ConfigDocument, ranges: readonly MergedRange[]): ConfigDocument {
  const { history } = config;
  const rootfs = objectOf(config['rootfs']);
  const diffIds = listOf(rootfs['diff_ids']);
  const merged = {
    ...config,
    rootfs: { ...rootfs, diff_ids: replaceLayers(diffIds, ranges, ({ diffId }) => diffId) },
  };
  if (!Array.isArray(history) || history.filter(makesLayer).length !== diffIds.length) return merged;
  return { ...merged, history: squashHistory(history, ranges) };
}

/**
 * A list of one item a layer, with one for each range.
 * @param merge makes that of a range of its items
 */
export function replaceLayers<T>(
  layers: readonly T[],
  ranges: readonly MergedRange[],
  merge: (range: MergedRange, items: readonly T[]) => T,
): readonly T[] {
  return layers.flatMap((item, index) => {
    const range = ranges.find(({ first, last }) => first <= index && index <= last);
    if (range === undefined) return [item];
    return index === range.last ? [merge(range, layers.slice(range.first, range.last + 1))] : [];
  });
}

function squashHistory(history: readonly unknown[], ranges: readonly MergedRange[]): readonly unknown[] {
  let layer = -1;
  return history.map(step => {
    if (!makesLayer(step)) return step;
    layer += 1;
    const index = layer;
    const isMerged = ranges.some(({ first, last }) => first <= index && index < last);
    return isMerged ? { ...objectOf(step), empty_layer: true } : step;
  });
}

function makesLayer(step: unknown): boolean {
  return objectOf(step)['empty_layer'] !== true;
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
