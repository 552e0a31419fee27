import { normalizePlatform, type Platform } from '../base/platform.ts';
import type { GitRun } from '../baseline/git/git-run.ts';
import type { SnapshotCache } from '../baseline/store/snapshot-store.ts';
import type { UnfinishedPaths } from '../image/targets/image-target.ts';
import type { ExportLayouts } from './export-layouts.ts';
import type { SecretMask } from './secret-values.ts';
import type { BuildContext } from './weigh/built-image.ts';

/**
 * Every effect that the pipelines have on the world. The two entries construct it; tests construct their own. Only
 * entries and pipelines see it whole: all else is handed the part that it uses.
 */
export interface Environment extends BuildContext {
  /** Working directory: relative paths of inputs and outputs start here. */
  readonly cwd: string;
  /** Where snapshots are kept between runs; null where nothing is. */
  readonly snapshotCache: SnapshotCache | null;
  /** What the run made and learned of repositories. */
  readonly gitRun: GitRun;
  /** What nobody may read. The log has it already. */
  readonly secrets: SecretMask;
  /** Names what makes reports, code and machine: nobody else takes those that it keeps. Null keeps none. */
  readonly reportMaker: string | null;
  /** The platform of the images that this machine runs. */
  readonly hostPlatform: Platform;
  readonly exportLayouts: Pick<ExportLayouts, 'use' | 'release' | 'folders'>;
  /** Outputs that are half there: they are removed when the run is broken off. */
  readonly unfinished: UnfinishedPaths;
}

/** Node's names of architectures, where they are not those of the image specification. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/**
 * The platform of the images that a machine runs: Linux, also under Docker Desktop.
 * @param architecture as `process.arch` has it
 */
export function hostPlatform(architecture: string): Platform {
  return normalizePlatform({ os: 'linux', architecture: ARCHITECTURES[architecture] ?? architecture });
}
