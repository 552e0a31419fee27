import type { ImageAnalysis } from '../../analysis/image-analysis.ts';
import { formatSize } from '../../base/number-text.ts';

/**
 * Less is noise, unless it is a thousandth of the image: nobody changes a Dockerfile for the 10 kB of a script that
 * `chmod` stores again. Bytes, share.
 */
const MIN_BYTES = 100_000;
const MIN_SHARE = 0.001;

/**
 * What nothing mends by itself has to be worth the work of a reader, who splits, merges and reorders instructions for
 * it, and pays with a cache that is lost more often: less than both of these is not. Of what is mended, or is less in
 * several places, it is only informed. Bytes, share of the image.
 */
const SMALL_BYTES = 500_000;
const SMALL_SHARE = 0.005;

/** For the pages of the rules. */
export const TOLD_FROM = `Told from ${formatSize(MIN_BYTES)} where an edit mends it, and else from ${formatSize(SMALL_BYTES)}; below that only where it is ${MIN_SHARE * 100} % of the image, and ${SMALL_SHARE * 100} % where no edit does.`;

type Sized = Pick<ImageAnalysis, 'size'>;

/** @param isMended whether edits come with it */
export function isWorthTelling(bytes: number, image: Sized, isMended: boolean): boolean {
  if (!isMended && isSmall(bytes, image)) return false;
  return bytes >= MIN_BYTES || bytes >= image.size * MIN_SHARE;
}

export function isSmall(bytes: number, { size }: Sized): boolean {
  return bytes < SMALL_BYTES && bytes < size * SMALL_SHARE;
}
