import { describe, expect, it } from 'vitest';
import { silentProgress } from '../../src/base/effects.ts';
import { DeadweightError } from '../../src/base/errors.ts';
import { FallbackReader } from '../../src/image/fallback-reader.ts';
import type { LayerReader, LayerTask, ReadOptions, StoredLayer } from '../../src/image/layer-reader.ts';
import { ImageLimits, MAX_COLLECTED_FILES } from '../../src/layer/image-limits.ts';
import type { LayerScan } from '../../src/layer/layer-scan.ts';
import { noScanStore } from '../../src/layer/scan-store.ts';
import { diffId, file, scan } from '../support/scans/scan.ts';
import { silentLog } from '../support/silent-log.ts';

const SCANS = [scan([file('a', 1)]), scan([file('b', 1)]), scan([file('c', 1)])].map((each, index) => ({
  ...each,
  diffId: diffId(String(index)),
}));
const LAYERS = SCANS.map(
  (each, index): StoredLayer => ({
    ...{ index, diffId: each.diffId, digest: null, size: null },
    ...{ path: String(index), place: `Layer ${index}`, foreign: false },
  }),
);
const TASKS = LAYERS.map((layer): LayerTask => ({ layer, content: 'cheap' }));
const gone = () => new DeadweightError('blob-missing', { message: 'It is gone.', remedy: 'Pull it again.' });

/** Collects half of the files that an image may have in each layer, and fails at one of them. */
function reader(
  failsAt: number | null,
): LayerReader & { readonly read: number[]; readonly collected: number[] } {
  const read: number[] = [];
  const collected: number[] = [];
  const fail = () => {
    if (failsAt !== null) throw gone();
  };
  return {
    read,
    collected,
    async scan(
      tasks: readonly LayerTask[],
      { limits }: ReadOptions,
      done: (scan: LayerScan) => Promise<void>,
    ) {
      for (const { layer } of tasks) {
        read.push(layer.index);
        let count = 0;
        for (let each = 0; each < MAX_COLLECTED_FILES / 2; each += 1) if (limits.collects(1)) count += 1;
        collected.push(count);
        if (layer.index === failsAt) throw gone();
        await done(SCANS[layer.index] ?? scan([]));
      }
    },
    access: () => {
      fail();
      return 'layer';
    },
    place: () => {
      fail();
      return null;
    },
    open: () => {
      throw gone();
    },
    close: async () => undefined,
  } as never;
}

function options(): ReadOptions {
  const limits = new ImageLimits();
  return { collectors: [], verify: false, store: noScanStore, limits, progress: silentProgress, label: '' };
}

describe('a reader with another one behind it', () => {
  it.each([
    [0, [0, 1, 2], [60_000, 60_000, 0]],
    [1, [1, 2], [60_000, 60_000]],
    [2, [2], [60_000]],
  ])(
    'leaves that what is allowed, and what is left, where layer %s cannot be read',
    async (at, read, collected) => {
      const [first, second] = [reader(at), reader(null)];
      const done: LayerScan[] = [];
      const given = options();
      await new FallbackReader(first, second, 'the first', silentLog.debug).scan(
        TASKS,
        given,
        async each => void done.push(each),
      );
      expect(done).toEqual(SCANS);
      expect([second.read, second.collected]).toEqual([read, collected]);
    },
  );

  it('throws what who takes the scans throws, and tries nothing else', async () => {
    const second = reader(null);
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const scanning = new FallbackReader(reader(null), second, 'the first', silentLog.debug).scan(
      TASKS,
      options(),
      () => Promise.reject(full),
    );
    await expect(scanning).rejects.toBe(full);
    expect(second.read).toEqual([]);
  });

  it('asks that where the first cannot say what it has', () => {
    const [layer] = LAYERS;
    if (layer === undefined) throw new TypeError('there are layers');
    const asked = new FallbackReader(reader(0), reader(null), 'the first', silentLog.debug);
    expect([asked.access(layer), asked.place(layer)]).toEqual(['layer', null]);
  });
});
