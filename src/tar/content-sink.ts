import type { TarHeader } from './header.ts';
import type { ByteRange } from './random-access.ts';

/** Takes the content of one entry. */
export interface ContentSink {
  /** The chunk is a view of what the parser was given: copy what is to be kept after the call (or its promise). */
  write(chunk: Uint8Array): void | Promise<void>;
  /** All content was written. Not called when the tar ends early. */
  end(): void | Promise<void>;
}

export interface TarVisitor {
  /**
   * @param extent the whole entry in the tar: its headers (PAX records, long names and sparse maps included), its
   * content and the padding. The extents of all entries are in order and without gaps.
   * @returns where the content goes (the logical content, for a sparse file); undefined skips it.
   */
  entry(header: TarHeader, extent: ByteRange): ContentSink | undefined;
}
