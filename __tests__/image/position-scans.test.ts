import { expect, it, vi } from 'vitest';
import { silentProgress } from '../../src/base/effects.ts';
import { PositionScans } from '../../src/image/position-scans.ts';
import { ScanLane } from '../../src/image/scan-lanes.ts';
import { ImageLimits } from '../../src/layer/image-limits.ts';
import { MIN_PLACED_ENTRIES, type PlacedTar } from '../../src/layer/placed-scan.ts';
import { createDiskScanStore } from '../../src/layer/scan-store.ts';
import type { RandomAccess } from '../../src/tar/random-access.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
import { folderOf } from '../support/folder.ts';
import { silentLog } from '../support/silent-log.ts';

const names = Array.from({ length: MIN_PLACED_ENTRIES + 10 }, (_, index) => `f/${index}`);
const files = Object.fromEntries(names.map(name => [name, file(3000)]));
const image = await fabricateImage({ tags: ['app:1'], steps: [{ createdBy: 'COPY', layer: files }] });
const [layer] = image.layers;
if (layer === undefined) throw new Error('an image without layers');
const stored = {
  ...{ index: 0, diffId: layer.diffId, digest: null, size: null, path: 'layer', place: 'Layer 0' },
  foreign: false,
};

it('keeps contents that were asked for with the headers, for the next run', async () => {
  const store = createDiskScanStore(await folderOf(), { log: silentLog, machine: 'here' });
  const open = vi.fn(
    (): RandomAccess => ({
      size: layer.tar.length,
      read(target, position) {
        const part = layer.tar.subarray(position, position + target.length);
        target.set(part);
        return part.length;
      },
      close: () => undefined,
    }),
  );
  let place = 'as it was';
  const tar: PlacedTar = { size: layer.tar.length, place: () => ({ text: place, changedAt: 0 }), open };
  const options = { collectors: [], verify: false, store, limits: new ImageLimits() };
  const run = async (wanted: readonly string[], scans = new PositionScans()) => {
    const lane = new ScanLane(() => false);
    const how = { ...options, progress: silentProgress, label: '' };
    const headers = await scans.scan(tar, { layer: stored, content: 'cheap' }, how, lane);
    if (wanted.length > 0) await scans.scan(tar, { layer: stored, content: new Set(wanted) }, how, lane);
    await lane.close();
    return names.filter((_name, index) => headers.entries.knowsContent(index));
  };
  const known = (scan: readonly string[]) => scan.length;

  expect(known(await run(['f/3', 'f/5']))).toBe(0);
  open.mockClear();
  expect(known(await run([]))).toBe(2);
  expect(open).not.toHaveBeenCalled();
  expect(known(await run(['f/7']))).toBe(2);
  expect(known(await run([]))).toBe(3);
  // It is another tar by now.
  place = 'changed';
  expect(known(await run([]))).toBe(0);
});
