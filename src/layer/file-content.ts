import { Buffer } from 'node:buffer';
import { createHash, type Hash, hash } from 'node:crypto';
import type { ContentSink } from '../tar/content-sink.ts';
import type { Collector } from './collector.ts';
import type { LayerEntry } from './entry.ts';
import type { HashThread } from './hash-thread.ts';
import type { JsonValue } from './layer-scan.ts';

/** Hexadecimal digits kept of a SHA-256: 128 bits. */
const DIGITS = 32;
const EMPTY = hash('sha256', '', 'hex').slice(0, DIGITS);

/** What the content of one file is wanted for. */
export interface ContentUse {
  readonly entry: LayerEntry;
  readonly size: number;
  /** Told the first 128 bits of the SHA-256; null when nobody asks. */
  readonly hashed: ((content: string) => void) | null;
  /** Where it is hashed; null hashes it as it comes. */
  readonly hashThread: HashThread | null;
  readonly collectors: readonly Collector[];
  readonly collected: (collector: Collector, value: JsonValue) => void;
}

/** Hashes the content of a file as it comes by, and keeps it where a collector wants it. */
export class FileContent implements ContentSink {
  readonly #use: ContentUse;
  #hash: Hash | null = null;
  #content: string = EMPTY;
  #kept: Buffer[] = [];

  constructor(use: ContentUse) {
    this.#use = use;
  }

  write(chunk: Uint8Array): void | Promise<void> {
    const { size, hashed, hashThread, collectors } = this.#use;
    if (collectors.length > 0) this.#kept.push(Buffer.from(chunk));
    if (hashed === null) return;
    if (hashThread !== null) return hashThread.update(chunk);
    // Most files come in one chunk, and one call is twice as fast as a hash object for small ones.
    if (this.#hash === null && chunk.length === size)
      this.#content = hash('sha256', chunk, 'hex').slice(0, DIGITS);
    else {
      this.#hash ??= createHash('sha256');
      this.#hash.update(chunk);
    }
  }

  end(): void {
    const { entry, size, hashed, hashThread, collectors, collected } = this.#use;
    if (hashed !== null && hashThread !== null && size > 0) {
      hashThread.end(digest => hashed(digest.slice(0, DIGITS)));
    } else hashed?.(this.#hash === null ? this.#content : this.#hash.digest('hex').slice(0, DIGITS));
    if (collectors.length === 0) return;
    const content = Buffer.concat(this.#kept);
    this.#kept = [];
    for (const collector of collectors) {
      const value = collector.collect(entry, content);
      if (value !== null) collected(collector, value);
    }
  }
}
