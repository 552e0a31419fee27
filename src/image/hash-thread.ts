import { Worker } from 'node:worker_threads';

/** Bytes handed to the thread at a time: few messages, little memory. */
const BATCH = 1024 * 1024;
/** Batches under way, of which one is being filled. */
const MOST_BATCHES = 6;

/** Plain script in a string, so that a bundle needs no file beside it. One hash after the other. */
const SCRIPT = `
const { parentPort } = require('node:worker_threads');
const { createHash } = require('node:crypto');
let hash;
parentPort.on('message', ({ algorithm, buffer, length }) => {
  if (algorithm) hash = createHash(algorithm);
  else if (buffer) {
    hash.update(new Uint8Array(buffer, 0, length));
    parentPort.postMessage({ buffer }, [buffer]);
  } else parentPort.postMessage({ hex: hash.digest('hex') });
});`;

interface Answer {
  readonly buffer?: ArrayBuffer;
  readonly hex?: string;
}

/** A hash that may run elsewhere. */
export interface RunningHash {
  /** Waits only when the hash is far behind. The chunk may be used again at once. */
  update(chunk: Uint8Array): void | Promise<void>;
  /** Hexadecimal. */
  digest(): Promise<string>;
}

/**
 * Hashes on a thread of its own: a diffID runs over every byte of a layer, while the thread that parses it hashes
 * the files. One hash at a time: starting another forgets the one before.
 */
export class HashThread {
  readonly #worker = new Worker(SCRIPT, { eval: true });
  readonly #free: ArrayBuffer[] = [];
  #made = 0;
  #batch: Uint8Array | null = null;
  #filled = 0;
  #wake: (() => void) | null = null;
  #settle: PromiseWithResolvers<string> | null = null;
  #failure: unknown = null;

  constructor() {
    this.#worker.on('message', (answer: Answer) => this.#receive(answer));
    this.#worker.on('error', error => this.#fail(error));
    // It must not keep the process alive when a scan was given up.
    this.#worker.unref();
  }

  start(algorithm: string): RunningHash {
    this.#filled = 0;
    this.#worker.postMessage({ algorithm });
    return { update: chunk => this.#update(chunk), digest: () => this.#digest() };
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #update(chunk: Uint8Array): void | Promise<void> {
    let at = 0;
    while (at < chunk.length) {
      const batch = this.#take();
      if (batch === null) {
        const rest = chunk.subarray(at);
        return this.#untilFree().then(() => this.#update(rest));
      }
      const part = chunk.subarray(at, at + batch.length - this.#filled);
      batch.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === batch.length) this.#send();
    }
  }

  async #digest(): Promise<string> {
    if (this.#filled > 0) this.#send();
    if (this.#failure) throw this.#failure;
    this.#settle = Promise.withResolvers<string>();
    this.#worker.ref();
    this.#worker.postMessage({});
    try {
      return await this.#settle.promise;
    } finally {
      this.#worker.unref();
    }
  }

  #take(): Uint8Array | null {
    if (this.#failure) throw this.#failure;
    if (this.#batch) return this.#batch;
    let buffer = this.#free.pop();
    if (buffer === undefined) {
      if (this.#made === MOST_BATCHES) return null;
      this.#made += 1;
      buffer = new ArrayBuffer(BATCH);
    }
    this.#batch = new Uint8Array(buffer);
    this.#filled = 0;
    return this.#batch;
  }

  #send(): void {
    const buffer = this.#batch?.buffer;
    if (!(buffer instanceof ArrayBuffer)) return;
    this.#worker.postMessage({ buffer, length: this.#filled }, [buffer]);
    this.#batch = null;
    this.#filled = 0;
  }

  async #untilFree(): Promise<void> {
    this.#worker.ref();
    await new Promise<void>(resolve => {
      this.#wake = resolve;
    });
    this.#worker.unref();
  }

  #receive({ buffer, hex }: Answer): void {
    if (buffer) this.#free.push(buffer);
    if (hex !== undefined) this.#settle?.resolve(hex);
    this.#wake?.();
    this.#wake = null;
  }

  #fail(error: unknown): void {
    this.#failure = error;
    this.#settle?.reject(error);
    this.#wake?.();
    this.#wake = null;
  }
}
