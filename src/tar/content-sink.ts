import { Buffer } from 'node:buffer';
import { quote } from '../base/untrusted-text.ts';
import type { SparseRun, TarHeader } from './header.ts';
import type { ByteRange } from './random-access.ts';
import { excessiveTar } from './tar-error.ts';

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

/** Holes that are filled for one file. Beyond that a few bytes of tar could keep us busy for years. Bytes. */
const MAX_HOLES = 4 * 1024 * 1024 * 1024;

const ZEROS = Buffer.alloc(256 * 1024);

/**
 * Gives a sink the logical content of a sparse file: what is stored, with its holes as zeros.
 * Zeros of a hole are handed on when what follows it arrives.
 */
export class SparseSink implements ContentSink {
  readonly #sink: ContentSink;
  readonly #runs: readonly SparseRun[];
  readonly #size: number;
  #run = 0;
  #inRun = 0;
  #written = 0;

  /** @throws DeadweightError `limit-exceeded` when the holes are out of all proportion. */
  constructor(sink: ContentSink, header: TarHeader) {
    if (header.size - header.storedSize > MAX_HOLES) {
      throw excessiveTar(`the sparse file ${quote(header.path)} has holes of more than 4 GiB`);
    }
    this.#sink = sink;
    this.#runs = header.sparse ?? [];
    this.#size = header.size;
  }

  async write(chunk: Uint8Array): Promise<void> {
    let at = 0;
    while (at < chunk.length) {
      const run = this.#runs[this.#run];
      if (run === undefined) return;
      await this.#fill(run.offset);
      const length = Math.min(run.length - this.#inRun, chunk.length - at);
      if (length > 0) await this.#sink.write(chunk.subarray(at, at + length));
      at += length;
      this.#written += length;
      this.#inRun += length;
      if (this.#inRun === run.length) {
        this.#run += 1;
        this.#inRun = 0;
      }
    }
  }

  async end(): Promise<void> {
    await this.#fill(this.#size);
    await this.#sink.end();
  }

  async #fill(until: number): Promise<void> {
    while (this.#written < until) {
      const zeros = ZEROS.subarray(0, Math.min(ZEROS.length, until - this.#written));
      this.#written += zeros.length;
      await this.#sink.write(zeros);
    }
  }
}
