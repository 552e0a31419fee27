import { existsSync } from 'node:fs';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { removeNow } from '../../../src/base/partial-output.ts';
import { openImage } from '../../../src/image/open-image.ts';
import { OciLayoutTarget } from '../../../src/image/targets/oci-layout-target.ts';
import { openOptions } from '../../support/conformance/medium.ts';
import { filesOf } from '../../support/conformance/target-media.ts';
import { type FabricatedImage, fabricateImage } from '../../support/fabricate/image.ts';
import { file } from '../../support/fabricate/node.ts';
import { folderOf } from '../../support/folder.ts';
import { outgoing, writtenImage } from '../../support/registry/outgoing.ts';

/** One without images. */
const LAYOUT = { 'out/oci-layout': '{"imageLayoutVersion":"1.0.0"}' };

const made = (seed: number) =>
  fabricateImage({
    steps: [seed, 9].map(each => ({ createdBy: 'RUN', layer: { a: file(900, { seed: each }) } })),
  });

/** A run that writes into the layout of a folder. */
function runInto(folder: string, ref: string | null = null) {
  const unfinished = { files: new Set<string>(), folders: new Set<string>() };
  return { unfinished, target: new OciLayoutTarget('oci:out', join(folder, 'out'), ref, unfinished) };
}

async function writeBlobs(target: OciLayoutTarget, { layers, config }: FabricatedImage): Promise<void> {
  for (const { bytes } of [...layers, config]) await target.write(outgoing(bytes, { isKnown: true }));
}

async function expectReadable(folder: string, ref = ''): Promise<void> {
  const image = await openImage(`oci:${folder}/out${ref}`, openOptions());
  await image.scan({ verify: true });
  await image.close();
}

describe('a run that writes to a layout', () => {
  it.each(['fails', 'is broken off'])('takes nothing from another one when it %s', async how => {
    const [folder, image] = [await folderOf(LAYOUT), await made(1)];
    const [one, other] = [runInto(folder), runInto(folder)];
    await writeBlobs(one.target, image);
    await writeBlobs(other.target, image);
    await other.target.commit([writtenImage(image)], null);
    await other.target.close();
    const before = (await filesOf(folder)).filter(line => !line.includes('.partial'));
    if (how === 'fails') await one.target.close();
    else removeNow(one.unfinished.files, one.unfinished.folders);
    expect(await filesOf(folder)).toEqual(before);
    await expectReadable(folder);
  });

  it('may be broken off whenever that is: its index names nothing that goes', async () => {
    const folder = await folderOf();
    const { target, unfinished } = runInto(folder);
    const image = await made(1);
    await writeBlobs(target, image);
    let isOver = false;
    const writing = target.commit([writtenImage(image)], null).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      if (existsSync(join(folder, 'out/index.json'))) expect([...unfinished.files]).toEqual([]);
      await setImmediate();
    }
    await writing;
    await target.close();
    await expectReadable(folder);
  });

  it('leaves what was there where one of its files cannot be put there', async () => {
    const folder = await folderOf(LAYOUT);
    const { target } = runInto(folder);
    const image = await made(1);
    await writeBlobs(target, image);
    const written = writtenImage(image);
    // A folder is in the place of its manifest.
    const at = `out/blobs/${image.manifest.digest.replace(':', '/')}`;
    await mkdir(join(folder, at));
    await expect(target.commit([written], null)).rejects.toMatchObject({ code: 'output-unwritable' });
    await target.close();
    expect((await readdir(join(folder, 'out/blobs/sha256'))).length).toBe(1);
  });

  it('removes what dead runs left, when a day has passed', async () => {
    const folder = await folderOf(LAYOUT);
    const names = ['file.5.4194305.partial', 'file.6.4194305.partial', 'file.x.4194305.partial'];
    await mkdir(join(folder, 'out/blobs/sha256'), { recursive: true });
    for (const [index, name] of names.entries()) {
      const path = join(folder, 'out/blobs/sha256', name);
      await writeFile(path, '');
      const time = new Date(Date.now() - (index === 1 ? 1 : 25) * 3_600_000);
      await utimes(path, time, time);
    }
    const { target } = runInto(folder);
    await writeBlobs(target, await made(1));
    await target.close();
    expect((await readdir(join(folder, 'out/blobs/sha256'))).toSorted()).toEqual(names.slice(1));
  });
});
