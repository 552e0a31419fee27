import type { Efficiency, WastedFile } from './image-analysis.ts';
import { hiddenBase, type LayerWeight, totalWeight } from './layer-weight.ts';

/**
 * Own wasted + shadowed base + base wasted + visible bytes = size of all layers.
 * `baseLayerCount` is null when the base is unknown: every layer counts as own then.
 */
export function efficiencyOf(
  weights: readonly LayerWeight[],
  wasted: readonly WastedFile[],
  baseLayerCount: number | null,
): Efficiency {
  const total = totalWeight(weights);
  const score = ratio(total);
  if (baseLayerCount === null) {
    return {
      score,
      ownScore: null,
      wastedBytes: total.wasted,
      shadowedBaseBytes: null,
      baseWastedBytes: null,
    };
  }
  const own = totalWeight(weights.slice(baseLayerCount));
  const base = hiddenBase(wasted, baseLayerCount);
  return {
    score,
    ownScore: ratio(own),
    wastedBytes: own.wasted,
    shadowedBaseBytes: base.byOwn,
    baseWastedBytes: base.byBase,
  };
}

function ratio(weight: LayerWeight): number {
  return weight.size === 0 ? 1 : weight.visible / weight.size;
}
