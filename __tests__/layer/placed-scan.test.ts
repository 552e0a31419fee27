import { readdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Collector } from '../../src/layer/collector.ts';
import { ImageLimits } from '../../src/layer/image-limits.ts';
import {
  MIN_PLACED_ENTRIES,
  MIN_PLACED_SIZE,
  openedTar,
  scanPlacedLayer,
} from '../../src/layer/placed-scan.ts';
import { scanLayerAt } from '../../src/layer/scan.ts';
import { createDiskScanStore, type ScanStore } from '../../src/layer/scan-store.ts';
import {
  decodePlacedScan,
  decodeScan,
  encodePlacedScan,
  encodeScan,
  scanKey,
} from '../../src/layer/stored-scan.ts';
import { openRandomAccess, type RandomAccess, sliceOf } from '../../src/tar/random-access.ts';
import { fabricateLayer } from '../support/fabricate/layer.ts';
import { file } from '../support/fabricate/node.ts';
import { folderOf } from '../support/folder.ts';
import { times } from '../support/long.ts';
import { plainScan } from '../support/scans/scan.ts';
import { silentLog } from '../support/silent-log.ts';

const collector: Collector = {
  id: 'names',
  version: 1,
  wants: entry => entry.path.endsWith('7'),
  collect: entry => entry.path,
};

/** Layers of one length, so that only their bytes tell them apart. */
async function layerOf(letter: string, count = MIN_PLACED_ENTRIES + 100) {
  const files = Array.from({ length: count }, (_, index) => [
    `${letter}/${index}`,
    file(1800, { uid: index }),
  ]);
  return fabricateLayer(Object.fromEntries(files));
}
const [one, other, small] = [await layerOf('a'), await layerOf('b'), await layerOf('c', 10)];

/** Nobody changes a file within the next hours. */
function later(): void {
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);
}
afterEach(() => void vi.restoreAllMocks());

interface Place {
  readonly directory: string;
  readonly path: string;
  readonly store: ScanStore;
}

async function placeOf(tar: Uint8Array, machine: string | undefined = 'here'): Promise<Place> {
  const folder = await folderOf();
  const path = join(folder, 'layer.tar');
  writeFileSync(path, tar);
  // A whole second, which can be set again to the nanosecond.
  utimesSync(path, 1000, 1000);
  const directory = join(folder, 'store');
  const store = createDiskScanStore(directory, { log: silentLog, ...(machine && { machine }) });
  return { directory, path, store };
}

interface Scanned {
  readonly letter: string | undefined;
  readonly plain: ReturnType<typeof plainScan>;
  readonly reads: number;
  readonly starts: readonly number[];
}

/** @param meanwhile runs once, amid the reading */
async function scanAt(
  { path, store }: Pick<Place, 'path' | 'store'>,
  meanwhile: () => void = () => undefined,
  cut: (source: RandomAccess) => RandomAccess = source => source,
): Promise<Scanned> {
  const file = openRandomAccess(path);
  let reads = 0;
  const source: RandomAccess = cut({
    size: file.size,
    place: () => file.place?.() ?? null,
    read(target, position) {
      reads += 1;
      const length = file.read(target, position);
      if (reads === 3) meanwhile();
      return length;
    },
    close: () => file.close(),
  });
  const options = { diffId: one.diffId, content: 'none', verify: false, collectors: [collector] } as const;
  try {
    const { scan, starts } = await scanPlacedLayer(openedTar(source), options, store);
    return {
      letter: [...scan.entries].at(-1)?.path.charAt(0),
      plain: plainScan(scan),
      reads,
      starts: Array.from(starts),
    };
  } finally {
    file.close();
  }
}

const stored = ({ directory }: Place) => {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
};

describe('a layer that is read by position', () => {
  it('is scanned once, as long as its file is what it was', async () => {
    const place = await placeOf(one.tar);
    later();
    const fresh = await scanAt(place);
    expect(stored(place)).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.placed-scan$/)]);
    const again = await scanAt(place);
    expect(again).toEqual({ ...fresh, reads: 0 });
    expect(fresh.reads).toBeGreaterThan(0);
    expect(fresh.plain).toMatchObject({ verified: false, contentKnown: 'none', diffId: one.diffId });
    expect(fresh.starts).toHaveLength(MIN_PLACED_ENTRIES + 100);
  });

  it('is never kept as its diffID, nor taken for it', async () => {
    const place = await placeOf(one.tar);
    later();
    await scanAt(place);
    expect(await place.store.get(one.diffId, [collector])).toBeNull();
    const source = openRandomAccess(place.path);
    const scan = await scanLayerAt(source, { diffId: one.diffId, content: 'none', verify: false });
    source.close();
    await place.store.put(scan, [collector]);
    expect(stored(place).filter(name => !name.endsWith('.placed-scan'))).toEqual([]);
    const key = scanKey(one.diffId, [collector]);
    expect(decodeScan(encodePlacedScan({ scan, starts: [] }, key), key, one.diffId)).toBeNull();
    const told = { ...scan, verified: true };
    expect(decodeScan(encodePlacedScan({ scan: told, starts: [] }, key), key, one.diffId)).toBeNull();
    expect(decodeScan(encodeScan(scan, key), key, one.diffId)).toBeNull();
    expect(decodeScan(encodeScan(told, key), key, one.diffId)).not.toBeNull();
    expect(decodePlacedScan(encodeScan(told, key), key, one.diffId)).toBeNull();
    // Nor under the name of one that was verified.
    await place.store.put({ ...scan, verified: true }, [collector]);
    const [placed = '', verified = ''] = stored(place).toSorted(name =>
      name.endsWith('.placed-scan') ? -1 : 1,
    );
    for (const [from, to] of [
      [placed, verified],
      [verified, placed],
    ] as const) {
      const bytes = readFileSync(join(place.directory, to));
      writeFileSync(join(place.directory, to), readFileSync(join(place.directory, from)));
      if (to === verified) expect(await place.store.get(one.diffId, [collector])).toBeNull();
      else expect((await scanAt(place)).reads).toBeGreaterThan(0);
      writeFileSync(join(place.directory, to), bytes);
    }
  });

  it('is another at another place, on another machine, by another diffID or for other collectors', async () => {
    const place = await placeOf(Buffer.concat([one.tar, one.tar]));
    later();
    const half = (start: number) => (source: RandomAccess) =>
      sliceOf(source, { start, length: one.tar.length });
    await scanAt(place, undefined, half(0));
    expect((await scanAt(place, undefined, half(0))).reads).toBe(0);
    expect((await scanAt(place, undefined, half(one.tar.length))).reads).toBeGreaterThan(0);
    expect(stored(place)).toHaveLength(2);
    const elsewhere = createDiskScanStore(place.directory, { log: silentLog, machine: 'there' });
    expect((await scanAt({ ...place, store: elsewhere }, undefined, half(0))).reads).toBeGreaterThan(0);
    const layer = { diffId: other.diffId, place: openRandomAccess(place.path).place?.()?.text ?? '' };
    expect(await place.store.getPlaced(layer, [collector])).toBeNull();
    expect(await place.store.getPlaced({ ...layer, diffId: one.diffId }, [])).toBeNull();
  });

  it('is not kept where others may see the store, nor where it is small', async () => {
    later();
    const shared = await placeOf(one.tar, '');
    await scanAt(shared);
    const tiny = await placeOf(small.tar);
    await scanAt(tiny);
    expect([...stored(shared), ...stored(tiny)]).toEqual([]);
    expect(one.tar.length).toBeGreaterThan(MIN_PLACED_SIZE);
  });

  it('counts against the limits of its image as if it were read', async () => {
    const place = await placeOf(one.tar);
    later();
    await scanAt(place);
    const limits = new ImageLimits();
    const counted = vi.spyOn(limits, 'addScan');
    const source = openRandomAccess(place.path);
    const options = {
      diffId: one.diffId,
      content: 'none',
      verify: false,
      collectors: [collector],
      limits,
    } as const;
    await scanPlacedLayer(openedTar(source), options, place.store);
    source.close();
    expect(counted).toHaveBeenCalledOnce();
  });
});

describe('a file that is rewritten', () => {
  /** Each writes the other layer so that as little as can be tells it. */
  const rewrites: readonly (readonly [how: string, (path: string, tar: Uint8Array) => void])[] = [
    ['in place', (path, tar) => writeFileSync(path, tar, { flag: 'r+' })],
    [
      'in place, with its old time',
      (path, tar) => {
        const { mtimeMs } = statSync(path);
        writeFileSync(path, tar, { flag: 'r+' });
        utimesSync(path, mtimeMs / 1000, mtimeMs / 1000);
      },
    ],
    [
      'beside it and renamed, with its old time',
      (path, tar) => {
        const { mtimeMs } = statSync(path);
        writeFileSync(`${path}.new`, tar);
        utimesSync(`${path}.new`, mtimeMs / 1000, mtimeMs / 1000);
        renameSync(`${path}.new`, path);
      },
    ],
  ];

  it.each(rewrites)('%s, is read anew at once', async (_how, rewrite) => {
    const place = await placeOf(one.tar);
    for (let round = 0; round < times(20); round += 1) {
      const [tar, letter] = round % 2 === 0 ? [other.tar, 'b'] : [one.tar, 'a'];
      await scanAt(place);
      rewrite(place.path, tar);
      expect((await scanAt(place)).letter).toBe(letter);
    }
    // Within two seconds nothing can be trusted.
    expect(stored(place)).toEqual([]);
  });

  it.each(rewrites)('%s, after it was kept, is read anew', async (_how, rewrite) => {
    const place = await placeOf(one.tar);
    later();
    await scanAt(place);
    expect(stored(place)).toHaveLength(1);
    vi.restoreAllMocks();
    // Kept while its times may still be those of the next change, which the clock above hides: let them pass.
    await new Promise(passed => setTimeout(passed, 50));
    rewrite(place.path, other.tar);
    expect((await scanAt(place)).letter).toBe('b');
    later();
    expect((await scanAt(place)).letter).toBe('b');
    expect((await scanAt(place)).letter).toBe('b');
  });

  it.each(rewrites)('%s, amid the reading, is not kept', async (_how, rewrite) => {
    const place = await placeOf(one.tar);
    later();
    await new Promise(passed => setTimeout(passed, 50));
    await scanAt(place, () => rewrite(place.path, other.tar));
    expect(stored(place)).toEqual([]);
    expect((await scanAt(place)).letter).toBe('b');
  });

  it('with a time that lies ahead is not kept', async () => {
    const place = await placeOf(one.tar);
    const ahead = Date.now() / 1000 + 1e6;
    utimesSync(place.path, ahead, ahead);
    later();
    await scanAt(place);
    expect(stored(place)).toEqual([]);
  });
});

it('a damaged file is a miss', async () => {
  const place = await placeOf(one.tar);
  later();
  const fresh = await scanAt(place);
  const [name = ''] = stored(place);
  const path = join(place.directory, name);
  const bytes = readFileSync(path);
  for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / times(50))) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    writeFileSync(path, changed);
    const { plain, reads } = await scanAt(place);
    expect(plain).toEqual(fresh.plain);
    expect(reads).toBeGreaterThan(0);
  }
});
