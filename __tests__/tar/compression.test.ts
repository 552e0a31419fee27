import { Buffer } from 'node:buffer';
import { setTimeout } from 'node:timers/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeadweightError } from '../../src/base/errors.ts';
import { type Compression, decompress, detectCompression, looksLikeTar } from '../../src/tar/compression.ts';
import { bytesOf } from '../support/fabricate/node.ts';
import { chunked } from './collect.ts';
import { rawHeader } from './raw-header.ts';

async function unpack(bytes: Buffer, compression: Compression, lengths: readonly number[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of decompress(chunked(bytes, lengths), compression)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const content = bytesOf(400_000, 1);
const pieces = Array.from({ length: 100 }, (_, index) => content.subarray(index * 4000, (index + 1) * 4000));
const skippable = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 0x28, 0xb5, 0x2f, 0xfd, 9]);
const empty = Buffer.alloc(0);
const packed = {
  gzip: (bytes: Buffer) => gzipSync(bytes),
  zstd: (bytes: Buffer) => zstdCompressSync(bytes),
} as const;
const chunkings = [{ lengths: [1_000_000] }, { lengths: [65_536] }, { lengths: [777, 3, 50_000] }];

describe.each(['gzip', 'zstd'] as const)('%s', compression => {
  const pack = packed[compression];

  it.each(chunkings)('of one piece and of many, in chunks of $lengths', async ({ lengths }) => {
    expect((await unpack(pack(content), compression, lengths)).equals(content)).toBe(true);
    const many = Buffer.concat(pieces.map(pack));
    expect((await unpack(many, compression, lengths)).equals(content)).toBe(true);
    expect(await unpack(pack(empty), compression, lengths)).toEqual(empty);
  });

  it.each(chunkings)('with zeros behind it, in chunks of $lengths', async ({ lengths }) => {
    for (const zeros of [1, 3, 4, 10_000]) {
      const bytes = Buffer.concat([pack(content), Buffer.alloc(zeros)]);
      expect((await unpack(bytes, compression, lengths)).equals(content)).toBe(true);
    }
  });

  it.each(chunkings)('with something else behind it, in chunks of $lengths', async ({ lengths }) => {
    for (const rest of ['garbage', '\0garbage', `${'\0'.repeat(100)}x`]) {
      const bytes = Buffer.concat([pack(content), Buffer.from(rest)]);
      await expect(unpack(bytes, compression, lengths)).rejects.toMatchObject({
        code: 'input-corrupt',
      });
    }
  });

  it('with zeros and then something else behind it, each in a chunk of its own', async () => {
    const parts = [pack(content), Buffer.alloc(8), Buffer.alloc(8), Buffer.from('xxxx')];
    const lengths = parts.map(part => part.length);
    const unpacking = unpack(Buffer.concat(parts), compression, lengths);
    await expect(unpacking).rejects.toMatchObject({ code: 'input-corrupt' });
  });

  it('that ends early, anywhere', async () => {
    const bytes = Buffer.concat([pack(Buffer.from('first')), pack(Buffer.from('second'))]);
    const first = pack(Buffer.from('first')).length;
    for (let length = 0; length < bytes.length; length += 1) {
      if (length === first) continue;
      const cut = unpack(bytes.subarray(0, length), compression, [7]);
      await expect(cut, `cut at ${length}`).rejects.toMatchObject({ code: 'input-truncated' });
    }
  });

  it('whose bytes are damaged gives an error of ours or the bytes', async () => {
    const bytes = pack(content.subarray(0, 3000));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        fc.nat(255),
        fc.integer({ min: 1, max: 900 }),
        async (at, byte, length) => {
          const damaged = Buffer.from(bytes);
          damaged[at] = byte;
          const error: unknown = await unpack(damaged, compression, [length]).then(
            () => null,
            (thrown: unknown) => thrown,
          );
          if (error !== null) expect(error).toBeInstanceOf(DeadweightError);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('hands on what its source throws when all is unpacked already', async () => {
    async function* source() {
      yield pack(content);
      yield Buffer.alloc(70_000);
      await setTimeout(20);
      throw new TypeError('its digest is another');
    }
    const unpacked = async () => {
      for await (const chunk of decompress(source(), compression)) expect(chunk.length).toBeGreaterThan(0);
    };
    await expect(unpacked()).rejects.toThrow('its digest is another');
  });

  it('hands on what its source throws, and closes the source of who stops', async () => {
    const failure = new Error('network');
    async function* failing(): AsyncIterable<Uint8Array> {
      yield pack(content).subarray(0, 1000);
      throw failure;
    }
    const reading = async (): Promise<void> => {
      for await (const _ of decompress(failing(), compression));
    };
    await expect(reading()).rejects.toBe(failure);
    let isClosed = false;
    async function* endless(): AsyncIterable<Uint8Array> {
      try {
        for (;;) yield pack(content);
      } finally {
        isClosed = true;
      }
    }
    for await (const _ of decompress(endless(), compression)) break;
    expect(isClosed).toBe(true);
  });
});

describe('zstd', () => {
  it.each(chunkings)('with skippable frames anywhere, in chunks of $lengths', async ({ lengths }) => {
    const frames = pieces.map(piece => zstdCompressSync(piece));
    const bytes = Buffer.concat([
      skippable,
      ...frames.slice(0, 50),
      skippable,
      skippable,
      ...frames.slice(50),
      skippable,
    ]);
    expect((await unpack(bytes, 'zstd', lengths)).equals(content)).toBe(true);
  });

  it('of skippable frames only is no data', async () => {
    await expect(unpack(skippable, 'zstd', [100])).rejects.toMatchObject({ code: 'input-truncated' });
  });

  it('with checksums and blocks that repeat a byte', async () => {
    const zeros = Buffer.alloc(1_000_000);
    const bytes = zstdCompressSync(zeros, { params: { 201: 1 } });
    const both = Buffer.concat([bytes, bytes]);
    expect(await unpack(both, 'zstd', [5])).toHaveLength(2_000_000);
  });
});

describe('magic bytes', () => {
  it('tell the compression', () => {
    expect(detectCompression(gzipSync('x'))).toBe('gzip');
    expect(detectCompression(zstdCompressSync('x'))).toBe('zstd');
    expect(detectCompression(skippable)).toBe('zstd');
    expect(detectCompression(rawHeader({}))).toBe('none');
    expect(detectCompression(empty)).toBe('none');
  });

  it('tell a tar', () => {
    expect(looksLikeTar(rawHeader({}))).toBe(true);
    expect(looksLikeTar(Buffer.alloc(512))).toBe(true);
    expect(looksLikeTar(Buffer.alloc(511))).toBe(false);
    expect(looksLikeTar(bytesOf(512, 1))).toBe(false);
  });
});
