import type { TarHeader } from './header.ts';

/** Takes the content of one entry. */
export interface ContentSink {
  /** The chunk is a view of what the parser was given: copy what is to be kept after the call (or its promise). */
  write(chunk: Uint8Array): void | Promise<void>;
  /** All content was written. Not called when the tar ends early. */
  end(): void | Promise<void>;
}

export interface TarVisitor {
  /** @returns where the content goes (the logical content, for a sparse file); undefined skips it. */
  entry(header: TarHeader): ContentSink | undefined;
}
