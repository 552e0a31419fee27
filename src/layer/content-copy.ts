import type { Buffer } from 'node:buffer';
import { DeadweightError } from '../base/errors.ts';
import type { ContentSink } from '../tar/content-sink.ts';
import type { ByteRange, RandomAccess } from '../tar/random-access.ts';
import type { HashThread } from './hash-thread.ts';

/** Bytes of content read at once. */
export const CONTENT_CHUNK = 256 * 1024;

/**
 * Hands the stored content of a file to a sink, to its end.
 * @param buffer reused for every chunk
 * @throws DeadweightError `input-truncated`
 */
export async function copyContent(
  source: RandomAccess,
  data: ByteRange,
  sink: ContentSink,
  buffer: Buffer,
): Promise<void> {
  for (let done = 0; done < data.length; ) {
    const chunk = buffer.subarray(0, Math.min(buffer.length, data.length - done));
    const length = source.read(chunk, data.start + done);
    if (length < chunk.length) throw shrunkError();
    await sink.write(chunk);
    done += length;
  }
  await sink.end();
}

/**
 * Hands the stored content of a file to a thread that hashes it, without a copy in between.
 * @param done is told the digest, in hexadecimal, once the thread is settled
 */
export async function hashContent(
  source: RandomAccess,
  data: ByteRange,
  thread: HashThread,
  done: (digest: string) => void,
): Promise<void> {
  for (let read = 0; read < data.length; ) {
    const room = await thread.room();
    const chunk = room.subarray(0, Math.min(room.length, data.length - read));
    const length = source.read(chunk, data.start + read);
    if (length < chunk.length) throw shrunkError();
    thread.filled(length);
    read += length;
  }
  thread.end(done);
}

export function shrunkError(): DeadweightError {
  return new DeadweightError('input-truncated', {
    message: 'The file became shorter while it was read.',
    remedy: 'Wait until whoever writes it is done.',
  });
}
