import { digestOfHex } from '../../base/digest.ts';
import { LayerHashes } from '../layer-hashes.ts';
import type { BlobIdentity, BlobStream } from './image-target.ts';

/**
 * Bytes that are hashed while they pass.
 * @param size about how many there will be: many are hashed on a thread of their own
 */
export function hashStream(chunks: AsyncIterable<Uint8Array>, size: number): BlobStream {
  const identity = Promise.withResolvers<BlobIdentity>();
  // Whoever gives up before the end asks for none.
  identity.promise.catch(() => undefined);
  return { chunks: hashed(chunks, size, identity), identity: () => identity.promise };
}

async function* hashed(
  chunks: AsyncIterable<Uint8Array>,
  expected: number,
  { resolve, reject }: PromiseWithResolvers<BlobIdentity>,
): AsyncIterable<Uint8Array> {
  const hashes = new LayerHashes();
  const hash = hashes.startWith('sha256', expected);
  let size = 0;
  try {
    for await (const chunk of chunks) {
      size += chunk.length;
      const pending = hash.update(chunk);
      if (pending !== undefined) await pending;
      yield chunk;
    }
    resolve({ digest: digestOfHex(await hash.digest()), size });
  } finally {
    reject(new TypeError('the stream was not read to its end'));
    await hashes.close();
  }
}
