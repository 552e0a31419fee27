import type { Efficiency, WastedFile } from './image-analysis.ts';
import type { InodeTable } from './inode-table.ts';

/** Bytes of one layer: size = visible + wasted. */
export interface LayerWeight {
  size: number;
  visible: number;
  wasted: number;
}

export function weighLayers(layerCount: number, inodes: InodeTable): readonly LayerWeight[] {
  const weights = Array.from({ length: layerCount }, () => ({ size: 0, visible: 0, wasted: 0 }));
  for (let inode = 0; inode < inodes.length; inode += 1) {
    const weight = weights[inodes.layerOf(inode)];
    if (weight === undefined) continue;
    const size = inodes.sizeOf(inode);
    weight.size += size;
    if (inodes.isVisible(inode)) weight.visible += size;
    else weight.wasted += size;
  }
  return weights;
}

/** All layers together. */
export function sumWeights(weights: readonly LayerWeight[]): LayerWeight {
  const total = { size: 0, visible: 0, wasted: 0 };
  for (const weight of weights) {
    total.size += weight.size;
    total.visible += weight.visible;
    total.wasted += weight.wasted;
  }
  return total;
}

/** Bytes of base layers by what hides them: own layers, or the base's own later layers. */
function hiddenBase(
  wasted: readonly WastedFile[],
  baseLayerCount: number,
): { readonly byOwn: number; readonly byBase: number } {
  let byOwn = 0;
  let byBase = 0;
  for (const file of wasted) {
    if (file.writtenBy >= baseLayerCount) continue;
    if (file.hiddenBy >= baseLayerCount) byOwn += file.bytes;
    else byBase += file.bytes;
  }
  return { byOwn, byBase };
}

/**
 * Own wasted + shadowed base + base wasted + visible bytes = size of all layers.
 * `baseLayerCount` is null when the base is unknown: every layer counts as own then.
 */
export function measureEfficiency(
  weights: readonly LayerWeight[],
  wasted: readonly WastedFile[],
  baseLayerCount: number | null,
): Efficiency {
  const total = sumWeights(weights);
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
  const own = sumWeights(weights.slice(baseLayerCount));
  const hidden = hiddenBase(wasted, baseLayerCount);
  return {
    score,
    ownScore: ratio(own),
    wastedBytes: own.wasted,
    shadowedBaseBytes: hidden.byOwn,
    baseWastedBytes: hidden.byBase,
  };
}

function ratio(weight: LayerWeight): number {
  return weight.size === 0 ? 1 : weight.visible / weight.size;
}
