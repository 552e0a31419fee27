import type { ImageAnalysis } from '../analysis/image-analysis.ts';
import type { Notice } from '../base/notice.ts';
import type { Platform } from '../base/platform.ts';
import type { BuildInputs } from '../build/build-inputs.ts';
import type { BuildResult } from '../build/build-result.ts';
import type { ScansAtHand } from '../compare/differing-files.ts';
import type { Snapshot } from '../compare/snapshot.ts';
import type { ImageOrigins } from '../dockerfile/layer-origin.ts';
import type { Image } from '../image/image.ts';
import type { CheckoutContext } from './git/checkout.ts';
import type { RemoteContext } from './remote-commit.ts';
import type { ImageKey } from './store/snapshot-key.ts';
import type { SnapshotCache } from './store/snapshot-store.ts';

/** Where the baseline of a comparison is had from. One implementation a file, in `sources/`. */
export interface BaselineSource {
  /** What is missing, broken or out of reach is an absence, never an error: the head is built by now. */
  find(heads: readonly BaselineHead[]): Promise<FoundBaselines>;
}

/** An image that wants a baseline to be compared with. */
export interface BaselineHead {
  readonly analysis: ImageAnalysis;
  readonly snapshot: Snapshot;
  /** What the stores know the image by, whatever its commit. */
  readonly key: ImageKey;
}

/** The baseline of one image, or why there is none. */
export type FoundBaseline =
  | {
      readonly snapshot: Snapshot;
      /** Of its layers; absent where it was not weighed here. */
      readonly scans?: ScansAtHand;
      /** Which commit it is, how that was chosen, and where its figures come from. Sentences. */
      readonly explanation: string;
      readonly notices: readonly Notice[];
    }
  | { readonly absence: Notice; readonly notices: readonly Notice[] };

export interface FoundBaselines {
  /** Parallel to the heads. */
  readonly baselines: readonly FoundBaseline[];
  /** The baseline as it was built here; null where its figures come from elsewhere. */
  readonly rebuilt: WeighedBuild | null;
}

/** A build, and what each of its images weighs. */
export interface WeighedBuild {
  readonly build: BuildResult;
  /** One a platform, in the order of the build. */
  readonly analyses: readonly ImageAnalysis[];
}

/** What sources are handed from above: they start no build and open no image but through it. */
export interface BaselineContext extends CheckoutContext {
  /** Where git is opened. */
  readonly checkoutFolder: string;
  /** What BuildKit fetches the head from; null for a checkout, and for what is not built. */
  readonly remoteContext: RemoteContext | null;
  /** For checkouts of other commits. */
  readonly temporaryDir: string;
  /** What earlier runs stored; null where nothing is. */
  readonly snapshotCache: SnapshotCache | null;
  /** Opens an image and weighs it. */
  readonly weigh: WeighImage;
}

/**
 * @param reference as the command line takes it: `docker://ghcr.io/owner/app:1`
 * @param origins what is known of the layers' origins, when the image is open; null when nothing is
 */
export type WeighImage = (
  reference: string,
  platform: Platform,
  origins: (image: Image) => ImageOrigins | null,
) => Promise<ImageAnalysis>;

/** Where a commit is built. */
export interface BuiltTree {
  /** Relative paths of the inputs start here. */
  readonly cwd: string;
  /** Where the files of the repository start. */
  readonly top: string;
}

/** How the head was built, so that a commit can be built alike: with its builder, its cache and its FROM images. */
export interface HeadBuild {
  readonly inputs: BuildInputs;
  /**
   * Makes the generated files of a tree before it is built; null where nothing does.
   * @param title what that is called while it is shown
   * @throws DeadweightError `prepare-failed`
   */
  readonly prepare: ((place: BuiltTree, title: string) => Promise<void>) | null;
  /**
   * Builds and weighs.
   * @param place working directory, and top of the tree
   * @param title what the build is called while it is shown
   */
  readonly build: (inputs: BuildInputs, place: BuiltTree, title: string) => Promise<WeighedBuild>;
}

export function isFound(
  baseline: FoundBaseline,
): baseline is Extract<FoundBaseline, { readonly snapshot: Snapshot }> {
  return 'snapshot' in baseline;
}

/** A source of nothing: the same reason for every image. */
export function absentSource(absence: Notice): BaselineSource {
  return { find: async heads => absentBaselines(heads, absence) };
}

export function absentBaselines(heads: readonly BaselineHead[], absence: Notice): FoundBaselines {
  return { baselines: heads.map(() => ({ absence, notices: [] })), rebuilt: null };
}
