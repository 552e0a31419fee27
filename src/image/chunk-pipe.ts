import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { MAX_DOCUMENT } from '../oci/parse-json.ts';
import type { ContentSink } from '../tar/content-sink.ts';

/** Bytes that may wait before the writer is held back. */
const HIGH_WATER = 1024 * 1024;

/** Turns what is pushed into something that is pulled, with back pressure. One writer, one reader. */
export class ChunkPipe implements ContentSink, AsyncIterable<Uint8Array> {
  #chunks: Uint8Array[] = [];
  #waiting = 0;
  #state: 'open' | 'ended' | 'abandoned' = 'open';
  #failure: { readonly error: unknown } | null = null;
  #wakeReader: (() => void) | null = null;
  #wakeWriter: (() => void) | null = null;

  /** Chunks are kept as they are: the writer must not use their memory again. */
  write(chunk: Uint8Array): void | Promise<void> {
    if (this.#state !== 'open') return;
    this.#chunks.push(chunk);
    this.#waiting += chunk.length;
    this.#wake();
    if (this.#waiting < HIGH_WATER) return;
    return new Promise(resolve => {
      this.#wakeWriter = resolve;
    });
  }

  end(): void {
    if (this.#state === 'open') this.#state = 'ended';
    this.#wake();
  }

  /** The reader gets this error after the chunks that are there. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.end();
  }

  /** Nobody reads on: what is still written is dropped. */
  abandon(): void {
    this.#state = 'abandoned';
    this.#chunks = [];
    this.#waiting = 0;
    this.#wakeWriter?.();
    this.#wakeWriter = null;
  }

  get abandoned(): boolean {
    return this.#state === 'abandoned';
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    try {
      for (;;) {
        const chunks = this.#chunks;
        this.#chunks = [];
        this.#waiting = 0;
        this.#wakeWriter?.();
        this.#wakeWriter = null;
        yield* chunks;
        if (this.#chunks.length > 0) continue;
        if (this.#failure) throw this.#failure.error;
        if (this.#state !== 'open') return;
        await new Promise<void>(resolve => {
          this.#wakeReader = resolve;
        });
      }
    } finally {
      this.abandon();
    }
  }

  #wake(): void {
    this.#wakeReader?.();
    this.#wakeReader = null;
  }
}

/**
 * The body of an answer as it arrives. Node's own iterator of a stream joins the chunks that came meanwhile into one,
 * which copies every byte of an image once more. Whoever stops early destroys the message.
 * @param maxSilence milliseconds that the reader waits for a byte; the time that it takes itself does not count
 * @throws Error when nothing comes, or the connection breaks
 */
export function streamBody(message: IncomingMessage, maxSilence: number): AsyncIterable<Uint8Array> {
  const pipe = new ChunkPipe();
  message.on('data', (chunk: Uint8Array) => {
    const full = pipe.write(chunk);
    if (full === undefined) return;
    message.pause();
    void full.then(() => message.resume());
  });
  message.on('end', () => pipe.end());
  message.on('error', error => pipe.fail(error));
  message.on('close', () => {
    if (!message.complete) pipe.fail(new Error('the connection was closed'));
  });
  return readWithin(pipe, maxSilence);
}

async function* readWithin(pipe: ChunkPipe, maxSilence: number): AsyncIterable<Uint8Array> {
  let isWaiting = true;
  const silence = setTimeout(() => {
    if (isWaiting) pipe.fail(new Error(`nothing came for ${maxSilence / 1000} seconds`));
  }, maxSilence);
  try {
    for await (const chunk of pipe) {
      isWaiting = false;
      yield chunk;
      isWaiting = true;
      silence.refresh();
    }
  } finally {
    clearTimeout(silence);
  }
}

/**
 * A document, whole; one that is too large is cut off just beyond the limit, for whoever parses it to refuse.
 * @param chunks of the message
 */
export async function readBody(
  message: IncomingMessage,
  chunks: AsyncIterable<Uint8Array>,
): Promise<Uint8Array> {
  const read: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of chunks) {
      length += chunk.length;
      read.push(chunk);
      if (length > MAX_DOCUMENT) break;
    }
  } finally {
    message.destroy();
  }
  return Buffer.concat(read);
}
