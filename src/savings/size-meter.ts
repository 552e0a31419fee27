/**
 * Compresses what it is given, and keeps nothing but the number of bytes that came out. It takes the bytes at once and
 * may read them later; a promise asks the writer to wait before it brings more.
 */
export interface SizeMeter {
  write(bytes: Uint8Array): undefined | Promise<void>;
  /** Compressed bytes. */
  end(): Promise<number>;
}
