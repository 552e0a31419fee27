import type { Clock } from '../base/clock.ts';
import type { Exec } from '../base/exec.ts';
import type { Log } from '../base/log.ts';
import type { Platform } from '../base/platform.ts';
import type { Progress } from '../base/progress.ts';
import type { SnapshotCache } from './baseline/snapshot-cache.ts';

/** Every effect that the pipeline has on the world. The two entries construct it; tests construct their own. */
export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Working directory: relative paths of inputs and outputs start here. */
  readonly cwd: string;
  readonly homeDir: string;
  /** Directory for files that live as long as the run. */
  readonly temporaryDir: string;
  /** Directory for what is worth keeping between runs; null keeps nothing. */
  readonly cacheDir: string | null;
  /** Where snapshots are kept between runs; null where nothing is. */
  readonly snapshotCache: SnapshotCache | null;
  readonly hostPlatform: Platform;
  readonly exec: Exec;
  readonly log: Log;
  readonly clock: Clock;
  readonly progress: Progress;
}
