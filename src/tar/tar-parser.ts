import { Buffer } from 'node:buffer';
import { quote } from '../base/untrusted-text.ts';
import { type ContentSink, SparseSink, type TarVisitor } from './content-sink.ts';
import { paddedSize, type TarHeader } from './header.ts';
import { asBuffer } from './header-field.ts';
import { HeaderReader } from './header-reader.ts';
import { truncatedTar } from './tar-error.ts';

/**
 * Reads a tar from chunks to its very end, also past the end-of-archive blocks. Waits only for a sink that returns a promise.
 * @throws DeadweightError `input-corrupt`, `input-truncated`, `limit-exceeded`
 */
export async function readTarStream(chunks: AsyncIterable<Uint8Array>, visitor: TarVisitor): Promise<void> {
  const parser = new TarParser(visitor);
  for await (const chunk of chunks) {
    const pending = parser.write(chunk);
    if (pending !== undefined) await pending;
  }
  parser.finish();
}

/** The push form: `write` each chunk (and await it when it returns a promise), then `finish`. */
export class TarParser {
  readonly #visitor: TarVisitor;
  readonly #reader = new HeaderReader();
  readonly #pending = new PendingBytes();
  #header: TarHeader | null = null;
  #sink: ContentSink | undefined;
  #content = 0;
  #padding = 0;
  /** Where the entry starts whose headers are being read. */
  #start = 0;
  #headerBytes = 0;

  constructor(visitor: TarVisitor) {
    this.#visitor = visitor;
  }

  /** Of every byte before this position the visitor was told which entry it belongs to; what ends a tar is of none. */
  get settled(): number {
    return this.#reader.ended ? Number.POSITIVE_INFINITY : this.#start;
  }

  write(chunk: Uint8Array): void | Promise<void> {
    return this.#consume(asBuffer(chunk), 0);
  }

  /** @throws DeadweightError `input-truncated` when the bytes so far are no whole tar. */
  finish(): void {
    if (this.#content > 0) throw truncatedTar(quote(this.#header?.path ?? ''));
    // Padding may lack: `tar` itself takes such an archive.
    this.#reader.finish(this.#pending.length);
  }

  #consume(chunk: Buffer, from: number): void | Promise<void> {
    let at = from;
    while (at < chunk.length) {
      if (this.#content > 0) {
        const end = Math.min(at + this.#content, chunk.length);
        const pending = this.#pass(chunk, at, end);
        at = end;
        if (pending !== undefined) return pending.then(() => this.#consume(chunk, end));
      } else if (this.#padding > 0) {
        const length = Math.min(this.#padding, chunk.length - at);
        this.#padding -= length;
        at += length;
      } else if (this.#reader.ended) {
        return;
      } else {
        const pending = this.#readHeader(chunk, at);
        at += this.#taken;
        if (pending !== undefined) {
          const next = at;
          return pending.then(() => this.#consume(chunk, next));
        }
      }
    }
  }

  /** Bytes that the last `#readHeader` took from its chunk. */
  #taken = 0;

  #readHeader(chunk: Buffer, at: number): undefined | Promise<void> {
    const wanted = this.#reader.wanted;
    let header: TarHeader | null;
    if (this.#pending.length === 0 && chunk.length - at >= wanted) {
      this.#taken = wanted;
      header = this.#reader.take(chunk, at);
    } else {
      this.#taken = this.#pending.add(chunk, at, wanted);
      if (this.#pending.length < wanted) return undefined;
      header = this.#reader.take(this.#pending.bytes, 0);
      this.#pending.length = 0;
    }
    this.#headerBytes += wanted;
    return header === null ? undefined : this.#startEntry(header);
  }

  #startEntry(header: TarHeader): undefined | Promise<void> {
    const extent = { start: this.#start, length: this.#headerBytes + paddedSize(header.storedSize) };
    this.#start += extent.length;
    this.#headerBytes = 0;
    const sink = this.#visitor.entry(header, extent);
    this.#header = header;
    this.#sink = sink === undefined || header.sparse === undefined ? sink : new SparseSink(sink, header);
    this.#content = header.storedSize;
    this.#padding = paddedSize(header.storedSize) - header.storedSize;
    return this.#content === 0 ? this.#endEntry() : undefined;
  }

  #endEntry(): undefined | Promise<void> {
    return this.#sink?.end() ?? undefined;
  }

  #pass(chunk: Buffer, start: number, end: number): undefined | Promise<void> {
    this.#content -= end - start;
    const sink = this.#sink;
    if (sink === undefined) return undefined;
    const pending = sink.write(chunk.subarray(start, end)) ?? undefined;
    if (this.#content > 0) return pending;
    return pending === undefined ? this.#endEntry() : pending.then(() => this.#endEntry());
  }
}

/** Bytes of a header that did not come in one chunk. Grows with what came, never with what a header claims. */
class PendingBytes {
  bytes: Buffer = Buffer.allocUnsafeSlow(4096);
  length = 0;

  /** @returns how many it took to have `wanted` */
  add(chunk: Buffer, at: number, wanted: number): number {
    const count = Math.min(wanted - this.length, chunk.length - at);
    if (this.length + count > this.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(this.length + count, this.bytes.length * 2));
      this.bytes.copy(grown, 0, 0, this.length);
      this.bytes = grown;
    }
    chunk.copy(this.bytes, this.length, at, at + count);
    this.length += count;
    return count;
  }
}
