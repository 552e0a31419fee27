import type { ImageAnalysis } from '../analysis/image-analysis.ts';

/** Less is not worth a reader's time, unless it is a thousandth of the image. Bytes, share. */
const LISTED_BYTES = 10_000;
const LISTED_SHARE = 0.001;

export function isWorthTelling(bytes: number, { size }: Pick<ImageAnalysis, 'size'>): boolean {
  return bytes >= LISTED_BYTES || bytes >= size * LISTED_SHARE;
}
