import type { Log } from '../../base/effects.ts';
import type { Notice } from '../../base/notice.ts';
import { findBaselines, planBaseline } from '../../baseline/baseline-plan.ts';
import type { BaselineRequest } from '../../baseline/baseline-request.ts';
import {
  type BaselineContext,
  type BaselineHead,
  type FoundBaseline,
  type HeadBuild,
  isFound,
  type WeighedBuild,
} from '../../baseline/baseline-source.ts';
import { storeSnapshots } from '../../baseline/store/snapshot-store.ts';
import { compareSnapshots } from '../../compare/compare-snapshots.ts';
import type { Comparison } from '../../compare/comparison.ts';
import { type WeighContext, weighImage } from './weigh.ts';

/** What an image is compared with: a comparison, the reason why there is none, or nothing when none was asked for. */
export type Compared =
  | {
      readonly comparison: Comparison;
      /** Which commit the baseline is, and where its figures come from; null where the user named it. */
      readonly explanation: string | null;
    }
  | { readonly absence: Notice }
  | null;

export interface ComparisonRequest {
  /** Where the baseline comes from; null compares with nothing. */
  readonly baseline: BaselineRequest | null;
  /** Whether the Actions cache keeps what the head weighs, for later runs to compare with. */
  readonly seeds: boolean;
  /** What the head is of; null where it is not known. */
  readonly commit: string | null;
}

export interface ComparedHeads {
  /** Parallel to the heads. */
  readonly images: readonly { readonly compared: Compared; readonly notices: readonly Notice[] }[];
  /** The baseline as it was built here; null where its figures come from elsewhere. */
  readonly rebuilt: WeighedBuild | null;
}

/** @param build how the heads were built; null when they were not built here */
export type CompareHeads = (
  heads: readonly BaselineHead[],
  build: HeadBuild | null,
) => Promise<ComparedHeads>;

export type ComparisonContext = Omit<BaselineContext, 'weigh'> & WeighContext & { readonly log: Log };

/**
 * Decides what to compare with before anything is built, so that a wrong ref or file fails at once; compares, and
 * keeps what later runs compare with, once the heads are there.
 * @throws DeadweightError as `planBaseline`
 */
export async function planComparison(
  { baseline, seeds, commit }: ComparisonRequest,
  context: ComparisonContext,
): Promise<CompareHeads> {
  const weigh: BaselineContext['weigh'] = (reference, platform, origins) =>
    weighImage({ reference, platform, origins, verify: false }, context);
  const plan = baseline && (await planBaseline(baseline, { ...context, weigh }));
  return async (heads, build) => {
    const found = plan && (await findBaselines(plan(build), heads, context.log));
    const unstored = seeds ? await storeSnapshots(heads, commit, context.snapshotCache) : [];
    return {
      rebuilt: found?.rebuilt ?? null,
      images: heads.map((head, index) => {
        const baseline = found?.baselines[index] ?? null;
        const notices = [...(baseline?.notices ?? []), ...unstored];
        return { compared: baseline && compareWith(baseline, head), notices };
      }),
    };
  };
}

function compareWith(baseline: FoundBaseline, { snapshot, analysis }: BaselineHead): Compared {
  if (!isFound(baseline)) return { absence: baseline.absence };
  const scans = { baseline: baseline.scans ?? [], head: analysis.scans };
  const comparison = compareSnapshots(baseline.snapshot, snapshot, scans);
  return { comparison, explanation: baseline.explanation };
}
