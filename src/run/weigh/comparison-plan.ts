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
import type { RemoteContext } from '../../baseline/remote-commit.ts';
import { storeSnapshots } from '../../baseline/store/snapshot-store.ts';
import { compareSnapshots } from '../../compare/compare-snapshots.ts';
import type { Comparison } from '../../compare/comparison.ts';
import type { Snapshot } from '../../compare/snapshot.ts';
import type { ScanStore } from '../../layer/scan-store.ts';
import type { Environment } from '../environment.ts';
import { type LearnedScans, learnContents, learnedSnapshot, type ReadContents } from './learn-contents.ts';
import { type WeighContext, weighImage } from './weigh.ts';

/** What an image is compared with: a comparison, the reason why there is none, or nothing when none was asked for. */
export type Compared =
  | {
      readonly comparison: Comparison;
      /** Which commit the baseline is, and where its figures come from; null where the user named it. */
      readonly explanation: string | null;
      readonly baseline: Snapshot;
      /** Of both images, with what was learned for the comparison. */
      readonly scans: LearnedScans;
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
  /** Where git is opened. */
  readonly checkoutFolder: string;
  /** What BuildKit fetches the head from; null for a checkout, and for what is not built. */
  readonly remoteContext: RemoteContext | null;
}

/** An image to compare. */
export interface ComparedHead extends BaselineHead {
  /** Absent where it is not open, or has nothing more to tell. */
  readonly readContents?: ReadContents;
}

export interface ComparedHeads {
  /** Parallel to the heads. The snapshot has what the comparison learned of contents. */
  readonly images: readonly {
    readonly compared: Compared;
    readonly snapshot: Snapshot;
    readonly notices: readonly Notice[];
  }[];
  /** The baseline as it was built here; null where its figures come from elsewhere. */
  readonly rebuilt: WeighedBuild | null;
}

/** @param build how the heads were built; null when they were not built here */
export type CompareHeads = (
  heads: readonly ComparedHead[],
  build: HeadBuild | null,
) => Promise<ComparedHeads>;

export type ComparisonContext = Omit<BaselineContext, 'weigh' | 'checkoutFolder' | 'remoteContext'> &
  WeighContext &
  Pick<Environment, 'log' | 'secrets'>;

/**
 * Decides what to compare with before anything is built, so that a wrong ref or file fails at once; compares, and
 * keeps what later runs compare with, once the heads are there.
 * @throws DeadweightError as `planBaseline`
 */
export async function planComparison(
  { baseline, seeds, commit, checkoutFolder, remoteContext }: ComparisonRequest,
  context: ComparisonContext,
): Promise<CompareHeads> {
  const weigh: BaselineContext['weigh'] = (reference, platform, origins) =>
    weighImage({ reference, platform, origins, verify: false }, context);
  const plan =
    baseline && (await planBaseline(baseline, { ...context, checkoutFolder, remoteContext, weigh }));
  return async (heads, build) => {
    const found = plan && (await findBaselines(plan(build), heads, context.log));
    const images: HeadComparison[] = [];
    for (const [index, head] of heads.entries()) {
      const baseline = found?.baselines[index] ?? null;
      images.push(await compareHead(baseline, head, context.scanStore, seeds));
    }
    const kept = (seeds ? images : []).map(({ head: { key }, snapshot }) => ({
      key,
      snapshot: context.secrets.snapshot(snapshot),
    }));
    const unstored = seeds ? await storeSnapshots(kept, commit, context.snapshotCache) : [];
    return {
      rebuilt: found?.rebuilt ?? null,
      images: images.map(({ compared, snapshot }, index) => {
        const notices = [...(found?.baselines[index]?.notices ?? []), ...unstored];
        return { compared, snapshot, notices };
      }),
    };
  };
}

interface HeadComparison {
  readonly head: ComparedHead;
  readonly compared: Compared;
  readonly snapshot: Snapshot;
}

async function compareHead(
  baseline: FoundBaseline | null,
  head: ComparedHead,
  store: ScanStore,
  keepsHead: boolean,
): Promise<HeadComparison> {
  const { analysis, readContents = null } = head;
  if (baseline === null) return { head, compared: null, snapshot: head.snapshot };
  if (!isFound(baseline)) return { head, compared: { absence: baseline.absence }, snapshot: head.snapshot };
  const before = { snapshot: baseline.snapshot, scans: baseline.scans ?? [], readContents: null };
  const after = { snapshot: head.snapshot, scans: analysis.scans, readContents };
  const scans = await learnContents(before, after, store, keepsHead);
  const snapshot = learnedSnapshot(head.snapshot, analysis, scans.head);
  const comparison = compareSnapshots(baseline.snapshot, snapshot, scans);
  const { explanation } = baseline;
  return { head, compared: { comparison, explanation, baseline: baseline.snapshot, scans }, snapshot };
}
