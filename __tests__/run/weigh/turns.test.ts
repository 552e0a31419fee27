import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { silentProgress } from '../../../src/base/effects.ts';
import { noScanStore } from '../../../src/layer/scan-store.ts';
import { examineImage } from '../../../src/run/weigh/examine.ts';
import { openOptions } from '../../support/conformance/medium.ts';
import { dockerArchive } from '../../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../../support/fabricate/image.ts';
import { file } from '../../support/fabricate/node.ts';
import { folderOf } from '../../support/folder.ts';
import { NO_DECISIONS } from '../../support/plain-settings.ts';

it('weighing lets signals have their turn, layer by layer', async () => {
  const steps = ['a', 'b', 'c', 'd'].map(name => ({ createdBy: name, layer: { [name]: file(9) } }));
  const path = join(await folderOf(), 'app.tar');
  await writeFile(path, await dockerArchive([await fabricateImage({ tags: ['app:1'], steps })]));
  let turns = 0;
  let next = setImmediate(function count() {
    turns += 1;
    next = setImmediate(count);
  });
  const context = { ...openOptions(), scanStore: noScanStore, progress: silentProgress };
  const request = { reference: `docker-archive:${path}`, platform: null, origins: () => null, verify: false };
  await examineImage({ ...request, making: null, decisions: NO_DECISIONS }, context);
  clearImmediate(next);
  expect(turns).toBeGreaterThanOrEqual(steps.length + 4);
});
