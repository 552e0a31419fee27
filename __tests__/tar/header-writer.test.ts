import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TarHeader } from '../../src/tar/header.ts';
import { paddedSize } from '../../src/tar/header.ts';
import { rewriteHeader, writeHeader } from '../../src/tar/header-writer.ts';
import { readTarStream } from '../../src/tar/tar-parser.ts';
import { fabricateTar } from '../support/fabricate/layer.ts';
import { file, hardlink, type Node } from '../support/fabricate/node.ts';
import { chunked, readStreamed } from './collect.ts';
import { GNU, padded, rawHeader } from './raw-header.ts';
import { SPARSE_CONTENT, sparseTars } from './sparse-tars.ts';

/** The one entry that headers are of, without its content. */
async function headerIn(blocks: Buffer): Promise<TarHeader> {
  const headers: TarHeader[] = [];
  await readTarStream(chunked(blocks, [blocks.length]), {
    entry(header) {
      headers.push(header);
      return undefined;
    },
  }).catch((error: unknown) => {
    // The content lacks.
    if (headers.length === 0) throw error;
  });
  const [header, ...others] = headers;
  if (header === undefined || others.length > 0) throw new Error(`there are ${headers.length} entries`);
  return header;
}

/** The blocks of one entry before its content. */
async function headersOf(path: string, node: Node): Promise<Buffer> {
  const tar = await fabricateTar([[path, node]]);
  const content = node.kind === 'file' ? Math.ceil(node.content.length / 512) * 512 : 0;
  return tar.subarray(0, tar.length - 1024 - content);
}

const LONG = `${'folder/'.repeat(30)}file`;
const names = fc.oneof(
  fc.constantFrom('a', 'usr/bin/tool', LONG, `${LONG}/ü`, 'n'.repeat(100), 'n'.repeat(101), '\\x41'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }).filter(text => !/[\0]/.test(text)),
);

describe('a header that is written anew', () => {
  it('has another path or target, and all else as it was', async () => {
    await fc.assert(
      fc.asyncProperty(names, names, names, async (from, to, target) => {
        const attributes = { mode: 0o4755, uid: 3_000_000, gid: 12, mtime: 1_700_000_000.25 };
        const records = { 'SCHILY.xattr.user.a': 'b' };
        const raw = await headersOf(from, file(700, { ...attributes, records }));
        const before = await headerIn(raw);
        const changed = rewriteHeader(raw, { path: Buffer.from(to) });
        expect(await headerIn(changed)).toEqual({ ...before, path: to });
        expect(changed.includes('SCHILY.xattr.user.a=b')).toBe(true);
        const link = await headersOf(from, hardlink(target, attributes));
        const linked = rewriteHeader(link, { linkname: Buffer.from(to) });
        expect(await headerIn(linked)).toEqual({ ...(await headerIn(link)), linkname: to });
      }),
      { numRuns: 300 },
    );
  });

  it('keeps names that are no text, however long they are', async () => {
    const raw = await headersOf('a', file(3));
    for (const length of [5, 100, 101, 3000]) {
      const path = Buffer.alloc(length, 0xff);
      const { path: read } = await headerIn(rewriteHeader(raw, { path }));
      expect(read).toBe('\\xff'.repeat(length));
    }
  });

  it.each(sparseTars)('keeps the map of a sparse file: $format', async ({ tar }) => {
    const [before] = await readStreamed(tar);
    if (before === undefined) throw new Error('there is no entry');
    const { header, extent } = before;
    const length = extent.length - paddedSize(header.storedSize);
    const start = extent.start;
    const changed = rewriteHeader(tar.subarray(start, start + length), { path: Buffer.from('other') });
    const moved = Buffer.concat([tar.subarray(0, start), changed, tar.subarray(start + length)]);
    const [after] = await readStreamed(moved);
    expect(after?.header).toEqual({ ...header, path: 'other' });
    expect(after?.content.equals(SPARSE_CONTENT)).toBe(true);
  });

  it('takes the first part of a name away, and leaves the times that GNU has in its place', async () => {
    for (const magic of ['ustar\x0000', GNU]) {
      const block = rawHeader({ name: 'name', type: '0', size: 4, magic });
      block.write(magic === GNU ? '14000000000\x0014000000000\0' : 'folder', 345, 'latin1');
      block.fill(0x20, 148, 156);
      const sum = block.reduce((all, byte) => all + byte, 0);
      block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
      const changed = rewriteHeader(block, { path: Buffer.from('other') });
      expect((await headerIn(changed)).path).toBe('other');
      expect(changed[345]).toBe(magic === GNU ? 0x31 : 0);
    }
  });

  it('takes a name of GNU tar away with the header that had it', async () => {
    const name = Buffer.from('l'.repeat(200));
    const raw = Buffer.concat([
      rawHeader({ name: '././@LongLink', type: 'L', size: name.length, magic: GNU }),
      padded(name),
      rawHeader({ name: 'l'.repeat(100), type: '0', size: 4, magic: GNU }),
    ]);
    expect((await headerIn(raw)).path).toBe(name.toString());
    const changed = rewriteHeader(raw, { path: Buffer.from('short') });
    expect(changed).toHaveLength(512);
    expect(await headerIn(changed)).toMatchObject({ path: 'short', size: 4 });
  });
});

describe('a header that is made', () => {
  it('is what was asked for, also what fits into no field', async () => {
    for (const [size, mtime] of [
      [0, 0],
      [2 ** 40, 1_700_000_000],
      [5, 2 ** 40],
    ] as const) {
      const entry = { path: Buffer.from(LONG), kind: 'file', mode: 0o644, size, mtime } as const;
      expect(await headerIn(writeHeader(entry))).toMatchObject({
        ...{ path: LONG, kind: 'file', mode: 0o644, uid: 0, gid: 0, size, mtime },
      });
    }
    const folder = { path: Buffer.from('a/'), kind: 'directory', mode: 0o755, size: 0, mtime: 0 } as const;
    expect(await headerIn(writeHeader(folder))).toMatchObject({ path: 'a/', kind: 'directory' });
  });
});

it.each([0, 1, 8 * 1024 ** 3 - 1, 8 * 1024 ** 3, 1e13])(
  'is one block where it has to be, for a content of %i bytes',
  async size => {
    const entry = { path: Buffer.from('blobs/sha256/x'), kind: 'file', mode: 0o644, size, mtime: 0 } as const;
    const block = writeHeader({ ...entry, isOneBlock: true });
    expect(block).toHaveLength(512);
    expect(await headerIn(block)).toMatchObject({ path: 'blobs/sha256/x', kind: 'file', size, mode: 0o644 });
    // With a header of its own it is read the same.
    const { size: other } = await headerIn(writeHeader(entry));
    expect(other).toBe(size);
  },
);
