import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openImage } from '../../src/image/open-image.ts';
import { decompress, detectCompression } from '../../src/tar/compression.ts';
import { Expansion, MAX_UNPACKED_FREE } from '../../src/tar/expansion.ts';
import { openOptions } from '../support/conformance/medium.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { bytesOf, file } from '../support/fabricate/node.ts';
import { folderOf } from '../support/folder.ts';
import { chunked } from './collect.ts';

const content = bytesOf(400_000, 1);

function pack(program: string, bytes: Buffer, args: readonly string[] = []): Buffer {
  return execFileSync(program, ['-c', ...args], { input: bytes, maxBuffer: 1e8, stdio: 'pipe' });
}

async function unpack(bytes: Buffer, length = 65_536): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const source = chunked(bytes, [length]);
  for await (const chunk of decompress(source, detectCompression(bytes))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

afterEach(() => vi.unstubAllEnvs());

describe.each(['xz', 'bzip2'])('%s', program => {
  it('is told by its first bytes, and unpacked', async () => {
    for (const bytes of [content, Buffer.alloc(0)]) {
      const packed = pack(program, bytes);
      expect(detectCompression(packed)).toBe(program);
      expect((await unpack(packed)).equals(bytes)).toBe(true);
      expect((await unpack(Buffer.concat([packed, packed]), 777)).length).toBe(2 * bytes.length);
    }
  });

  it('that ends early, is damaged or is followed by something else is refused', async () => {
    const packed = pack(program, content);
    await expect(unpack(packed.subarray(0, -40))).rejects.toMatchObject({ code: 'input-truncated' });
    const damaged = Buffer.from(packed);
    damaged.fill(0x55, 2000, 2100);
    await expect(unpack(damaged)).rejects.toMatchObject({ code: 'input-corrupt' });
    const followed = Buffer.concat([packed, Buffer.from('garbage that is no data')]);
    await expect(unpack(followed)).rejects.toMatchObject({ code: 'input-corrupt' });
  });

  it('that unpacks to what nobody has on a disk is refused', async () => {
    const zeros = pack(program, Buffer.alloc(400_000));
    const expansion = new Expansion();
    expansion.addUnpacked(MAX_UNPACKED_FREE);
    const read = async () => {
      const bytes = decompress(chunked(zeros, [65_536]), detectCompression(zeros), expansion);
      for await (const _chunk of bytes);
    };
    await expect(read()).rejects.toMatchObject({ code: 'limit-exceeded' });
  });

  it('is left in the middle', async () => {
    let isClosed = false;
    const endless = async function* () {
      try {
        for (;;) yield pack(program, content);
      } finally {
        isClosed = true;
      }
    };
    for await (const _chunk of decompress(endless(), detectCompression(pack(program, content)))) break;
    expect(isClosed).toBe(true);
  });

  it('hands on what goes wrong before it', async () => {
    const broken = async function* () {
      yield pack(program, content).subarray(0, 1000);
      throw new TypeError('the source broke');
    };
    const read = async () => {
      for await (const _chunk of decompress(broken(), detectCompression(pack(program, content))));
    };
    await expect(read()).rejects.toThrow('the source broke');
  });

  it('needs its program', async () => {
    const packed = pack(program, content);
    vi.stubEnv('PATH', await folderOf({}));
    await expect(unpack(packed)).rejects.toMatchObject({
      code: 'program-missing',
      remedy: expect.stringMatching(new RegExp(`^Install ${program}`)),
    });
  });

  it('may be what a layer and a whole archive are compressed with', async () => {
    const image = await fabricateImage({
      tags: ['app:1'],
      steps: [{ createdBy: 'COPY a', layer: { a: file(5000) } }],
    });
    const tar = await dockerArchive([image]);
    const folder = await folderOf({ 'app.tar': pack(program, tar) });
    const opened = await openImage(`docker-archive:${join(folder, 'app.tar')}`, openOptions());
    expect((await opened.scan({})).map(scan => scan?.size)).toEqual([5000]);
    await opened.close();
  });
});

it('bounds the memory that xz takes', async () => {
  const packed = pack('xz', content, ['--lzma2=preset=0,dict=1GiB', '-M', '0']);
  await expect(unpack(packed)).rejects.toMatchObject({
    code: 'limit-exceeded',
    message: expect.stringContaining('512MiB'),
  });
});

it('gives up a program that does nothing any more', async () => {
  const packed = pack('xz', content);
  const folder = await folderOf({ xz: '#!/bin/sh\nexec sleep 30\n' });
  await chmod(join(folder, 'xz'), 0o755);
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
  vi.useFakeTimers({ toFake: ['setInterval', 'performance'] });
  try {
    let isOver = false;
    const unpacking = expect(unpack(packed).finally(() => (isOver = true))).rejects.toThrow(
      /has done nothing for 60 seconds/,
    );
    while (!isOver) {
      await setTimeout(20);
      vi.advanceTimersByTime(30_000);
    }
    await unpacking;
  } finally {
    vi.useRealTimers();
  }
});
