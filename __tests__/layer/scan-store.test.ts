import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Log } from '../../src/base/effects.ts';
import type { Collector } from '../../src/layer/collector.ts';
import type { LayerScan } from '../../src/layer/layer-scan.ts';
import { scanLayerStream } from '../../src/layer/scan.ts';
import { createDiskScanStore } from '../../src/layer/scan-store.ts';
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
    const store = createDiskScanStore(directory, silentLog);
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
    const store = createDiskScanStore(join(directory, 'a', 'b'), silentLog);
    const scan = await scanOf(rich);
    const other: Collector = { ...collector, id: 'other' };
    await store.put(scan, [collector, other]);
    expect(plainScan(await store.get(scan.diffId, [other, collector]))).toEqual(plainScan(scan));
    expect(await store.get(scan.diffId, [collector])).toBeNull();
    expect(await store.get(scan.diffId, [other, { ...collector, version: 2 }])).toBeNull();
    expect(await store.get((await scanOf({ x: file(1) })).diffId, [collector, other])).toBeNull();
  });

  it('is not kept unless it was verified', async () => {
    const store = createDiskScanStore(directory, silentLog);
    await store.put({ ...(await scanOf(rich)), verified: false }, []);
    expect(await readdir(directory)).toEqual([]);
  });
});

describe('a file that is not ours', () => {
  it.each([
    ['empty', () => Buffer.alloc(0)],
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 9)],
    ['text', () => Buffer.from('{}')],
    ['zstd of something else', () => zstdCompressSync('null')],
    ['of another version', edited('scan@', 'scan@9')],
    ['of another layer', edited('"diffId":"sha256:', '"diffId":"sha256:0')],
    ['unverified', edited('"verified":true', '"verified":false')],
    ['with a size that its files have not', edited('"size":10', '"size":11')],
    ['with an unknown kind', edited('"kinds":"f', '"kinds":"?')],
    ['with a column too short', edited('"modes":[420,', '"modes":[')],
    ['with a content that is none', edited(/"contents":\["[0-9a-f]{32}"/, '"contents":["xyz"')],
    ['with text for numbers', edited('"uids":[70000', '"uids":["70000"')],
    ['with no times', edited(/"mtimes":\[[^\]]*\]/, (text: string) => text.replaceAll('0', 'null'))],
    ['with a negative size', edited('"headerBytes":20', '"headerBytes":-20')],
    ['with other collected values', edited('"collected":{', '"collected":{"x":[1],')],
  ])('%s is a miss', async (_what, change) => {
    const store = createDiskScanStore(directory, silentLog);
    const scan = await scanOf(rich);
    await store.put(scan, [collector]);
    const path = await storedPath();
    await writeFile(path, change(await readFile(path)));
    expect(await store.get(scan.diffId, [collector])).toBeNull();
  });

  it('with any byte changed is a miss or the scan', async () => {
    const store = createDiskScanStore(directory, silentLog);
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

  it('may be a directory', async () => {
    const store = createDiskScanStore(directory, silentLog);
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
    const unlimited = createDiskScanStore(directory, silentLog);
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
    expect(await unlimited.get(oldest.diffId, [collector])).toEqual(oldest);
    const bytes = (await stat(paths[0] ?? '')).size;
    const limited = createDiskScanStore(directory, silentLog, Math.floor(bytes * 2.5));
    await limited.put(newest, [collector]);
    expect(await limited.get(oldest.diffId, [collector])).toEqual(oldest);
    expect(await limited.get(middle.diffId, [collector])).toBeNull();
    expect(await readdir(directory)).toContain('foreign');
  });

  it('that cannot be written is one warning', async () => {
    await symlink('/dev/null', join(directory, 'null'));
    const warnings: string[] = [];
    const log: Log = { ...silentLog, warn: message => warnings.push(message) };
    const store = createDiskScanStore(join(directory, 'null'), log);
    const scan = await scanOf(rich);
    await store.put(scan, []);
    await store.put(scan, []);
    expect(warnings).toHaveLength(1);
    expect(await store.get(scan.diffId, [])).toBeNull();
  });

  it('holds no drafts after writes at the same time', async () => {
    const store = createDiskScanStore(directory, silentLog);
    const scan = await scanOf(rich);
    await Promise.all(Array.from({ length: 8 }, () => store.put(scan, [collector])));
    expect(plainScan(await store.get(scan.diffId, [collector]))).toEqual(plainScan(scan));
    await storedPath();
  });
});

/** Changes the JSON inside, and fails when there is nothing to change. */
function edited(from: string | RegExp, to: string | ((text: string) => string)): (bytes: Buffer) => Buffer {
  return bytes => {
    const text = zstdDecompressSync(bytes).toString();
    const changed = typeof to === 'string' ? text.replace(from, to) : text.replace(from, to);
    if (changed === text) throw new Error(`no ${String(from)} in ${text}`);
    return zstdCompressSync(changed);
  };
}
