import { createHash } from 'node:crypto';
import { type Digest, digestOfHex } from '../../base/digest.ts';
import { HashThread } from '../../layer/hash-thread.ts';
import type { BlobIdentity, BlobStream } from './image-target.ts';

/** Below this, starting a thread costs more than it saves. Bytes. */
const WORTH_A_THREAD = 16 * 1024 * 1024;

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
  const hash = expected < WORTH_A_THREAD ? inlineHash() : threadHash();
  let size = 0;
  try {
    for await (const chunk of chunks) {
      size += chunk.length;
      const pending = hash.update(chunk);
      if (pending !== undefined) await pending;
      yield chunk;
    }
    resolve({ digest: await hash.digest(), size });
  } finally {
    reject(new TypeError('the stream was not read to its end'));
    await hash.close();
  }
}

interface StreamHash {
  update(chunk: Uint8Array): void | Promise<void>;
  digest(): Promise<Digest>;
  close(): Promise<void>;
}

function inlineHash(): StreamHash {
  const hash = createHash('sha256');
  return {
    update: chunk => {
      hash.update(chunk);
    },
    digest: async () => digestOfHex(hash.digest('hex')),
    close: async () => undefined,
  };
}

function threadHash(): StreamHash {
  const thread = new HashThread('sha256');
  return {
    update: chunk => thread.update(chunk),
    digest: async () => {
      const hex = Promise.withResolvers<string>();
      thread.end(hex.resolve);
      await thread.settled();
      return digestOfHex(await hex.promise);
    },
    close: () => thread.close(),
  };
}
