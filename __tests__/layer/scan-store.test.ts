import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Log } from '../../src/base/effects.ts';
import { sumBytes } from '../../src/base/sum-bytes.ts';
import type { Collector } from '../../src/layer/collector.ts';
import type { LayerScan } from '../../src/layer/layer-scan.ts';
import { scanLayerStream } from '../../src/layer/scan.ts';
import { listScanFiles } from '../../src/layer/scan-files.ts';
import { createDiskScanStore } from '../../src/layer/scan-store.ts';
import { decodeScan, encodeScan, scanKey } from '../../src/layer/stored-scan.ts';
import { fabricateLayer, type LayerDescription } from '../support/fabricate/layer.ts';
import { file, hardlink, symlink as link, opaque, raw, whiteout } from '../support/fabricate/node.ts';
import { layerDescriptions } from '../support/fabricate/random-image.ts';
import { plainScan } from '../support/scans/scan.ts';
import { silentLog } from '../support/silent-log.ts';
import { chunked } from '../tar/collect.ts';
import { rawHeader } from '../tar/raw-header.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'deadweight-store-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const collector: Collector = {
  id: 'names',
  version: 1,
  wants: () => true,
  collect: entry => ({ name: entry.path, nested: [1, null, true] }),
};

async function scanOf(description: LayerDescription, content: 'all' | 'none' = 'all'): Promise<LayerScan> {
  const { tar, diffId } = await fabricateLayer(description);
  return scanLayerStream(chunked(tar, []), { diffId, content, verify: true, collectors: [collector] });
}

const rich: LayerDescription = {
  'etc/ü': file(10, { mtime: -1.5, uid: 70_000 }),
  link: link('a'),
  hard: hardlink('etc/ü'),
  gone: whiteout(),
  opaque: opaque(),
  '.wh..wh.aufs': file(1),
  declared: raw(rawHeader({ name: 'declared', type: '5', size: 9 })),
};

async function storedPath(): Promise<string> {
  const [name, ...others] = await readdir(directory);
  expect(others).toEqual([]);
  return join(directory, name ?? '');
}

describe('a stored scan', () => {
  it('comes back as it was', async () => {
    const store = createDiskScanStore(directory, { log: silentLog });
    await fc.assert(
      fc.asyncProperty(layerDescriptions, fc.constantFrom('all', 'none'), async (description, content) => {
        const scan = await scanOf(description, content);
        await store.put(scan, [collector]);
        expect(plainScan(await store.get(scan.diffId, [collector]))).toEqual(plainScan(scan));
      }),
      { numRuns: 40 },
    );
    const scan = await scanOf(rich);
    await store.put(scan, [collector]);
    expect(plainScan(await store.get(scan.diffId, [collector]))).toEqual(plainScan(scan));
  });

  it('is of its layer and its collectors, whatever their order', async () => {
    const store = createDiskScanStore(join(directory, 'a', 'b'), { log: silentLog });
    const scan = await scanOf(rich);
    const other: Collector = { ...collector, id: 'other' };
    await store.put(scan, [collector, other]);
    expect(plainScan(await store.get(scan.diffId, [other, collector]))).toEqual(plainScan(scan));
    expect(await store.get(scan.diffId, [collector])).toBeNull();
    expect(await store.get(scan.diffId, [other, { ...collector, version: 2 }])).toBeNull();
    expect(await store.get((await scanOf({ x: file(1) })).diffId, [collector, other])).toBeNull();
  });

  it('is not kept unless it was verified and looked into whole', async () => {
    const store = createDiskScanStore(directory, { log: silentLog });
    await store.put({ ...(await scanOf(rich)), verified: false }, []);
    await store.put({ ...(await scanOf(rich)), skippedFiles: 1 }, []);
    expect(await readdir(directory)).toEqual([]);
  });
});

describe('a file that is not ours', () => {
  it.each([
    ['empty', () => Buffer.alloc(0)],
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 9)],
    ['text', () => Buffer.from('{}')],
    ['of another version', edited('scan@', 'scan@9')],
    ['of another layer', edited('"diffId":"sha256:', '"diffId":"sha256:0')],
    ['unverified', edited('"verified":true', '"verified":false')],
    ['with a size that its files have not', edited('"size":10', '"size":11')],
    ['with a negative size', edited('"headerBytes":20', '"headerBytes":-20')],
    ['with other collected values', edited('"collected":{', '"collected":{"x":[1],')],
    ['with columns of another type', edited(/\["u16",/, '["u8",')],
    ['with a column too short', edited(/\["u16",(\d+)\]/, '["u16",1]')],
    ['with a column that ends behind the file', edited(/\["u16",(\d+)\]/, '["u16",99999]')],
    ['with an unknown kind', editedColumn('kinds', column => column.fill(9))],
    ['with a path that is not there', editedColumn('nodes', column => column.fill(255))],
    ['with a path above itself', editedColumn('parents', column => column.fill(255))],
    ['with a name that is not there', editedColumn('nameIds', column => column.fill(255))],
    ['with names that end before they start', editedColumn('nameEnds', column => column.reverse())],
    ['with a link of no entry', editedColumn('links', column => column.fill(255))],
    ['with a link to no name', editedColumn('linknames', column => column.fill(255))],
    ['with its checksum gone', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -32), Buffer.alloc(32)])],
  ])('%s is a miss', async (_what, change) => {
    const store = createDiskScanStore(directory, { log: silentLog });
    const scan = await scanOf(rich);
    await store.put(scan, [collector]);
    const path = await storedPath();
    await writeFile(path, change(await readFile(path)));
    expect(await store.get(scan.diffId, [collector])).toBeNull();
  });

  it('with any byte changed is a miss or the scan', async () => {
    const store = createDiskScanStore(directory, { log: silentLog });
    const scan = await scanOf(rich);
    await store.put(scan, [collector]);
    const path = await storedPath();
    const bytes = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, byte) => {
        const changed = Buffer.from(bytes);
        changed[at] = byte;
        await writeFile(path, changed);
        const read = await store.get(scan.diffId, [collector]);
        if (read !== null) expect(plainScan(read)).toEqual(plainScan(scan));
      }),
      { numRuns: 60 },
    );
  });

  it('with any bit changed, or cut anywhere, is a miss', async () => {
    const scan = await scanOf(rich);
    const key = scanKey(scan.diffId, [collector]);
    const bytes = encodeScan(scan, key);
    const decoded = (changed: Uint8Array) => decodeScan(changed, key, scan.diffId);
    expect(plainScan(decoded(bytes))).toEqual(plainScan(scan));
    for (let at = 0; at < bytes.length; at += 1) {
      if (decoded(bytes.subarray(0, at)) !== null) throw new Error(`cut at ${at}`);
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        if (decoded(changed) !== null) throw new Error(`bit ${bit} of byte ${at}`);
      }
    }
    expect(decoded(Buffer.concat([bytes, Buffer.alloc(8)]))).toBeNull();
  });

  it('may be a pipe, a link or a device', async () => {
    const store = createDiskScanStore(directory, { log: silentLog });
    const scan = await scanOf(rich);
    await store.put(scan, [collector]);
    const path = await storedPath();
    const elsewhere = join(directory, 'elsewhere');
    await rename(path, elsewhere);
    for (const make of [
      () => execFileSync('mkfifo', [path]),
      () => symlink(elsewhere, path),
      () => symlink('/dev/zero', path),
    ]) {
      await make();
      expect(await store.get(scan.diffId, [collector])).toBeNull();
      store.trim();
      await store.put(scan, [collector]);
      expect(plainScan(await store.get(scan.diffId, [collector]))).toEqual(plainScan(scan));
      rmSync(path);
    }
  });

  it('may be a directory', async () => {
    const store = createDiskScanStore(directory, { log: silentLog });
    const scan = await scanOf(rich);
    await store.put(scan, [collector]);
    const path = await storedPath();
    rmSync(path);
    await mkdir(path);
    expect(await store.get(scan.diffId, [collector])).toBeNull();
  });
});

describe('the directory', () => {
  it('stays below its limit, those not used for longest go first, and foreign files stay', async () => {
    const unlimited = createDiskScanStore(directory, { log: silentLog });
    const scans = await Promise.all([1, 2, 3].map(size => scanOf({ x: file(size) })));
    const paths: string[] = [];
    for (const [index, scan] of scans.entries()) {
      await unlimited.put(scan, [collector]);
      const names = await readdir(directory);
      const path = join(directory, names.find(name => !paths.includes(join(directory, name))) ?? '');
      paths.push(path);
      await utimes(path, 1000 + index, 1000 + index);
    }
    await writeFile(join(directory, 'foreign'), 'x'.repeat(100_000));
    const [oldest, middle, newest] = scans;
    if (!oldest || !middle || !newest) throw new Error('three scans');
    expect(plainScan(await unlimited.get(oldest.diffId, [collector]))).toEqual(plainScan(oldest));
    const bytes = (await stat(paths[0] ?? '')).size;
    const limited = createDiskScanStore(directory, { log: silentLog, mostBytes: Math.floor(bytes * 2.5) });
    await limited.put(newest, [collector]);
    limited.trim();
    expect(plainScan(await limited.get(oldest.diffId, [collector]))).toEqual(plainScan(oldest));
    expect(await limited.get(middle.diffId, [collector])).toBeNull();
    expect(await readdir(directory)).toContain('foreign');
  });

  it('is held to a limit that is lower than before, without a write', async () => {
    const scan = await scanOf(rich);
    await createDiskScanStore(directory, { log: silentLog }).put(scan, [collector]);
    createDiskScanStore(directory, { log: silentLog, mostBytes: 100 }).trim();
    expect(await readdir(directory)).toEqual([]);
    createDiskScanStore(join(directory, 'none'), { log: silentLog, mostBytes: 0 }).trim();
  });

  it('is held to its limit while much is written', async () => {
    const scans = await Promise.all(Array.from({ length: 40 }, (_, size) => scanOf({ x: file(size) })));
    const bytes = encodeScan(scans[0] ?? (await scanOf(rich)), 'x'.repeat(150)).length;
    const store = createDiskScanStore(directory, { log: silentLog, mostBytes: bytes * 20 });
    for (const [index, scan] of scans.entries()) {
      await store.put(scan, [collector]);
      expect(sumBytes(listScanFiles(directory))).toBeLessThan(bytes * 23);
      if (index === 39) store.trim();
    }
    expect(sumBytes(listScanFiles(directory))).toBeLessThanOrEqual(bytes * 20);
    expect(listScanFiles(directory).length).toBeGreaterThan(15);
  });

  it('counts drafts, and removes those whose writer is gone', async () => {
    const scan = await scanOf(rich);
    const store = createDiskScanStore(directory, { log: silentLog, mostBytes: 20_000 });
    await store.put(scan, [collector]);
    const draft = (digit: string) =>
      join(directory, `${digit.repeat(64)}.scan.0a1b2c3d-0000-4000-8000-0123456789ab.tmp`);
    await writeFile(draft('a'), 'x'.repeat(30_000));
    await writeFile(draft('b'), 'x');
    const old = Date.now() / 1000 - 3600;
    await utimes(draft('a'), old, old);
    store.trim();
    expect(listScanFiles(directory).map(({ isDraft }) => isDraft)).toEqual(
      expect.arrayContaining([true, false]),
    );
    expect(listScanFiles(directory)).toHaveLength(2);
    await writeFile(draft('a'), 'x'.repeat(30_000));
    store.trim();
    expect(
      listScanFiles(directory)
        .map(({ path }) => path)
        .sort(),
    ).toEqual([draft('a'), draft('b')]);
  });

  it('that cannot be written is one warning', async () => {
    await symlink('/dev/null', join(directory, 'null'));
    const warnings: string[] = [];
    const log: Log = { ...silentLog, warn: message => warnings.push(message) };
    const store = createDiskScanStore(join(directory, 'null'), { log });
    const scan = await scanOf(rich);
    await store.put(scan, []);
    await store.put(scan, []);
    expect(warnings).toHaveLength(1);
    expect(await store.get(scan.diffId, [])).toBeNull();
  });

  it('holds no drafts after writes at the same time', async () => {
    const store = createDiskScanStore(directory, { log: silentLog });
    const scan = await scanOf(rich);
    await Promise.all(Array.from({ length: 8 }, () => store.put(scan, [collector])));
    expect(plainScan(await store.get(scan.diffId, [collector]))).toEqual(plainScan(scan));
    await storedPath();
  });
});

/** Changes the document inside, and fails when there is nothing to change. */
function edited(from: string | RegExp, to: string): (bytes: Buffer) => Buffer {
  return bytes => {
    const { text, columns } = opened(bytes);
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`no ${String(from)} in ${text}`);
    return closed(changed, columns);
  };
}

/** Changes the bytes of a column. */
function editedColumn(name: string, change: (column: Uint8Array) => void): (bytes: Buffer) => Buffer {
  return bytes => {
    const { text, columns } = opened(bytes);
    const layout: readonly (readonly [string, number] | null)[] = JSON.parse(text).columns;
    let at = 0;
    for (const [index, column] of layout.entries()) {
      const length = column === null ? 0 : column[1] * (WIDTHS[column[0]] ?? 0);
      if (NAMES[index] === name) change(columns.subarray(at, at + length));
      at += Math.ceil(length / 8) * 8;
    }
    return closed(text, columns);
  };
}

const WIDTHS: Readonly<Record<string, number>> = { u8: 1, u16: 2, u32: 4, f64: 8 };
const NAMES = [
  'parents',
  'nameIds',
  'nameEnds',
  'nameBytes',
  'nodes',
  'kinds',
  'sizes',
  'modes',
  'uids',
  'gids',
  'mtimes',
  'declaredSizes',
  'links',
  'linknames',
];
const START = 'deadweight-scan\0'.length + 4;

function opened(bytes: Buffer): { readonly text: string; readonly columns: Buffer } {
  const length = bytes.readUInt32LE(START - 4);
  const text = bytes.toString('utf8', START, START + length);
  return { text, columns: bytes.subarray(Math.ceil((START + length) / 8) * 8, -32) };
}

/** With the checksum of what it has now. */
function closed(text: string, columns: Buffer): Buffer {
  const document = Buffer.from(text);
  const head = Buffer.alloc(Math.ceil((START + document.length) / 8) * 8);
  head.write('deadweight-scan\0');
  head.writeUInt32LE(document.length, START - 4);
  document.copy(head, START);
  const all = Buffer.concat([head, columns]);
  return Buffer.concat([all, createHash('sha256').update(all).digest()]);
}
