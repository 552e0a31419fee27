import type { ImageAnalysis } from '../analysis/image-analysis.ts';
import { type BudgetResult, isDefaultBudget } from '../budget/budget-result.ts';
import { MAX_LAYERS, MAX_PULLED_LAYERS } from '../image/image.ts';
import { type AdviceRequest, adviseSquash, MANY_LAYERS } from '../squash/squash-advice.ts';
import { shownLevel } from './budget-cell.ts';
import type { Report, ReportSquash } from './report.ts';
import { shownWaste } from './wasted-paths.ts';

/** What is known of the image besides its analysis, for who would merge layers of it. */
export interface SquashInput extends Pick<AdviceRequest, 'fixed'> {
  /** By which the image can be opened again; null where none is known. */
  readonly reference: string | null;
  /** `linux/arm64`, where it has to be named to open the image; null where it has not. */
  readonly platform: string | null;
  /** Whether the Dockerfile is there: then only what its fixes do not free is a reason to merge layers. */
  readonly fixesFirst: boolean;
}

/** @returns null where no layers are worth merging */
export function reportSquash(
  analysis: ImageAnalysis,
  { fixed, fixesFirst, reference, platform }: SquashInput,
  budgets: readonly BudgetResult[],
): ReportSquash | null {
  const limit = layerLimit(analysis.layers.length, budgets);
  const advice = adviseSquash(analysis, { fixed: fixesFirst ? fixed : [], limit });
  if (advice === null) return null;
  const ranges = advice.ranges.map(({ first, last, size, freed, added }) => ({
    first,
    last,
    size,
    saving: { bytes: freed, addedBytes: added },
  }));
  return { ranges, layerCount: advice.layerCount, limit: advice.limit, fixesFirst, reference, platform };
}

/**
 * How many layers the image should have at most: those of the budget that it exceeds; where nobody has set one, those
 * that every engine pulls, or below those few that leave images built upon it no room.
 * @returns null where it may have those that it has
 */
function layerLimit(layers: number, budgets: readonly BudgetResult[]): number | null {
  const budget = budgets.find(({ name }) => name === 'max-layers');
  if (budget === undefined) return null;
  const { status, limit } = shownLevel(budget);
  // 127 is what documents say, and two more than engines with overlay2 pull.
  if (status === 'exceeded')
    return limit.value > MAX_LAYERS ? limit.value : Math.min(limit.value, MAX_PULLED_LAYERS);
  if (!isDefaultBudget(budget) || layers < MANY_LAYERS) return null;
  return layers > MAX_PULLED_LAYERS ? MAX_PULLED_LAYERS : MANY_LAYERS - 1;
}

/** Where a report says which layers are worth merging: once. */
type SquashPlace = 'excess' | 'waste' | 'layers';

/** @returns null where none are */
export function squashPlace(report: Report): SquashPlace | null {
  const { squash, budgets } = report;
  if (!squash) return null;
  const isExcess = budgets.some(each => each.name === 'max-layers' && shownLevel(each).status === 'exceeded');
  if (isExcess && squash.limit !== null) return 'excess';
  const freesBytes = squash.ranges.some(({ saving }) => saving.bytes > 0);
  return freesBytes && shownWaste(report, 1).listed.length > 0 ? 'waste' : 'layers';
}
