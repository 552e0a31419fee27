import { compareSnapshots } from '../../compare/compare-snapshots.ts';
import type { Snapshot } from '../../compare/snapshot.ts';
import type { Comparing } from '../weigh/weighed.ts';
import { type FoundBase, isFound } from './baseline-source.ts';

/** What an image is compared with; nothing where no base was asked for. */
export function comparingWith(base: FoundBase | null, head: Snapshot): Comparing {
  if (base === null) return null;
  if (!isFound(base)) return { absence: base.absence };
  return { comparison: compareSnapshots(base.snapshot, head) };
}

/** For the report's `context.base`; null without a comparison. */
export function explanationOf(base: FoundBase | null): string | null {
  return base && isFound(base) ? base.explanation : null;
}
