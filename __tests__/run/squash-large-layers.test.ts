import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseTarget } from '../../src/image/targets/open-target.ts';
import { squash } from '../../src/run/squash-pipeline.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { type FabricatedImage, fabricateImage } from '../support/fabricate/image.ts';
import { file, whiteout } from '../support/fabricate/node.ts';
import { folderOf } from '../support/folder.ts';
import { merge } from '../support/squash/merged.ts';
import { testEnvironment } from '../support/test-environment.ts';

/** Large enough that threads hash it by themselves. */
const LARGE = 17_000_000;

const LAYERS = [
  { base: file(LARGE, { seed: 1 }) },
  { a: file(LARGE, { seed: 2 }), kept: file(5, { seed: 3 }) },
  { a: whiteout(), b: file(LARGE, { seed: 4 }), c: file(1_048_576, { seed: 5 }) },
];

const IMAGE = fabricateImage({
  steps: LAYERS.map((layer, index) => ({ createdBy: `RUN ${index}`, layer })),
  tags: ['a:1'],
});

async function squashed(folder: string, output: string) {
  await mkdir(join(folder, 'run'), { recursive: true });
  return await squash(
    {
      reference: `docker-archive:${folder}/in.tar`,
      ...{ platform: null, above: null, beside: [], packing: { type: 'none', level: null }, dryRun: false },
      wanted: { kind: 'ranges', texts: ['1..2'] },
      target: parseTarget(output.replace(':', `:${folder}/`), null),
    },
    testEnvironment(folder, { temporaryDir: join(folder, 'run') }),
  );
}

/** The archive with a byte of a layer that is another one. */
async function damaged(folder: string, image: FabricatedImage, layer: number): Promise<void> {
  const path = join(folder, 'in.tar');
  const tar = image.layers[layer]?.tar ?? Buffer.alloc(0);
  const at = (await readFile(path)).indexOf(tar.subarray(0, 20_000)) + 3_000_000;
  const handle = await open(path, 'r+');
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, at);
  await handle.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, at);
  await handle.close();
}

describe('layers that threads hash by themselves', () => {
  it.each(['docker-archive:out.tar', 'oci:out', 'oci-archive:out.tar', 'dir:out'])(
    'are merged in %s as all others are',
    async output => {
      const folder = await folderOf();
      const image = await IMAGE;
      await writeFile(join(folder, 'in.tar'), await dockerArchive([image]));
      const [platform] = (await squashed(folder, output)).platforms;
      const { tar } = await merge(LAYERS, { first: 1, last: 2 });
      const wanted = [image.layers[0]?.tar ?? Buffer.alloc(0), tar];
      const written =
        output.startsWith('oci:') || output.startsWith('dir:')
          ? Buffer.concat(await filesBelow(join(folder, 'out')))
          : await readFile(join(folder, 'out.tar'));
      for (const layer of wanted) {
        expect(written.includes(layer)).toBe(true);
        expect(written.toString('latin1')).toContain(createHash('sha256').update(layer).digest('hex'));
      }
      expect(platform?.after.size).toBe(2 * LARGE + 1_048_576 + 5);
    },
  );

  it.each([
    [0, 'docker-archive:out.tar'],
    [1, 'docker-archive:out.tar'],
    [2, 'oci:out'],
  ])('are refused where layer %i is not its diffID', async (layer, output) => {
    const folder = await folderOf();
    const image = await IMAGE;
    await writeFile(join(folder, 'in.tar'), await dockerArchive([image]));
    await damaged(folder, image, layer);
    await expect(squashed(folder, output)).rejects.toMatchObject({ code: 'digest-mismatch' });
    expect((await readdir(folder)).sort()).toEqual(['in.tar', 'run']);
  });
});

async function filesBelow(folder: string): Promise<readonly Buffer[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter(each => each.isFile());
  return await Promise.all(files.map(each => readFile(join(each.parentPath, each.name))));
}
