import { createHash } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { HashThread } from '../../src/image/hash-thread.ts';
import { bytesOf } from '../support/fabricate/node.ts';

const thread = new HashThread();
afterAll(() => thread.close());

/** Hashes the bytes in chunks of a size, writing over each chunk as soon as that is allowed. */
async function hashed(algorithm: string, bytes: Buffer, chunkSize: number): Promise<string> {
  const hash = thread.start(algorithm);
  const chunk = Buffer.alloc(chunkSize);
  for (let at = 0; at < bytes.length; at += chunkSize) {
    const length = bytes.copy(chunk, 0, at, at + chunkSize);
    const pending = hash.update(chunk.subarray(0, length));
    if (pending) await pending;
    chunk.fill(0);
  }
  return await hash.digest();
}

describe('hashes on another thread', () => {
  // More than all batches together, so that the writer has to wait.
  const large = Buffer.alloc(20 * 1024 * 1024, bytesOf(65_537, 1));

  it.each([
    ['sha256', 65_536],
    ['sha256', 5 * 1024 * 1024],
    ['sha512', 1_000_003],
  ])('are those of the bytes: %s in chunks of %i', async (algorithm, chunkSize) => {
    expect(await hashed(algorithm, large, chunkSize)).toBe(createHash(algorithm).update(large).digest('hex'));
  });

  it('are of nothing when nothing came', async () => {
    expect(await hashed('sha256', Buffer.alloc(0), 1)).toBe(createHash('sha256').digest('hex'));
  });

  it('forget one that was given up', async () => {
    await thread.start('sha256').update(large.subarray(0, 3_000_000));
    const small = large.subarray(0, 1000);
    expect(await hashed('sha256', small, 300)).toBe(createHash('sha256').update(small).digest('hex'));
  });
});
