import type { ImageAnalysis } from '../analysis/image-analysis.ts';
import type { Comparison } from '../compare/comparison.ts';
import type { BudgetName, BudgetUnit } from './budget.ts';

/** What a budget is held against, or why it is not known. */
export type Measure = { readonly actual: number } | { readonly unknown: string };

/** @param unit of the limit: growth is measured in bytes or as a ratio of the base's size */
export function measure(
  name: BudgetName,
  unit: BudgetUnit,
  analysis: ImageAnalysis,
  comparison: Comparison | null,
): Measure {
  switch (name) {
    case 'max-layers':
      return { actual: analysis.layers.length };
    case 'max-size':
      return { actual: analysis.size };
    case 'max-compressed-size':
      return known(
        analysis.compressedSize,
        'the compressed size is not known here: registries and OCI layouts tell it',
      );
    case 'max-own-size':
      return known(analysis.ownSize, 'it is not known which layers come from the base image');
    case 'max-layer-size':
      return { actual: largestLayer(analysis) };
    case 'max-size-increase':
      return growth(unit, comparison);
    case 'min-efficiency':
      return { actual: analysis.efficiency.score };
    case 'max-wasted':
      return { actual: analysis.efficiency.wastedBytes };
    case 'dive-lowest-efficiency':
      return { actual: analysis.dive.efficiency };
    case 'dive-highest-wasted-bytes':
      return { actual: analysis.dive.wastedBytes };
    case 'dive-highest-user-wasted-percent':
      return { actual: analysis.dive.userWastedPercent };
  }
}

function known(actual: number | null, otherwise: string): Measure {
  return actual === null ? { unknown: otherwise } : { actual };
}

/** Of the image's own: a base layer's size is not the Dockerfile's doing. Of all, where the base is unknown. */
function largestLayer({ layers, baseLayerCount }: ImageAnalysis): number {
  return layers.slice(baseLayerCount ?? 0).reduce((most, layer) => Math.max(most, layer.size), 0);
}

/** Any growth of an image of no bytes is infinite. */
function growth(unit: BudgetUnit, comparison: Comparison | null): Measure {
  if (comparison === null) return { unknown: 'there is no base to compare with' };
  const { base, delta } = comparison;
  if (unit === 'bytes') return { actual: delta.size };
  return { actual: delta.size === 0 ? 0 : delta.size / base.size };
}
