import { describe, expect, it } from 'vitest';
import type { LayerScan } from '../../../src/layer/layer-scan.ts';
import { scanLayerStream } from '../../../src/layer/scan.ts';
import { createDiskScanStore, noScanStore, type ScanStore } from '../../../src/layer/scan-store.ts';
import { COLLECTORS } from '../../../src/packages/collectors.ts';
import { ExpectedImage } from '../../../src/run/weigh/expected-image.ts';
import { fabricateLayer } from '../../support/fabricate/layer.ts';
import { file, type Node } from '../../support/fabricate/node.ts';
import { folderOf } from '../../support/folder.ts';
import { silentLog } from '../../support/silent-log.ts';
import { chunked } from '../../tar/collect.ts';

async function scanOf(layer: Record<string, Node>): Promise<LayerScan> {
  const { tar, diffId } = await fabricateLayer(layer);
  return scanLayerStream(chunked(tar, []), { diffId, content: 'all', verify: true, collectors: COLLECTORS });
}

/** Weighs as a build does: each layer from the store, or read and put into it. */
async function weigh(store: ScanStore, layers: readonly LayerScan[]): Promise<readonly LayerScan[]> {
  const scans: LayerScan[] = [];
  for (const layer of layers) {
    const known = await store.get(layer.diffId, COLLECTORS);
    if (known === null) await store.put(layer, COLLECTORS);
    scans.push(known ?? layer);
  }
  return scans;
}

const [base, own, other] = [
  await scanOf({ 'etc/os-release': file('ID=debian\n'), a: file(100) }),
  await scanOf({ a: file(7) }),
  await scanOf({ b: file(9) }),
];
const idsOf = (scans: readonly LayerScan[]) => scans.map(({ diffId }) => diffId);

describe('the image that a build is expected to make', () => {
  async function stores() {
    const directory = await folderOf();
    const reads: string[] = [];
    const disk = createDiskScanStore(directory, { log: silentLog, machine: 'here' });
    const counted: ScanStore = {
      ...noScanStore,
      get: (diffId, collectors) => {
        reads.push(diffId);
        return disk.get(diffId, collectors);
      },
      put: (scan, collectors) => disk.put(scan, collectors),
      getPlaced: (layer, collectors) => {
        reads.push(layer.place);
        return disk.getPlaced(layer, collectors);
      },
      putPlaced: (layer, found, collectors) => disk.putPlaced(layer, found, collectors),
      getLayers: name => disk.getLayers(name),
      putLayers: (name, layers) => disk.putLayers(name, layers),
    };
    const build = async (layers: readonly LayerScan[], name = 'build') => {
      const expected = new ExpectedImage(counted, name);
      await expected.prepare();
      const ahead = reads.splice(0).length;
      const scans = await weigh(expected.store, layers);
      const later = reads.splice(0);
      const stacked = expected.stack(scans);
      await expected.remember(idsOf(layers));
      return { ahead, later, stacked };
    };
    return { build, counted, reads };
  }

  it('is read and stacked beforehand where it is as before', async () => {
    const { build } = await stores();
    expect(await build([base, own])).toMatchObject({ ahead: 0, later: [base.diffId, own.diffId] });
    const { ahead, later, stacked } = await build([base, own]);
    expect({ ahead, later }).toEqual({ ahead: 2, later: [] });
    expect(stacked.weights.map(({ size, visible }) => [size, visible])).toEqual([
      [110, 10],
      [7, 7],
    ]);
  });

  it('is stacked as it is where a layer is new, gone or moved', async () => {
    for (const layers of [[base, other], [base], [own, base], [base, own, own]]) {
      const { build } = await stores();
      await build([base, own]);
      const { stacked } = await build(layers);
      expect(idsOf(stacked.scans)).toEqual(idsOf(layers));
      expect(stacked.weights).toHaveLength(layers.length);
      expect((await build(layers)).later).toEqual([]);
    }
  });

  it('is of one build, and nothing where another was there before', async () => {
    const { build } = await stores();
    await build([base, own]);
    expect((await build([base, own], 'another')).ahead).toBe(0);
  });

  it('may have scans of places', async () => {
    const { counted, reads } = await stores();
    const layer = { diffId: base.diffId, place: '1:2:3' };
    const found = { scan: { ...base, verified: false }, starts: [1, 2] };
    const first = new ExpectedImage(counted, 'build');
    await first.store.putPlaced(layer, found, COLLECTORS);
    await first.remember([base.diffId]);
    const second = new ExpectedImage(counted, 'build');
    await second.prepare();
    expect(reads.splice(0)).toEqual(['1:2:3']);
    const again = await second.store.getPlaced(layer, COLLECTORS);
    expect(again?.starts).toEqual(Float64Array.from([1, 2]));
    expect(await second.store.getPlaced({ ...layer, place: '1:2:4' }, COLLECTORS)).toBeNull();
    expect(reads).toEqual(['1:2:4']);
  });

  it('is left alone once the build has ended', async () => {
    const { build, counted, reads } = await stores();
    await build([base, own]);
    const expected = new ExpectedImage(counted, 'build');
    const preparing = expected.prepare();
    expected.stop();
    await preparing;
    expect(reads).toEqual([]);
  });
});
