import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { createDiskScanStore } from '../../../src/layer/scan-store.ts';
import { KeptEngine } from '../../support/conformance/kept-engine.ts';
import { fabricateImage } from '../../support/fabricate/image.ts';
import { file } from '../../support/fabricate/node.ts';
import { folderOf } from '../../support/folder.ts';
import { silentLog } from '../../support/silent-log.ts';

const image = await fabricateImage({
  tags: ['app:1'],
  steps: [
    { createdBy: 'COPY a', layer: { 'srv/a': file(5000) } },
    { createdBy: 'COPY b', layer: { 'srv/b': file(40) } },
  ],
});

it('keeps the scan of each layer, however small, for as long as it lies there', async () => {
  const engine = await KeptEngine.start(image, 'graph');
  try {
    // What changed just now may change again.
    await setTimeout(300);
    const store = createDiskScanStore(await folderOf(), { log: silentLog, machine: 'here' });
    const asked = vi.spyOn(store, 'getPlaced');
    const found = async (): Promise<readonly boolean[]> => {
      const scans = await Promise.all(asked.mock.results.map(({ value }) => value));
      asked.mockClear();
      return scans.map(scan => scan !== null);
    };
    const first = await engine.weigh({ store });
    expect(await found()).toEqual([false, false]);
    expect(await engine.weigh({ store })).toEqual(first);
    expect(await found()).toEqual([true, true]);
    const { record } = engine.layer(1);
    writeFileSync(record, readFileSync(record));
    expect(await engine.weigh({ store })).toEqual(first);
    expect(await found()).toEqual([true, false]);
  } finally {
    await engine.close();
  }
});
