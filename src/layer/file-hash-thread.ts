import { Worker } from 'node:worker_threads';
import type { FileRange } from '../tar/random-access.ts';
import { shrunkError } from './content-copy.ts';

/**
 * Plain script in a string, so that a bundle needs no file beside it. It reads the file itself, as far as it is told that
 * there is something: descriptors are the process's. What it is told changes the first number of `state` each time. The
 * second says whether the bytes are all: 0 more may come, 1 they are, 2 nobody wants the hash any more. The last is where
 * they end.
 */
const SCRIPT = `
const { parentPort } = require('node:worker_threads');
const { readSync } = require('node:fs');
const { createHash } = require('node:crypto');
const buffer = Buffer.allocUnsafeSlow(512 * 1024);
parentPort.on('message', ({ item, algorithm, descriptor, start, state }) => {
  try {
    hashRange(item, algorithm, descriptor, start, state);
  } catch (error) {
    parentPort.postMessage({ item, digest: '', length: 0, error });
  }
});
function hashRange(item, algorithm, descriptor, start, state) {
  const [words, ends] = [new Int32Array(state, 0, 2), new BigInt64Array(state, 8, 1)];
  const hash = createHash(algorithm);
  let at = start;
  for (;;) {
    const told = Atomics.load(words, 0);
    const kind = Atomics.load(words, 1);
    const end = Number(Atomics.load(ends, 0));
    if (kind === 2) return;
    if (at < end) {
      const count = readSync(descriptor, buffer, 0, Math.min(buffer.length, end - at), at);
      if (count === 0) break;
      hash.update(buffer.subarray(0, count));
      at += count;
    } else if (kind === 1) break;
    else Atomics.wait(words, 0, told);
  }
  parentPort.postMessage({ item, digest: hash.digest('hex'), length: at - start, error: null });
}`;

interface Answer {
  /** Which of the ranges it is of. */
  readonly item: number;
  readonly digest: string;
  /** Bytes that were there. */
  readonly length: number;
  /** What reading it threw; null where it was read. */
  readonly error: unknown;
}

/** A hash of bytes of a file that may still be written. */
export interface GrowingHash {
  /** There are bytes up to here, and none of them changes any more. @param end position in the file */
  grow(end: number): void;
  /**
   * There are no more.
   * @returns hexadecimal
   * @throws DeadweightError `input-truncated` where the file has fewer; what reading it throws
   */
  digest(): Promise<string>;
  /** Nobody wants it. */
  abandon(): void;
}

/**
 * Hashes bytes that lie in a file on a thread that reads them by itself: nothing is handed over, and whoever reads or writes
 * them is held up by nothing. One range after the other: the next ends the one before, which has no digest then.
 */
export class FileHashThread {
  readonly #worker: Worker;
  #answer: PromiseWithResolvers<Answer> | null = null;
  #item = 0;
  #abandonLast: () => void = () => undefined;

  constructor() {
    this.#worker = new Worker(SCRIPT, { eval: true });
    this.#worker.on('message', (answer: Answer) => this.#receive(answer));
    this.#worker.on('error', error => this.#answer?.reject(error));
    // It must not keep the process alive when a run was given up.
    this.#worker.unref();
  }

  /** Of bytes that are there. @param algorithm as node:crypto names it */
  hash(algorithm: string, { descriptor, start, length }: FileRange): GrowingHash {
    const hash = this.grow(algorithm, descriptor, start);
    hash.grow(start + length);
    return hash;
  }

  /**
   * Of bytes that are being written.
   * @param algorithm as node:crypto names it
   * @param descriptor of a file that can be read, and is not closed before the digest is there
   */
  grow(algorithm: string, descriptor: number, start: number): GrowingHash {
    const state = new SharedArrayBuffer(16);
    const [words, ends] = [new Int32Array(state, 0, 2), new BigInt64Array(state, 8, 1)];
    let end = start;
    const tell = (kind: number): void => {
      Atomics.store(ends, 0, BigInt(end));
      Atomics.store(words, 1, kind);
      Atomics.add(words, 0, 1);
      Atomics.notify(words, 0);
    };
    tell(0);
    this.#abandonLast();
    this.#abandonLast = () => tell(2);
    const answer = Promise.withResolvers<Answer>();
    answer.promise.catch(() => undefined);
    this.#answer = answer;
    this.#item += 1;
    this.#worker.postMessage({ item: this.#item, algorithm, descriptor, start, state });
    return {
      grow(position) {
        end = position;
        tell(0);
      },
      digest: async () => {
        tell(1);
        this.#worker.ref();
        try {
          const { digest, length, error } = await answer.promise;
          if (error !== null) throw error;
          if (length === end - start) return digest;
          throw shrunkError();
        } finally {
          this.#worker.unref();
        }
      },
      abandon: () => tell(2),
    };
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  /** Of a range that nobody wants any more an answer may still come. */
  #receive(answer: Answer): void {
    if (answer.item === this.#item) this.#answer?.resolve(answer);
  }
}
