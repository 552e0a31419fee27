import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Collector, MAX_COLLECTED_FILE } from '../../src/layer/collector.ts';
import { ImageLimits, MAX_COLLECTED_FILES } from '../../src/layer/image-limits.ts';
import type { LayerScan } from '../../src/layer/layer-scan.ts';
import { LayerScanner } from '../../src/layer/layer-scanner.ts';
import { createLayerScanner, scanLayerAt, scanLayerStream } from '../../src/layer/scan.ts';
import { diffIdOf, fabricateLayer, fabricateTar } from '../support/fabricate/layer.ts';
import {
  bytesOf,
  device,
  dir,
  file,
  hardlink,
  opaque,
  raw,
  symlink,
  whiteout,
} from '../support/fabricate/node.ts';
import { layerDescriptions } from '../support/fabricate/random-image.ts';
import { plainEntries, plainScan } from '../support/scans/scan.ts';
import { chunked, inMemory } from '../tar/collect.ts';
import { padded, paxHeader, rawHeader } from '../tar/raw-header.ts';
import { SPARSE_CONTENT, sparseTars } from '../tar/sparse-tars.ts';

function contentOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

async function scanAll(tar: Buffer, lengths: readonly number[] = []): Promise<LayerScan> {
  return scanLayerStream(chunked(tar, lengths), { diffId: diffIdOf(tar), content: 'all', verify: true });
}

/** Says what it was given. */
const sizes: Collector = {
  id: 'sizes',
  version: 1,
  wants: entry => entry.path.endsWith('.json'),
  collect: (entry, content) => (content.length === 0 ? null : [entry.size, contentOf(Buffer.from(content))]),
};

describe('a scan', () => {
  it('has what the layer has, in its order', async () => {
    const { tar, diffId } = await fabricateLayer([
      ['./', dir()],
      ['etc', dir({ mode: 0o750, uid: 1, gid: 2, mtime: 3.5 })],
      ['etc/a', file(100, { mode: 0o4755 })],
      ['etc/b', hardlink('./etc/a')],
      ['etc/c', symlink('../etc/a')],
      ['etc/a', file('again')],
      ['etc/old', whiteout()],
      ['etc/dir', opaque()],
      ['.wh..wh.plnk/7', file(50)],
      ['dev/null', device('character')],
      ['vendor', raw(rawHeader({ name: 'vendor', type: 'V' }))],
    ]);
    const common = { mode: 0o644, uid: 0, gid: 0, mtime: 0 };
    expect(plainScan(await scanAll(tar, [900]))).toEqual({
      diffId,
      entries: [
        { ...common, path: '', kind: 'directory', size: 0, mode: 0o755 },
        { path: 'etc', kind: 'directory', size: 0, mode: 0o750, uid: 1, gid: 2, mtime: 3.5 },
        {
          ...common,
          path: 'etc/a',
          kind: 'file',
          size: 100,
          mode: 0o4755,
          content: contentOf(bytesOf(100, 0)),
        },
        { ...common, path: 'etc/b', kind: 'hardlink', size: 0, linkname: 'etc/a' },
        { ...common, path: 'etc/c', kind: 'symlink', size: 0, linkname: '../etc/a' },
        { ...common, path: 'etc/a', kind: 'file', size: 5, content: contentOf(Buffer.from('again')) },
        { ...common, path: 'dev/null', kind: 'character', size: 0 },
      ],
      whiteouts: ['etc/old'],
      opaques: ['etc/dir'],
      markers: ['.wh..wh.plnk/7'],
      size: 105,
      fileCount: 3,
      headerBytes: 155,
      contentKnown: 'all',
      verified: true,
      skippedFiles: 0,
      collected: {},
    });
  });

  it('keeps the size that a header without content states', async () => {
    const tar = await fabricateTar({
      d: raw(rawHeader({ name: 'd', type: '5', size: 4096 })),
      h: raw(rawHeader({ name: 'h', type: '1', linkname: 'f', size: 7 })),
    });
    const scan = await scanAll(tar);
    expect(plainEntries(scan)).toMatchObject([
      { size: 0, declaredSize: 4096 },
      { size: 0, declaredSize: 7 },
    ]);
    expect(scan).toMatchObject({ size: 0, headerBytes: 4103 });
  });

  it('counts the logical bytes of a sparse file, and hashes them', async () => {
    for (const { tar } of sparseTars) {
      const scan = await scanAll(tar, [400]);
      expect(scan).toMatchObject({ size: 100_000, headerBytes: 100_000, contentKnown: 'all' });
      expect(scan.entries.at(0).content).toBe(contentOf(SPARSE_CONTENT));
    }
  });

  it('does not read holes that are out of proportion', async () => {
    const tebibyte = 2 ** 40;
    const records = [
      ['GNU.sparse.size', String(tebibyte)],
      ['GNU.sparse.numblocks', '1'],
      ['GNU.sparse.map', '0,3'],
    ] as const;
    const hole = raw(paxHeader(records), rawHeader({ name: 'hole', size: 3 }), padded('abc'));
    const scan = await scanAll(await fabricateTar({ hole, plain: file('x') }));
    expect(scan).toMatchObject({ size: tebibyte + 1, contentKnown: 'some' });
    expect([...scan.entries].map(entry => entry.content)).toEqual([undefined, contentOf(Buffer.from('x'))]);
  });

  it('of an empty tar has nothing, and all of it', async () => {
    expect(plainScan(await scanAll(Buffer.alloc(1024)))).toMatchObject({
      entries: [],
      size: 0,
      contentKnown: 'all',
    });
    expect(plainScan(await scanAll(Buffer.alloc(0)))).toMatchObject({ entries: [], size: 0 });
  });

  it('refuses a path that no engine unpacks', async () => {
    const tar = await fabricateTar({ ['a/'.repeat(9000)]: file(1) });
    await expect(scanAll(tar)).rejects.toMatchObject({ code: 'limit-exceeded' });
  });

  it('refuses more entries than memory could hold', () => {
    const scanner = new LayerScanner({ content: 'all' });
    const numbers = { size: 0, storedSize: 0, declaredSize: 0, mode: 0, uid: 0, gid: 0, mtime: 0 };
    const header = { ...numbers, path: 'a', kind: 'other', linkname: '' } as const;
    const scanMany = (): void => {
      for (let count = 0; count < 5_000_000; count += 1) scanner.entry(header);
    };
    expect(scanMany).toThrow(expect.objectContaining({ code: 'limit-exceeded' }));
    const long = { ...header, linkname: 'l'.repeat(1_000_000) };
    const scanLong = (): void => {
      const other = new LayerScanner({ content: 'all' });
      for (let count = 0; count < 1000; count += 1) other.entry(long);
    };
    expect(scanLong).toThrow(expect.objectContaining({ code: 'limit-exceeded' }));
  });

  it('gives collectors no file of more than 64 MiB', async () => {
    const size = String(MAX_COLLECTED_FILE + 1);
    const records = [
      ['GNU.sparse.size', size],
      ['GNU.sparse.numblocks', '1'],
      ['GNU.sparse.map', '0,3'],
    ] as const;
    const tar = await fabricateTar({
      'x.json': raw(paxHeader(records), rawHeader({ name: 'x.json', size: 3 }), padded('abc')),
      'y.json': file(1),
    });
    const options = { diffId: diffIdOf(tar), content: 'none', verify: false, collectors: [sizes] } as const;
    const { collected, skippedFiles } = await scanLayerAt(inMemory(tar), options);
    expect(collected['sizes']?.map(({ path }) => path)).toEqual(['y.json']);
    expect(skippedFiles).toBe(1);
  });

  it('keeps no more of what is found in parts of files than an image may have', () => {
    const limits = new ImageLimits();
    const numbers = { size: 10, storedSize: 10, declaredSize: 10, mode: 0, uid: 0, gid: 0, mtime: 0 };
    const header = { ...numbers, path: 'x.json', kind: 'file', linkname: '' } as const;
    const much = 'x'.repeat(1_000_000);
    const finder: Collector = {
      id: 'finder',
      version: 1,
      wants: () => true,
      *read() {
        yield { start: 0, length: 1 };
        return much;
      },
    };
    const scanner = new LayerScanner({ content: 'none', collectors: [finder], limits });
    for (let index = 0; index < 40; index += 1) {
      const content = scanner.entry(header);
      content?.write(Buffer.alloc(10));
      content?.end();
    }
    const { collected, skippedFiles } = scanner.finish(diffIdOf(Buffer.alloc(0)), false);
    expect([collected['finder']?.length, skippedFiles]).toEqual([33, 7]);
  });

  it('counts the files that collectors do not see, over all layers of an image', () => {
    const limits = new ImageLimits();
    const numbers = { size: 1, storedSize: 1, declaredSize: 1, mode: 0, uid: 0, gid: 0, mtime: 0 };
    const header = { ...numbers, path: 'x.json', kind: 'file', linkname: '' } as const;
    const skippedOf = (count: number): number => {
      const scanner = new LayerScanner({ content: 'none', collectors: [sizes], limits });
      for (let index = 0; index < count; index += 1) scanner.entry(header)?.end();
      return scanner.finish(diffIdOf(Buffer.alloc(0)), false).skippedFiles;
    };
    expect(skippedOf(MAX_COLLECTED_FILES - 1)).toBe(0);
    expect(skippedOf(3)).toBe(2);
    expect(skippedOf(1)).toBe(1);
  });

  it('ignores a file that claims to be the root', async () => {
    expect(plainScan(await scanAll(await fabricateTar({ './.': file(3) })))).toMatchObject({
      entries: [],
      size: 0,
    });
  });
});

describe('verification', () => {
  it('hashes all bytes, also those behind the end of the archive', async () => {
    const tar = Buffer.concat([await fabricateTar({ a: file(10) }), Buffer.from('tail')]);
    expect(await scanAll(tar, [100])).toMatchObject({ verified: true });
    const wrong = { diffId: diffIdOf(Buffer.from('x')), content: 'none', verify: true } as const;
    await expect(scanLayerStream(chunked(tar, [100]), wrong)).rejects.toMatchObject({
      code: 'digest-mismatch',
    });
    await expect(scanLayerAt(inMemory(tar), wrong)).rejects.toMatchObject({ code: 'digest-mismatch' });
    expect(await scanLayerAt(inMemory(tar), { ...wrong, verify: false })).toMatchObject({ verified: false });
  });
});

describe('by position', () => {
  it('reads the content that is asked for, and what collectors want', async () => {
    const { tar, diffId } = await fabricateLayer({
      'a.json': file(300_000),
      b: file('b'),
      c: file('c'),
      'empty.json': file(0),
    });
    const options = {
      diffId,
      content: new Set(['b', 'missing']),
      verify: false,
      collectors: [sizes],
    } as const;
    const scan = await scanLayerAt(inMemory(tar), options);
    expect([...scan.entries].map(entry => entry.content)).toEqual([
      undefined,
      contentOf(Buffer.from('b')),
      undefined,
      undefined,
    ]);
    expect(scan.contentKnown).toBe('some');
    expect(scan.collected).toEqual({
      sizes: [{ path: 'a.json', value: [300_000, contentOf(bytesOf(300_000, 0))] }],
    });
    expect(plainScan(await scanLayerStream(chunked(tar, [5000]), options))).toEqual(plainScan(scan));
  });

  it('finds what the stream finds, in every layer and chunking', async () => {
    const chunkings = fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(layerDescriptions, chunkings, async (description, lengths) => {
        const { tar, diffId } = await fabricateLayer(description);
        const none = { diffId, content: 'none', verify: false } as const;
        const streamed = await scanLayerStream(chunked(tar, lengths), none);
        expect(plainScan(await scanLayerAt(inMemory(tar), none))).toEqual(plainScan(streamed));
        const all = { ...none, content: 'all', collectors: [sizes] } as const;
        const pushed = createLayerScanner({ content: 'all', collectors: [sizes] });
        for await (const chunk of chunked(tar, lengths)) await pushed.sink.write(chunk);
        await pushed.sink.end();
        const scan = pushed.finish(diffId, false);
        expect(plainScan(await scanLayerAt(inMemory(tar), all))).toEqual(plainScan(scan));
        const paths = new Set([...scan.entries].map(entry => entry.path));
        const asked = await scanLayerAt(inMemory(tar), { ...all, content: paths });
        expect(plainEntries(asked)).toEqual(plainEntries(scan));
        expect(scan.size).toBe([...scan.entries].reduce((sum, entry) => sum + entry.size, 0));
      }),
      { numRuns: 150 },
    );
  });
});

describe('the push form', () => {
  it('tells a tar that was cut short', async () => {
    const tar = await fabricateTar({ a: file(1000) });
    const scanner = createLayerScanner({ content: 'all' });
    await scanner.sink.write(tar.subarray(0, 900));
    await scanner.sink.end();
    expect(() => scanner.finish(diffIdOf(tar), true)).toThrow(
      expect.objectContaining({ code: 'input-truncated' }),
    );
  });
});
