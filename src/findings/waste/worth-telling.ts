import type { ImageAnalysis } from '../../analysis/image-analysis.ts';

/** Less is not worth a reader's time, unless it is a thousandth of the image. Bytes, share. */
const MIN_BYTES = 10_000;
const MIN_SHARE = 0.001;

export function isWorthTelling(bytes: number, { size }: Pick<ImageAnalysis, 'size'>): boolean {
  return bytes >= MIN_BYTES || bytes >= size * MIN_SHARE;
}

/** Of what is less than both, one line tells for all of a kind. Bytes, share of the image. */
const SMALL_BYTES = 500_000;
const SMALL_SHARE = 0.005;

export function isSmall(bytes: number, { size }: Pick<ImageAnalysis, 'size'>): boolean {
  return bytes < SMALL_BYTES && bytes < size * SMALL_SHARE;
}
