import type { Platform } from '../base/platform.ts';
import type { SnapshotCache } from '../baseline/store/snapshot-store.ts';
import type { BuildContext } from './weigh/build-side.ts';

/**
 * Every effect that the pipelines have on the world. The two entries construct it; tests construct their own. Only
 * entries and pipelines see it whole: all else is handed the part that it uses.
 */
export interface Environment extends BuildContext {
  /** Working directory: relative paths of inputs and outputs start here. */
  readonly cwd: string;
  /** Where snapshots are kept between runs; null where nothing is. */
  readonly snapshotCache: SnapshotCache | null;
  readonly hostPlatform: Platform;
}
