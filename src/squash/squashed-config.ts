import type { DiffId } from '../base/digest.ts';
import { type JsonDocument, jsonList, jsonObject } from '../oci/json-document.ts';
import type { LayerRange } from './layer-merge.ts';

/** Where BuildKit keeps the record of an inline cache: it tells of layers by their places. */
const INLINE_CACHE = 'moby.buildkit.cache.v0';

/** Whether a config has the record of an inline cache. */
export function hasInlineCache(config: JsonDocument): boolean {
  return INLINE_CACHE in config;
}

/** Layers that became one. */
export interface MergedRange extends LayerRange {
  /** Of the merged layer. */
  readonly diffId: DiffId;
}

/**
 * The config of an image of which some layers became one. Its history keeps each step: the last of a range has the layer,
 * and the others made none; one that tells of other layers than there are is left alone: nobody knows which step made which.
 * The record of an inline cache goes, since its layers are others; settings, times and what else there is stay.
 * @param config that was checked: its `rootfs.diff_ids` are the layers
 * @param ranges that do not meet
 */
export function squashConfig(config: JsonDocument, ranges: readonly MergedRange[]): JsonDocument {
  const { [INLINE_CACHE]: _cache, ...rest } = config;
  const { history } = config;
  const rootfs = jsonObject(config['rootfs']);
  const diffIds = jsonList(rootfs['diff_ids']);
  const merged = {
    ...rest,
    rootfs: { ...rootfs, diff_ids: replaceLayers(diffIds, ranges, ({ diffId }) => diffId) },
  };
  if (!Array.isArray(history) || history.filter(makesLayer).length !== diffIds.length) return merged;
  return { ...merged, history: squashHistory(history, ranges) };
}

/**
 * A list of one item a layer, with one for each range.
 * @param merge makes that of a range of its items
 */
export function replaceLayers<T, Range extends LayerRange>(
  layers: readonly T[],
  ranges: readonly Range[],
  merge: (range: Range, items: readonly T[]) => T,
): readonly T[] {
  return layers.flatMap((item, index) => {
    const range = ranges.find(({ first, last }) => first <= index && index <= last);
    if (range === undefined) return [item];
    return index === range.last ? [merge(range, layers.slice(range.first, range.last + 1))] : [];
  });
}

function squashHistory(history: readonly unknown[], ranges: readonly MergedRange[]): readonly unknown[] {
  return emptySteps(history, ranges, makesLayer, step => ({ ...jsonObject(step), empty_layer: true }));
}

/**
 * A history whose steps keep their order: of those of a range the last has the layer, and the others have none.
 * @param hasLayer whether a step made a layer
 * @param emptied the same step without one
 */
export function emptySteps<Step>(
  history: readonly Step[],
  ranges: readonly LayerRange[],
  hasLayer: (step: Step) => boolean,
  emptied: (step: Step) => Step,
): readonly Step[] {
  let layer = -1;
  return history.map(step => {
    if (!hasLayer(step)) return step;
    layer += 1;
    const index = layer;
    return ranges.some(({ first, last }) => first <= index && index < last) ? emptied(step) : step;
  });
}

function makesLayer(step: unknown): boolean {
  return jsonObject(step)['empty_layer'] !== true;
}
