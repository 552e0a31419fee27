import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants, deflateRawSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { consumeStream } from '../../src/image/layer-reader.ts';
import { isScannedFile } from '../../src/layer/whiteout.ts';
import { codecOf } from '../../src/savings/codec.ts';
import { CompressionPool } from '../../src/savings/compression-pool.ts';
import { LayerCuts, type PlannedCut } from '../../src/savings/layer-cuts.ts';
import { paddedSize } from '../../src/tar/header.ts';
import { openRandomAccess } from '../../src/tar/random-access.ts';
import { readTarAt } from '../../src/tar/tar-index.ts';
import { diffIdOf, type LayerDescription } from '../support/fabricate/layer.ts';
import { bytesOf, file } from '../support/fabricate/node.ts';
import { chunked, inMemory } from '../tar/collect.ts';

export type Packing = 'gzip' | 'zstd';

/** Compresses a tar whole, as it is and without these of its regular files. Bytes. */
export function wholeDifference(tar: Buffer, files: readonly number[], packing: Packing): number {
  const removed = new Set(files);
  const kept: Buffer[] = [];
  let index = 0;
  let end = 0;
  readTarAt(inMemory(tar), (header, data, start) => {
    end = data.start + paddedSize(data.length);
    if (!isScannedFile(header) || !removed.has(index)) kept.push(tar.subarray(start, end));
    if (isScannedFile(header)) index += 1;
  });
  return sizeOf(tar, packing) - sizeOf(Buffer.concat([...kept, tar.subarray(end)]), packing);
}

function sizeOf(bytes: Buffer, packing: Packing): number {
  if (packing === 'gzip') return deflateRawSync(bytes, { level: 5 }).length;
  // All of them are said, because what is left out would depend on the number of bytes.
  const params = {
    [constants.ZSTD_c_windowLog]: 23,
    [constants.ZSTD_c_hashLog]: 17,
    [constants.ZSTD_c_chainLog]: 16,
    [constants.ZSTD_c_searchLog]: 1,
    [constants.ZSTD_c_minMatch]: 5,
    [constants.ZSTD_c_strategy]: constants.ZSTD_dfast,
  };
  return zstdCompressSync(bytes, { params }).length;
}

/** The same by cutting; each set of files by itself, in one reading. @param lengths of chunks; null reads by position */
export async function cutOut(
  tar: Buffer,
  sets: readonly (readonly number[])[],
  packing: Packing,
  lengths: readonly number[] | null = null,
): Promise<readonly (number | null)[]> {
  const codec = codecOf(`application/vnd.oci.image.layer.v1.tar+${packing}`);
  const diffId = diffIdOf(tar);
  const planned = sets.map((files): PlannedCut => ({ layer: 0, diffId, codec, files, cost: 0 }));
  const cuts = new LayerCuts(planned, fileCount(tar), new CompressionPool());
  if (lengths === null) await cuts.readAt(inMemory(tar));
  else await consumeStream(chunked(tar, lengths), cuts);
  return Promise.all(cuts.saved().map(([, saved]) => saved));
}

function fileCount(tar: Buffer): number {
  let count = 0;
  readTarAt(inMemory(tar), header => {
    if (isScannedFile(header)) count += 1;
  });
  return count;
}

/** Real content: declarations of TypeScript's library, and the machine code of Node. */
const SOURCES = {
  text: readFileSync(createRequire(import.meta.url).resolve('typescript/lib/lib.dom.d.ts')),
  code: headOf(process.execPath, 8_000_000),
} as const;

function headOf(path: string, length: number): Buffer {
  const source = openRandomAccess(path);
  const bytes = Buffer.alloc(Math.min(length, source.size));
  source.read(bytes, 0);
  source.close();
  return bytes;
}

/** Each kind compresses differently. */
export function contentOf(kind: 'text' | 'code' | 'noise', size: number, seed: number): Buffer {
  if (kind === 'noise') return bytesOf(size, seed);
  const source = SOURCES[kind];
  const start = (seed * 79_193) % Math.max(source.length - size, 1);
  return source.subarray(start, start + size);
}

const files = fc.record({
  kind: fc.constantFrom('text' as const, 'code' as const, 'noise' as const),
  size: fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: 20_000 }) },
    fc.integer({ min: 0, max: 900_000 }),
  ),
  seed: fc.integer({ min: 0, max: 50 }),
});

/** A tar of some files and directories, and which of its files go. */
export const cuttings: fc.Arbitrary<{
  readonly layer: LayerDescription;
  readonly removed: readonly number[];
}> = fc
  .array(fc.tuple(files, fc.boolean(), fc.integer({ min: 1, max: 200 })), { minLength: 1, maxLength: 30 })
  .map(drawn => ({
    layer: drawn.map(
      ([{ kind, size, seed }, , name], index) =>
        [`usr/share/${'n'.repeat(name)}-${index}`, file(contentOf(kind, size, seed))] as const,
    ),
    removed: drawn.flatMap(([, isRemoved], index) => (isRemoved ? [index] : [])),
  }));
