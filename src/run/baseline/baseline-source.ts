import type { ImageAnalysis } from '../../analysis/image-analysis.ts';
import type { Notice } from '../../base/notice.ts';
import type { SnapshotKey } from '../../baseline/store/snapshot-key.ts';
import type { BuildResult } from '../../build/build-result.ts';
import type { Snapshot } from '../../compare/snapshot.ts';

/** An image that wants a base to be compared with. */
export interface BaselineHead {
  readonly analysis: ImageAnalysis;
  readonly snapshot: Snapshot;
  /** What the stores know the image by, whatever its commit. */
  readonly key: Omit<SnapshotKey, 'commit'>;
}

/** The base of one image, or why there is none. */
export type FoundBase =
  | {
      readonly snapshot: Snapshot;
      /** Which commit it is, how that was chosen, and where its figures come from. */
      readonly explanation: string;
      readonly notices: readonly Notice[];
    }
  | { readonly absence: Notice; readonly notices: readonly Notice[] };

export interface FoundBases {
  /** Parallel to the heads. */
  readonly bases: readonly FoundBase[];
  /** null when the base was not built here. */
  readonly build: BuildResult | null;
  /** What that build made, one a platform. */
  readonly images?: readonly ImageAnalysis[];
}

/** Where the base of a comparison is had from. One implementation a file: `baseline-*.ts`. */
export interface BaselineSource {
  /** What is missing, broken or out of reach is an absence, never an error: the head is built by now. */
  find(heads: readonly BaselineHead[]): Promise<FoundBases>;
}

export function isFound(base: FoundBase): base is Extract<FoundBase, { readonly snapshot: Snapshot }> {
  return 'snapshot' in base;
}

/** The same reason for every image. */
export function allAbsent(heads: readonly BaselineHead[], absence: Notice): FoundBases {
  return { bases: heads.map(() => ({ absence, notices: [] })), build: null };
}
