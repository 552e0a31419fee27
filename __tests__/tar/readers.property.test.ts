import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/base/digest.ts';
import { DeadweightError } from '../../src/base/errors.ts';
import { bytesOf } from '../support/fabricate/node.ts';
import { times as often } from '../support/long.ts';
import { type TarItem, writeTar } from '../support/tar/tar-writer.ts';
import { type Collected, readPositioned, readStreamed } from './collect.ts';
import { sparseTars } from './sparse-tars.ts';

const names = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 140 }),
  fc
    .array(fc.string({ unit: fc.constantFrom('a', 'B', '-', 'é'), minLength: 1, maxLength: 80 }), {
      minLength: 1,
      maxLength: 6,
    })
    .map(parts => parts.join('/')),
);
const text = names.map(name => name.replaceAll('\0', '0').toWellFormed());
const times = fc.oneof(
  fc.integer({ min: -1e11, max: 1e12 }),
  fc.integer({ min: 0, max: 1e9 }).map(n => n + 0.25),
);
const ids = fc.oneof(fc.integer({ min: 0, max: 65_536 }), fc.integer({ min: 2 ** 20, max: 2 ** 40 }));
const attributes = { mode: fc.integer({ min: 0, max: 0o7777 }), uid: ids, gid: ids, mtime: times };

const items: fc.Arbitrary<TarItem> = fc.oneof(
  fc
    .record({ path: text, size: fc.constantFrom(0, 1, 511, 512, 513, 1024, 5000), ...attributes })
    .map(({ size, ...rest }) => ({ ...rest, kind: 'file' as const, size, content: bytesOf(size, rest.uid) })),
  fc.record({ path: text.map(path => `${path}/`), kind: fc.constant('directory' as const), ...attributes }),
  fc.record({
    path: text,
    kind: fc.constantFrom('symlink' as const, 'hardlink' as const),
    linkname: text,
    ...attributes,
  }),
  fc.record({
    path: text,
    kind: fc.constantFrom('fifo' as const, 'character' as const, 'block' as const),
    ...attributes,
  }),
);
const archives = fc.array(items, { maxLength: 8 });
const chunkings = fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 5 });

async function bytesOfTar(archive: readonly TarItem[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeTar(archive)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A result, or the code of the error; whatever else is thrown is our bug. */
async function outcome(read: () => Promise<Collected[]>): Promise<Collected[] | string> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DeadweightError) return error.code;
    throw error;
  }
}

async function expectAgreement(tar: Buffer, chunking: readonly number[]): Promise<Collected[] | string> {
  const positioned = await outcome(() => readPositioned(tar));
  const streamed = await outcome(() => readStreamed(tar, chunking));
  expect(summaryOf(streamed)).toEqual(summaryOf(positioned));
  return positioned;
}

/** The extents of all entries are the tar, but for the blocks that end it. */
function expectGapless(entries: readonly Collected[], tarSize: number): void {
  let end = 0;
  for (const { extent } of entries) {
    expect(extent.start).toBe(end);
    end += extent.length;
  }
  expect(end).toBe(tarSize - 1024);
}

/** Headers, extents and digests: comparing 100 kB of content byte by byte takes a hundred times as long. */
function summaryOf(result: Collected[] | string): unknown {
  if (typeof result === 'string') return result;
  return result.map(({ header, extent, content }) => [header, extent, sha256(content)]);
}

describe('what the writer writes', () => {
  it('is what both readers read, whatever the chunks', async () => {
    await fc.assert(
      fc.asyncProperty(archives, chunkings, async (archive, chunking) => {
        const tar = await bytesOfTar(archive);
        const entries = await expectAgreement(tar, chunking);
        if (typeof entries === 'string') throw new Error(entries);
        expect(entries.map(({ header, content }) => ({ ...header, content }))).toEqual(
          archive.map(({ path, kind, size = 0, mode, uid, gid, mtime, linkname = '', content }) => ({
            ...{ path, kind, size, storedSize: size, declaredSize: size, mode, uid, gid, mtime, linkname },
            content: content ?? Buffer.alloc(0),
          })),
        );
        expectGapless(entries, tar.length);
      }),
      { numRuns: often(300) },
    );
  });
});

describe('damaged tars', () => {
  const damaged = fc
    .tuple(
      archives,
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
      fc.nat(),
    )
    .map(([archive, changes, cut]) => ({ archive, changes, cut }));

  it('give both readers the same entries or the same error', async () => {
    await fc.assert(
      fc.asyncProperty(
        damaged,
        chunkings,
        fc.boolean(),
        async ({ archive, changes, cut }, chunking, isFixed) => {
          const tar = await bytesOfTar(archive);
          for (const [at, byte] of changes) tar[at % tar.length] = byte;
          if (isFixed) for (let at = 0; at < tar.length; at += 512) fixChecksum(tar, at);
          await expectAgreement(
            tar.subarray(0, cut % 3 === 0 ? cut % (tar.length + 1) : tar.length),
            chunking,
          );
        },
      ),
      { numRuns: often(500) },
    );
  });

  it('give both readers the same, sparse ones too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sparseTars.map(({ tar }) => tar)),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }),
        chunkings,
        async (original, changes, chunking) => {
          const tar = Buffer.from(original);
          for (const [at, byte] of changes) tar[at % tar.length] = byte;
          for (let at = 0; at < tar.length; at += 512) fixChecksum(tar, at);
          await expectAgreement(tar, chunking);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('may be any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), chunkings, async (bytes, chunking) => {
        await expectAgreement(Buffer.from(bytes), chunking);
      }),
    );
  });
});

/** Makes the checksum of a block right, where it looks like a header: damage gets past the first check. */
function fixChecksum(tar: Buffer, at: number): void {
  const block = tar.subarray(at, at + 512);
  if (block.length < 512 || block.toString('latin1', 257, 262) !== 'ustar') return;
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}
