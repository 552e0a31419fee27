import { Buffer } from 'node:buffer';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openImage } from '../../../src/image/open-image.ts';
import { openOptions, withDirectory } from '../../support/conformance/medium.ts';
import { dockerArchive } from '../../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../../support/fabricate/image.ts';
import { fabricateTar } from '../../support/fabricate/layer.ts';
import { file } from '../../support/fabricate/node.ts';
import { archiveOf, ociLayout, skopeoDirectory, writeFiles } from '../../support/fabricate/oci-layout.ts';

const image = await fabricateImage({
  tags: ['app:1'],
  steps: [{ createdBy: 'COPY a', layer: { a: file(5000) } }],
});

/** Opens what `write` puts into a folder. @param reference with `|` where the folder is */
async function open(reference: string, write: (folder: string) => Promise<void>) {
  let imageId: string | undefined;
  await withDirectory(async folder => {
    await write(folder);
    const opened = await openImage(reference.replace('|', folder), openOptions());
    imageId = opened.imageId;
    await opened.close();
  });
  return imageId;
}

const put = (name: string, bytes: Buffer) => (folder: string) => writeFile(join(folder, name), bytes);

it.each([
  ['an archive of docker save', '|/app.tar', put('app.tar', await dockerArchive([image]))],
  ['one of its images', '|/app.tar:app:1', put('app.tar', await dockerArchive([image]))],
  ['an archive of a layout', '|/app', put('app', await archiveOf(ociLayout([image])))],
  ['a layout', '|', (folder: string) => writeFiles(folder, ociLayout([image]))],
  ['an image of a layout', '|/:app:1', (folder: string) => writeFiles(folder, ociLayout([image]))],
  ['a directory of skopeo', '|', (folder: string) => writeFiles(folder, skopeoDirectory([image]))],
  ['slashes that nobody means', 'oci:/|', (folder: string) => writeFiles(folder, ociLayout([image]))],
])('tells %s by what it holds', async (_name, reference, write) => {
  expect(await open(reference, write)).toBe(image.config.digest);
});

it.each([
  ['nothing', '|/app.tar', async () => undefined, /app\.tar does not exist/, /^Check the path/],
  [
    'a filesystem',
    '|/a.tar',
    put('a.tar', await fabricateTar({ 'bin/sh': file(9) })),
    /is no image/,
    /^Give/,
  ],
  ['an empty directory', '|', async () => undefined, /is no image: .* there is nothing/, /^Give/],
  ['a snapshot', '|/a.json', put('a.json', Buffer.from('{"deadweightSnapshot":2}')), /a snapshot of/, /diff/],
  [
    'a report',
    '|/a.json',
    put('a.json', Buffer.from('{ "tool": { "name": "deadweight" } }')),
    /a report of/,
    /^Name the image/,
  ],
  ['other JSON', '|/a.json', put('a.json', Buffer.from('[]')), /is JSON/, /^Name the image/],
])('says what %s is', async (_name, reference, write, message, remedy) => {
  await expect(open(reference, write)).rejects.toMatchObject({
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(remedy),
  });
});
