import { Buffer } from 'node:buffer';
import { readdirSync } from 'node:fs';
import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findGraphLayers } from '../../../src/image/store/graph-store.ts';
import { RebuiltTar } from '../../../src/image/store/rebuilt-tar.ts';
import { ownAccess } from '../../../src/image/store/store-access.ts';
import { graphStore } from '../../support/fabricate/graph-store.ts';
import { fabricateImage } from '../../support/fabricate/image.ts';
import { file } from '../../support/fabricate/node.ts';
import { writeFiles } from '../../support/fabricate/oci-layout.ts';
import { folderOf } from '../../support/folder.ts';

const image = await fabricateImage({
  tags: ['app:1'],
  steps: [
    { createdBy: 'COPY a', layer: { 'etc/a': file(5000) } },
    { createdBy: 'COPY b', layer: { 'etc/b': file(6000) } },
  ],
});
const diffIds = image.layers.map(({ diffId }) => diffId);

async function storeOf() {
  const root = await folderOf({});
  await writeFiles(root, graphStore(image));
  const folder = join(root, 'image/overlay2/layerdb/sha256', diffIds[0]?.slice('sha256:'.length) ?? '');
  return {
    root,
    folder,
    find: (driver = 'overlay2') => findGraphLayers({ root, driver }, diffIds, ownAccess),
  };
}

it('has the layers of an image, with all of their bytes', async () => {
  const { find } = await storeOf();
  const layers = find() ?? [];
  expect(layers.map(({ size }) => size)).toEqual([5000, 6000]);
  for (const [index, { recordPath, filesPath }] of layers.entries()) {
    const rebuilt = await RebuiltTar.open(recordPath, filesPath, ownAccess);
    const bytes = Buffer.alloc(rebuilt.size);
    rebuilt.read(bytes, 0);
    expect(bytes.equals(image.layers[index]?.tar ?? Buffer.alloc(0))).toBe(true);
    rebuilt.close();
  }
});

describe('is left alone', () => {
  it.each<readonly [string, (store: Awaited<ReturnType<typeof storeOf>>) => Promise<unknown>]>([
    ['where a layer is not there', ({ folder }) => rm(folder, { recursive: true })],
    [
      'where it is another layer',
      ({ folder }) => writeFile(join(folder, 'diff'), `sha256:${'0'.repeat(64)}`),
    ],
    [
      'where its folder leads out',
      ({ folder }) => writeFile(join(folder, 'cache-id'), '../../../../../../../../etc'),
    ],
    [
      'where its record is a link',
      async ({ folder }) => {
        await rename(join(folder, 'tar-split.json.gz'), join(folder, 'other'));
        await symlink(join(folder, 'other'), join(folder, 'tar-split.json.gz'));
      },
    ],
    [
      'where its files are a link',
      async ({ root }) => {
        const [id = ''] = readdirSync(join(root, 'overlay2'));
        await rename(join(root, 'overlay2', id), join(root, 'elsewhere'));
        await symlink(join(root, 'elsewhere'), join(root, 'overlay2', id));
      },
    ],
  ])('%s', async (_name, change) => {
    const store = await storeOf();
    await change(store);
    expect(store.find()).toBeNull();
  });

  it('where the driver keeps them otherwise', async () => {
    const { find } = await storeOf();
    expect(find('zfs')).toBeNull();
  });
});
