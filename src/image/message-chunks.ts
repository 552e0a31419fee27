import type { IncomingMessage } from 'node:http';
import { ChunkPipe } from './chunk-pipe.ts';

/**
 * The body of an answer as it arrives. Node's own iterator of a stream joins the chunks that came meanwhile into one,
 * which copies every byte of an image once more. Whoever stops early destroys the message.
 */
export function chunksOf(message: IncomingMessage): AsyncIterable<Uint8Array> {
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
  return pipe;
}
