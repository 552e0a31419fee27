import { Buffer } from 'node:buffer';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Packing } from '../../src/base/packing.ts';
import { pack } from '../../src/tar/packing.ts';
import { bytesOfStream } from '../support/conformance/medium.ts';
import { bytesOf } from '../support/fabricate/node.ts';
import { chunked } from './collect.ts';

const BYTES = Buffer.concat([bytesOf(700_000, 1), Buffer.alloc(900_000), bytesOf(100_000, 2)]);

const UNPACK = { none: (bytes: Buffer) => bytes, gzip: gunzipSync, zstd: zstdDecompressSync } as const;

const packings: readonly Packing[] = [
  { type: 'none', level: null },
  { type: 'gzip', level: null },
  { type: 'gzip', level: 1 },
  { type: 'gzip', level: 9 },
  { type: 'zstd', level: null },
  { type: 'zstd', level: 1 },
  { type: 'zstd', level: 19 },
];

describe.each(packings)('packed with $type, level $level', packing => {
  it.each([0, 1, 300_000, BYTES.length])('%i bytes are unpacked as they were', async length => {
    const bytes = BYTES.subarray(0, length);
    const packed = await bytesOfStream(pack(chunked(bytes, [100, 5000, 400_000]), packing));
    expect(UNPACK[packing.type](packed).equals(bytes)).toBe(true);
  });

  it('are the same bytes in whatever pieces they come', async () => {
    const all = await Promise.all(
      [[777], [65_536], [1, 999_999], [BYTES.length]].map(lengths =>
        bytesOfStream(pack(chunked(BYTES, lengths), packing)),
      ),
    );
    for (const one of all) expect(one.equals(all[0] ?? Buffer.alloc(0))).toBe(true);
  });

  it('throws what its source throws', async () => {
    for (const before of [0, 10, 2_000_000]) {
      const error = new RangeError('it breaks off');
      const reading = bytesOfStream(pack(breaking(before, error), packing));
      await expect(reading).rejects.toBe(error);
    }
  });

  it('ends its source where nobody reads on', async () => {
    let isOver = false;
    async function* endless() {
      try {
        for (let seed = 0; ; seed += 1) yield bytesOf(100_000, seed);
      } finally {
        isOver = true;
      }
    }
    for await (const _chunk of pack(endless(), packing)) break;
    expect(isOver).toBe(true);
  });
});

it('is as hard as it is asked to be', async () => {
  const sizeOf = async (packing: Packing) =>
    (await bytesOfStream(pack(chunked(text, [9999]), packing))).length;
  // Words that come again, in no order.
  const text = Buffer.concat(Array.from(bytesOf(40_000, 5), seed => bytesOf(3 + (seed % 9), seed)));
  expect(await sizeOf({ type: 'gzip', level: 9 })).toBeLessThan(await sizeOf({ type: 'gzip', level: 1 }));
  expect(await sizeOf({ type: 'zstd', level: 19 })).toBeLessThan(await sizeOf({ type: 'zstd', level: 1 }));
});

async function* breaking(before: number, error: Error): AsyncIterable<Uint8Array> {
  if (before > 0) yield bytesOf(before, 3);
  throw error;
}
