import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { FileHashThread } from '../../src/layer/file-hash-thread.ts';
import { bytesOf } from '../support/fabricate/node.ts';
import { folderOf } from '../support/folder.ts';

const threads: FileHashThread[] = [];
const handles: FileHandle[] = [];
afterEach(async () => {
  await Promise.all(threads.splice(0).map(thread => thread.close()));
  await Promise.all(handles.splice(0).map(handle => handle.close()));
});

function started(): FileHashThread {
  const thread = new FileHashThread();
  threads.push(thread);
  return thread;
}

async function opened(bytes: Uint8Array): Promise<FileHandle> {
  const handle = await open(join(await folderOf(), 'file'), 'w+');
  handles.push(handle);
  await handle.write(bytes);
  return handle;
}

const digestOf = (bytes: Uint8Array, algorithm = 'sha256'): string =>
  createHash(algorithm).update(bytes).digest('hex');

describe('a thread that hashes what lies in a file', () => {
  const bytes = bytesOf(3_000_000, 7);

  it.each([
    [0, 3_000_000],
    [0, 0],
    [1, 1],
    [512, 524_288],
    [524_288, 1_048_576],
    [2_999_999, 1],
  ])('hashes from %i on %i bytes', async (start, length) => {
    const { fd: descriptor } = await opened(bytes);
    const hash = started().hash('sha256', { descriptor, start, length });
    expect(await hash.digest()).toBe(digestOf(bytes.subarray(start, start + length)));
  });

  it('hashes one range after the other, by any algorithm', async () => {
    const { fd: descriptor } = await opened(bytes);
    const thread = started();
    for (const algorithm of ['sha256', 'sha512', 'sha256']) {
      const hash = thread.hash(algorithm, { descriptor, start: 5, length: 1000 });
      expect(await hash.digest()).toBe(digestOf(bytes.subarray(5, 1005), algorithm));
    }
  });

  it('hashes what is written while it is', async () => {
    const handle = await opened(bytes.subarray(0, 10));
    const hash = started().grow('sha256', handle.fd, 4);
    let end = 10;
    hash.grow(end);
    for (const length of [1, 700_000, 524_288, 1, 900_000]) {
      // It has seen all that there is, and waits.
      await new Promise(resolve => setImmediate(resolve));
      await handle.write(bytes.subarray(end, end + length), 0, length, end);
      end += length;
      hash.grow(end);
    }
    expect(await hash.digest()).toBe(digestOf(bytes.subarray(4, end)));
  });

  it('goes on with the next where nobody wants one any more', async () => {
    const { fd: descriptor } = await opened(bytes);
    const thread = started();
    const waiting = thread.grow('sha256', descriptor, 0);
    waiting.grow(100);
    waiting.abandon();
    const left = thread.grow('sha256', descriptor, 0);
    left.grow(200);
    const last = thread.hash('sha256', { descriptor, start: 0, length: 300 });
    expect(await last.digest()).toBe(digestOf(bytes.subarray(0, 300)));
    // That of one which another has followed tells nobody of the other.
    waiting.abandon();
    left.grow(400);
    expect(await last.digest()).toBe(digestOf(bytes.subarray(0, 300)));
  });

  it('tells of a file that became shorter, and of one that cannot be read', async () => {
    const handle = await opened(bytes);
    const thread = started();
    const short = thread.hash('sha256', { descriptor: handle.fd, start: 0, length: 3_000_001 });
    await expect(short.digest()).rejects.toMatchObject({ code: 'input-truncated' });
    const none = thread.hash('sha256', { descriptor: 999_999, start: 0, length: 10 });
    await expect(none.digest()).rejects.toThrow('EBADF');
    const again = thread.hash('sha256', { descriptor: handle.fd, start: 0, length: 10 });
    expect(await again.digest()).toBe(digestOf(bytes.subarray(0, 10)));
  });
});
