import { Worker } from 'node:worker_threads';

/** Bytes handed to the thread at a time: few messages, little memory. */
const BATCH = 1024 * 1024;
/** Batches under way, of which one is being filled. */
const MAX_BATCHES = 4;

/**
 * Plain script in a string, so that a bundle needs no file beside it. A batch is bytes and the lengths of the parts of
 * items in them; a negative length ends its item. Most items are small and whole in one batch: one call hashes them.
 */
const SCRIPT = `
const { parentPort, workerData } = require('node:worker_threads');
const { createHash, hash } = require('node:crypto');
let open = null;
parentPort.on('message', ({ buffer, parts }) => {
  const bytes = new Uint8Array(buffer);
  const digests = [];
  let at = 0;
  for (const part of parts) {
    const ends = part < 0;
    const length = ends ? -part - 1 : part;
    const piece = bytes.subarray(at, at + length);
    at += length;
    if (ends && open === null) digests.push(hash(workerData, piece, 'hex'));
    else {
      open ??= createHash(workerData);
      open.update(piece);
      if (ends) {
        digests.push(open.digest('hex'));
        open = null;
      }
    }
  }
  parentPort.postMessage({ buffer, digests }, [buffer]);
});`;

interface Answer {
  readonly buffer: ArrayBuffer;
  readonly digests: readonly string[];
}

/** Hashes items one after the other on a thread of its own, so that the one that parses them can go on. */
export class HashThread {
  readonly #worker: Worker;
  readonly #free: ArrayBuffer[] = [];
  #made = 0;
  #batch: Uint8Array | null = null;
  #filled = 0;
  #parts: number[] = [];
  #part = 0;
  #isOpen = false;
  /** Number of the current item. */
  #item = 0;
  #waiting: ((digest: string) => void)[] = [];
  #answered = 0;
  /** Of an item that was abandoned as well. */
  #wake: (() => void)[] = [];
  #failure: { readonly error: unknown } | null = null;

  /** @param algorithm as node:crypto names it */
  constructor(algorithm: string) {
    this.#worker = new Worker(SCRIPT, { eval: true, workerData: algorithm });
    this.#worker.on('message', (answer: Answer) => this.#receive(answer));
    this.#worker.on('error', error => this.#fail(error));
    // It must not keep the process alive when a scan was given up.
    this.#worker.unref();
  }

  /** More of the current item. Waits only when the hash is far behind; the chunk may be used again at once. */
  update(chunk: Uint8Array): void | Promise<void> {
    return this.#add(chunk, this.#item);
  }

  /** @param item that the chunk belongs to: while it waited, that may have been abandoned */
  #add(chunk: Uint8Array, item: number): void | Promise<void> {
    if (item !== this.#item) return;
    this.#isOpen = true;
    let at = 0;
    while (at < chunk.length) {
      const batch = this.#take();
      if (batch === null) {
        const rest = chunk.subarray(at);
        return this.#untilFree().then(() => this.#add(rest, item));
      }
      const count = Math.min(batch.length - this.#filled, chunk.length - at);
      batch.set(at === 0 && count === chunk.length ? chunk : chunk.subarray(at, at + count), this.#filled);
      this.#filled += count;
      this.#part += count;
      at += count;
      if (this.#filled === batch.length) this.#send();
    }
  }

  /** Room for more of the current item, to be read into: what is there counts once `filled` says so. */
  async room(): Promise<Uint8Array> {
    for (;;) {
      const batch = this.#take();
      if (batch !== null) return batch.subarray(this.#filled);
      await this.#untilFree();
    }
  }

  /** @param count bytes of the room that were filled, from its start */
  filled(count: number): void {
    this.#isOpen = true;
    this.#filled += count;
    this.#part += count;
    if (this.#filled === this.#batch?.length) this.#send();
  }

  /** Ends the current item; the next bytes are of the next. @param done is told its digest, in hexadecimal */
  end(done: (digest: string) => void): void {
    this.#isOpen = false;
    this.#item += 1;
    this.#waiting.push(done);
    this.#parts.push(-this.#part - 1);
    this.#part = 0;
  }

  /** Forgets what there is of an item that nobody will end. */
  abandon(): void {
    if (this.#isOpen) this.end(() => undefined);
  }

  /** Until every item that has ended is told. */
  async settled(): Promise<void> {
    while (this.#answered < this.#waiting.length) {
      if (this.#parts.length > 0) {
        // Room for the batch that carries the ends, though it may have no bytes.
        if (this.#take() === null) await this.#untilFree();
        else this.#send();
      } else await this.#untilFree();
      if (this.#failure) throw this.#failure.error;
    }
    this.#waiting = [];
    this.#answered = 0;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #take(): Uint8Array | null {
    if (this.#failure) throw this.#failure.error;
    if (this.#batch) return this.#batch;
    let buffer = this.#free.pop();
    if (buffer === undefined) {
      if (this.#made === MAX_BATCHES) return null;
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
    if (this.#part > 0) this.#parts.push(this.#part);
    this.#worker.postMessage({ buffer, parts: this.#parts }, [buffer]);
    this.#batch = null;
    this.#filled = 0;
    this.#parts = [];
    this.#part = 0;
  }

  async #untilFree(): Promise<void> {
    this.#worker.ref();
    await new Promise<void>(resolve => {
      this.#wake.push(resolve);
    });
    this.#worker.unref();
  }

  #receive({ buffer, digests }: Answer): void {
    this.#free.push(buffer);
    for (const digest of digests) {
      this.#waiting[this.#answered]?.(digest);
      this.#answered += 1;
    }
    this.#stir();
  }

  #fail(error: unknown): void {
    this.#failure = { error };
    this.#stir();
  }

  #stir(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
