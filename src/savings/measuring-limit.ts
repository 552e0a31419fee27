/** How much may be done to learn what fixes would save. Bytes. */
export interface MeasuringLimit {
  /** To compress: a processor does 60 to 90 MB a second. */
  readonly compress: number;
  /** To read again, where a medium cannot be read by position: compressed blobs are unpacked, registries asked once more. */
  readonly read: number;
}

/** Where whoever waits looks at an image that exists: a third of a second. */
export const QUICK_LIMIT: MeasuringLimit = { compress: 16 * 1024 ** 2, read: 128 * 1024 ** 2 };

/** Where a build takes its time anyway: ten to twenty seconds at the most, and a second look at the image. */
export const THOROUGH_LIMIT: MeasuringLimit = { compress: 1024 ** 3, read: 8 * 1024 ** 3 };
