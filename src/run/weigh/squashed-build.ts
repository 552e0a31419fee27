import type { ImageAnalysis } from '../../analysis/image-analysis.ts';
import type { Notice } from '../../base/notice.ts';
import type { Image } from '../../image/image.ts';
import type { WantedLayers } from '../../squash/layer-ranges.ts';
import type { OldParts, PlannedRange, SquashedImage } from '../../squash/squash-image.ts';
import type { WeighContext } from './weigh.ts';

/**
 * Squashes an image of a build that is open, and weighs what becomes of it. What does so is brought along: other builds do
 * without.
 * @param analysis of the image as it is
 * @throws DeadweightError `usage` for ranges that meet; what reading layers and writing the image throws
 */
export type SquashBuild = (
  image: Image,
  analysis: ImageAnalysis,
  context: Pick<WeighContext, 'progress'>,
) => Promise<SquashedBuild>;

/** One platform of an image that was built, squashed. */
export interface SquashedBuild {
  /** Of the squashed image. */
  readonly analysis: ImageAnalysis;
  /** Of the image as it was built, without what the merged layers left out. */
  readonly remaining: ImageAnalysis;
  /** Which layer of the squashed image each of its layers became. */
  readonly numbers: readonly number[];
  readonly summary: SquashSummary;
}

/** What became of the layers of one platform. */
export interface SquashSummary {
  readonly wanted: WantedLayers;
  readonly ranges: readonly PlannedRange[];
  /** The image as it was built. */
  readonly before: Pick<ImageAnalysis, 'layers' | 'size' | 'compressedSize'>;
  readonly written: SquashedImage;
  readonly oldParts: OldParts;
  readonly notices: readonly Notice[];
}
