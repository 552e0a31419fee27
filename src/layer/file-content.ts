import { Buffer } from 'node:buffer';
import { createHash, type Hash, hash } from 'node:crypto';
import type { ContentSink } from '../tar/content-sink.ts';
import {
  type Collector,
  type FileCollector,
  type FileReading,
  RangeReading,
  SharedReading,
} from './collector.ts';
import { HashThread } from './hash-thread.ts';
import type { JsonValue } from './json-value.ts';
import type { LayerEntry } from './layer-entry.ts';

/** Hexadecimal digits kept of a SHA-256: 128 bits. */
export const CONTENT_DIGITS = 32;
const NONE: readonly never[] = [];
const EMPTY = hash('sha256', '', 'hex').slice(0, CONTENT_DIGITS);

/** Hashes files elsewhere, one after the other. */
export interface ContentHash {
  /** More of the current file. */
  update(chunk: Uint8Array): void | Promise<void>;
  /** Ends it. @param done is told its SHA-256, in hexadecimal, once the hash has come that far */
  end(done: (digest: string) => void): void;
}

/** What the content of one file is wanted for. */
interface ContentUse {
  readonly entry: LayerEntry;
  readonly size: number;
  /** Told the first 128 bits of the SHA-256; null when nobody asks. */
  readonly hashed: ((content: string) => void) | null;
  /** Where it is hashed; null hashes it as it comes. */
  readonly hashThread: ContentHash | null;
  readonly collectors: readonly Collector[];
  readonly collected: (collector: Collector, value: JsonValue) => void;
}

/** Hashes the content of a file as it comes by, and keeps it, or the ranges of it, that a collector wants. */
export class FileContent implements ContentSink {
  readonly #use: ContentUse;
  readonly #whole: readonly FileCollector[];
  readonly #readings: readonly (readonly [Collector, RangeReading])[];
  #hash: Hash | null = null;
  #content: string = EMPTY;
  #kept: Buffer[] = [];
  #position = 0;

  constructor(use: ContentUse) {
    const { entry, size, collectors } = use;
    this.#use = use;
    this.#whole = collectors.length === 0 ? NONE : collectors.filter(collector => 'collect' in collector);
    this.#readings = collectors.length === 0 ? NONE : readingsOf(collectors, entry, size);
  }

  /** The ranges that all this is for, where nothing needs the rest of the file; null where something does. */
  get onlyRanges(): FileReading | null {
    if (this.#use.hashed !== null || this.#whole.length > 0) return null;
    return new SharedReading(this.#readings.map(([, reading]) => reading));
  }

  write(chunk: Uint8Array): void | Promise<void> {
    const { size, hashed, hashThread } = this.#use;
    if (this.#whole.length > 0) this.#kept.push(Buffer.from(chunk));
    for (const [, reading] of this.#readings) reading.take(chunk, this.#position);
    this.#position += chunk.length;
    if (hashed === null) return;
    if (hashThread !== null) return hashThread.update(chunk);
    // Most files come in one chunk, and one call is twice as fast as a hash object for small ones.
    if (this.#hash === null && chunk.length === size)
      this.#content = hash('sha256', chunk, 'hex').slice(0, CONTENT_DIGITS);
    else {
      this.#hash ??= createHash('sha256');
      this.#hash.update(chunk);
    }
  }

  end(): void {
    const { entry, size, hashed, hashThread, collected } = this.#use;
    if (hashed !== null && hashThread !== null && size > 0) {
      hashThread.end(digest => hashed(digest.slice(0, CONTENT_DIGITS)));
    } else hashed?.(this.#hash === null ? this.#content : this.#hash.digest('hex').slice(0, CONTENT_DIGITS));
    for (const [collector, { value }] of this.#readings) if (value !== null) collected(collector, value);
    if (this.#whole.length === 0) return;
    const content = Buffer.concat(this.#kept);
    this.#kept = [];
    for (const collector of this.#whole) {
      const value = collector.collect(entry, content);
      if (value !== null) collected(collector, value);
    }
  }
}

function readingsOf(
  collectors: readonly Collector[],
  entry: LayerEntry,
  size: number,
): (readonly [Collector, RangeReading])[] {
  return collectors.flatMap(collector =>
    'read' in collector ? [[collector, new RangeReading(collector, entry, size)] as const] : [],
  );
}

/** Smaller files are hashed as they come: a message to a thread costs more. Bytes. */
const MIN_THREAD_SIZE = 1024 * 1024;

/** Hashes the large files of one layer after the other on a thread of its own, which starts with the first of them. */
export class HashLane {
  #thread: HashThread | null = null;

  /** @returns null where the file is as well hashed as it comes */
  threadFor(size: number): HashThread | null {
    if (size < MIN_THREAD_SIZE) return null;
    this.#thread ??= new HashThread('sha256');
    return this.#thread;
  }

  async settled(): Promise<void> {
    await this.#thread?.settled();
  }

  async close(): Promise<void> {
    await this.#thread?.close();
  }
}
