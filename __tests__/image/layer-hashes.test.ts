import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { LayerHashes } from '../../src/image/layer-hashes.ts';
import { bytesOf } from '../support/fabricate/node.ts';

/** Enough for a thread. Bytes. */
const LARGE = 16 * 1024 * 1024;

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

it('a hash knows nothing of one that was given up on its thread', async () => {
  const hashes = new LayerHashes();
  try {
    const [old, bytes] = [bytesOf(9_000_000, 1), bytesOf(9_000_000, 2)];
    const abandoned = hashes.startWith('sha256', LARGE);
    // More than the thread takes at once: some of it waits when the next one begins.
    const waiting = abandoned.update(old);
    expect(waiting).toBeInstanceOf(Promise);
    const hash = hashes.startWith('sha256', LARGE);
    await hash.update(bytes.subarray(0, 5_000_000));
    await abandoned.update(old);
    await hash.update(bytes.subarray(5_000_000));
    expect(await hash.digest()).toBe(digestOf(bytes));
    await waiting;
    await expect(abandoned.digest()).rejects.toThrow(TypeError);
  } finally {
    await hashes.close();
  }
});
