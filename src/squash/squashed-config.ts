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
 * and the others made none. Settings, times and what else there is stay.
 * @param config that was checked: its `rootfs.diff_ids` are the layers
 * @param ranges that do not meet
 */
export function squashConfig(config: ConfigDocument, ranges: readonly MergedRange[]): ConfigDocument {
  const { rootfs, history } = config;
  const merged = {
    ...config,
    rootfs: {
      ...objectOf(rootfs),
      diff_ids: replaceLayers(listOf(objectOf(rootfs)['diff_ids']), ranges, ({ diffId }) => diffId),
    },
  };
  return Array.isArray(history) ? { ...merged, history: squashHistory(history, ranges) } : merged;
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

/** A history that tells of other layers than there are is left alone: nobody knows which step made which. */
function squashHistory(history: readonly unknown[], ranges: readonly MergedRange[]): readonly unknown[] {
  let layer = -1;
  return history.map(step => {
    const fields = objectOf(step);
    if (fields['empty_layer'] === true) return step;
    layer += 1;
    const index = layer;
    const isMerged = ranges.some(({ first, last }) => first <= index && index < last);
    return isMerged ? { ...fields, empty_layer: true } : step;
  });
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
