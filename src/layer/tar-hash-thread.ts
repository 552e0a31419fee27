import { Buffer } from 'node:buffer';
import { isMarkedAsUntransferable, Worker } from 'node:worker_threads';
import type { ContentHash } from './file-content.ts';

/** Bytes that may wait to be hashed before whoever parses the tar is held back. */
const MAX_WAITING = 2 * 1024 * 1024;

/**
 * Plain script in a string, so that a bundle needs no file beside it. A message is a piece of the tar and the parts of
 * files in it, three numbers each: where it starts, how long it is, and whether the file ends with it.
 */
const SCRIPT = `
const { parentPort } = require('node:worker_threads');
const { createHash, hash } = require('node:crypto');
let tar = null;
let file = null;
parentPort.on('message', ({ buffer, start, end, parts, algorithm, isLast }) => {
  const bytes = new Uint8Array(buffer);
  tar ??= createHash(algorithm);
  tar.update(bytes.subarray(start, end));
  const digests = [];
  for (let at = 0; at < parts.length; at += 3) {
    const piece = bytes.subarray(parts[at], parts[at] + parts[at + 1]);
    const ends = parts[at + 2] === 1;
    if (ends && file === null) digests.push(hash('sha256', piece, 'hex'));
    else {
      file ??= createHash('sha256');
      file.update(piece);
      if (ends) {
        digests.push(file.digest('hex'));
        file = null;
      }
    }
  }
  let digest = null;
  if (isLast) {
    digest = tar.digest('hex');
    tar = null;
    file = null;
  }
  parentPort.postMessage({ length: end - start, digests, digest });
  buffer.transfer(0);
});`;

interface Answer {
  readonly length: number;
  readonly digests: readonly string[];
  /** Of the tar, when that was its last piece. */
  readonly digest: string | null;
}

/**
 * Hashes a layer's tar, and the files in it, on a thread of its own. Nothing is copied: the memory of what was parsed is
 * handed to the thread, which frees it at once. Left to the garbage collector, it would make that run over and over.
 * One layer after the other; for each chunk `take`, then `update` and `end` of what is parsed of it, then `pass`.
 */
export class TarHashThread implements ContentHash {
  readonly #worker: Worker;
  #algorithm = 'sha256';
  #buffer: ArrayBuffer | null = null;
  #start = 0;
  #end = 0;
  #parts: number[] = [];
  #waiting: ((digest: string) => void)[] = [];
  #answered = 0;
  #unhashed = 0;
  #digest: string | null = null;
  #wake: (() => void) | null = null;
  #failure: { readonly error: unknown } | null = null;

  constructor() {
    this.#worker = new Worker(SCRIPT, { eval: true });
    this.#worker.on('message', (answer: Answer) => this.#receive(answer));
    this.#worker.on('error', error => this.#fail(error));
    // It must not keep the process alive when a scan was given up.
    this.#worker.unref();
  }

  /** Begins a layer. @param algorithm of its diffID, as node:crypto names it */
  start(algorithm: string): void {
    this.#algorithm = algorithm;
    this.#waiting = [];
    this.#answered = 0;
    this.#digest = null;
  }

  /**
   * The next chunk of the tar. Its memory must be nobody else's once it is filled: chunks that lie in one buffer come one
   * after the other, and the buffer is handed on with the last of them.
   * @returns the chunk to parse, in place of the one that was given
   */
  take(chunk: Uint8Array): Uint8Array {
    const isOwn = chunk.buffer instanceof ArrayBuffer && !isMarkedAsUntransferable(chunk.buffer);
    const bytes = isOwn ? chunk : Buffer.allocUnsafeSlow(chunk.length);
    if (!isOwn) bytes.set(chunk);
    const { buffer } = bytes;
    if (!(buffer instanceof ArrayBuffer)) throw new TypeError('a chunk lies in shared memory');
    if (this.#buffer === buffer && this.#end !== bytes.byteOffset) throw new TypeError('a chunk is missing');
    if (this.#buffer !== buffer) {
      this.#send(false);
      this.#buffer = buffer;
      this.#start = bytes.byteOffset;
    }
    this.#end = bytes.byteOffset + bytes.length;
    return bytes;
  }

  /** More of the current file: a part of the chunk that was taken last. */
  update(part: Uint8Array): void {
    this.#parts.push(part.byteOffset, part.length, 0);
  }

  /** Ends the current file. @param done is told its SHA-256, in hexadecimal */
  end(done: (digest: string) => void): void {
    this.#waiting.push(done);
    const last = this.#parts.length - 1;
    // Its last bytes may have gone with the piece before.
    if (this.#parts[last] === 0) this.#parts[last] = 1;
    else this.#parts.push(0, 0, 1);
  }

  /** The chunk that was taken is parsed. Waits only when the thread is far behind. */
  pass(): void | Promise<void> {
    if (this.#failure) throw this.#failure.error;
    if (this.#buffer?.byteLength === this.#end) this.#send(false);
    if (this.#unhashed > MAX_WAITING) return this.#untilHashed(MAX_WAITING / 2);
  }

  /** The digest of the tar, in hexadecimal, when all of it has passed. Every file that has ended is told by then. */
  async finish(): Promise<string> {
    this.#send(true);
    for (;;) {
      if (this.#failure) throw this.#failure.error;
      if (this.#digest !== null) return this.#digest;
      await this.#nextAnswer();
    }
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #send(isLast: boolean): void {
    if (this.#buffer === null && !isLast) return;
    const buffer = this.#buffer ?? new ArrayBuffer(0);
    const [start, end, parts, algorithm] = [this.#start, this.#end, this.#parts, this.#algorithm];
    this.#unhashed += end - start;
    this.#worker.postMessage({ buffer, start, end, parts, algorithm, isLast }, [buffer]);
    this.#buffer = null;
    this.#start = 0;
    this.#end = 0;
    this.#parts = [];
  }

  async #untilHashed(limit: number): Promise<void> {
    while (this.#unhashed > limit) {
      if (this.#failure) throw this.#failure.error;
      await this.#nextAnswer();
    }
  }

  async #nextAnswer(): Promise<void> {
    this.#worker.ref();
    await new Promise<void>(resolve => {
      this.#wake = resolve;
    });
    this.#worker.unref();
  }

  #receive({ length, digests, digest }: Answer): void {
    this.#unhashed -= length;
    this.#digest = digest;
    for (const each of digests) {
      this.#waiting[this.#answered]?.(each);
      this.#answered += 1;
    }
    this.#stir();
  }

  #fail(error: unknown): void {
    this.#failure = { error };
    this.#stir();
  }

  #stir(): void {
    this.#wake?.();
    this.#wake = null;
  }
}
