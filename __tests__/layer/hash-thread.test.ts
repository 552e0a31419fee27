import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { HashThread } from '../../src/layer/hash-thread.ts';
import { scanLayerStream } from '../../src/layer/scan.ts';
import { diffIdOf, fabricateTar } from '../support/fabricate/layer.ts';
import { bytesOf, file } from '../support/fabricate/node.ts';

const threads: HashThread[] = [];
const readers: Worker[] = [];
afterEach(async () => {
  await Promise.all(threads.splice(0).map(thread => thread.close()));
  await Promise.all(readers.splice(0).map(reader => reader.terminate()));
});

function started(algorithm = 'sha256'): HashThread {
  const thread = new HashThread(algorithm);
  threads.push(thread);
  return thread;
}

const digestOf = (bytes: Uint8Array, algorithm = 'sha256'): string =>
  createHash(algorithm).update(bytes).digest('hex');

/** Hashes items in chunks of a size, writing over each chunk as soon as that is allowed. */
async function hashed(
  thread: HashThread,
  items: readonly Uint8Array[],
  chunkSize: number,
): Promise<string[]> {
  const digests: string[] = [];
  const chunk = Buffer.alloc(chunkSize);
  for (const [index, item] of items.entries()) {
    for (let at = 0; at < item.length; at += chunkSize) {
      const piece = item.subarray(at, at + chunkSize);
      chunk.set(piece);
      await thread.update(chunk.subarray(0, piece.length));
      chunk.fill(0);
    }
    thread.end(digest => {
      digests[index] = digest;
    });
  }
  await thread.settled();
  return digests;
}

/** On a thread: a room that did not wait would keep this one from ever seeing that time is up. */
const READER = `
const { parentPort, workerData } = require('node:worker_threads');
(async () => {
  const { HashThread } = await import(workerData.module);
  const thread = new HashThread('sha256');
  let waits = 0;
  for (let at = 0; at < workerData.bytes.length; ) {
    let isThere = false;
    const pending = thread.room().then(room => { isThere = true; return room; });
    await Promise.resolve().then(() => {}).then(() => {});
    if (!isThere) waits += 1;
    const room = await pending;
    const piece = workerData.bytes.subarray(at, at + room.length);
    room.set(piece);
    thread.filled(piece.length);
    at += piece.length;
  }
  let digest = '';
  thread.end(told => { digest = told; });
  await thread.settled();
  await thread.close();
  parentPort.postMessage({ digest, waits });
})();`;

async function readIntoRoom(bytes: Uint8Array): Promise<{ digest: string; waits: number }> {
  const module = new URL('../../src/layer/hash-thread.ts', import.meta.url).href;
  const reader = new Worker(READER, { eval: true, workerData: { module, bytes } });
  readers.push(reader);
  const [told] = await once(reader, 'message');
  return told;
}

describe('hashes on another thread', () => {
  // More than all batches together, so that the writer has to wait.
  const large = Buffer.alloc(20 * 1024 * 1024, bytesOf(65_537, 1));

  it.each([
    ['sha256', 65_536],
    ['sha256', 5 * 1024 * 1024],
    ['sha512', 1_000_003],
  ])('are those of the bytes: %s in chunks of %i', async (algorithm, chunkSize) => {
    expect(await hashed(started(algorithm), [large], chunkSize)).toEqual([digestOf(large, algorithm)]);
  });

  it('are those of what is read into its room, which waits while the thread is behind', async () => {
    const { digest, waits } = await readIntoRoom(large);
    expect(digest).toBe(digestOf(large));
    expect(waits).toBeGreaterThan(0);
  });

  it('are of each item, whatever their sizes and the batches they fall into', async () => {
    const sizes = fc.array(fc.oneof(fc.constantFrom(0, 1, 1024 * 1024, 1024 * 1024 - 1), fc.nat(700_000)), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1000, max: 2_000_000 }), async (lengths, chunkSize) => {
        const thread = started();
        const items = lengths.map((length, index) => large.subarray(index, index + length));
        expect(await hashed(thread, items, chunkSize)).toEqual(items.map(item => digestOf(item)));
        // A thread that settled goes on.
        expect(await hashed(thread, items, chunkSize)).toEqual(items.map(item => digestOf(item)));
      }),
      { numRuns: 25 },
    );
  });

  it('leave an item out that was given up', async () => {
    const thread = started();
    await thread.update(large.subarray(0, 3_000_000));
    thread.abandon();
    thread.abandon();
    const small = large.subarray(0, 1000);
    expect(await hashed(thread, [small], 300)).toEqual([digestOf(small)]);
  });

  it('give the files of a layer the contents that hashing as they come gives', async () => {
    const nodes = { a: file(0), b: file(1), 'c/d': file(3_000_000), 'c/e': file(70_000), f: file(1) };
    const tar = await fabricateTar(nodes);
    const options = { diffId: diffIdOf(tar), content: 'all', verify: true } as const;
    const chunks = async function* () {
      for (let at = 0; at < tar.length; at += 50_000) yield tar.subarray(at, at + 50_000);
    };
    const here = await scanLayerStream(chunks(), options);
    const there = await scanLayerStream(chunks(), { ...options, hashThread: started() });
    expect(there).toEqual(here);
    expect(there.entries.values().every(entry => entry.kind !== 'file' || entry.content?.length === 32)).toBe(
      true,
    );
  });
});
