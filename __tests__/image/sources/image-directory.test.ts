import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { digestHex } from '../../../src/base/digest.ts';
import { parsePlatform } from '../../../src/base/platform.ts';
import { openImage } from '../../../src/image/open-image.ts';
import { openOptions, withDirectory } from '../../support/conformance/medium.ts';
import { fabricateImage } from '../../support/fabricate/image.ts';
import { file } from '../../support/fabricate/node.ts';
import { type FileSet, ociLayout, skopeoDirectory, writeFiles } from '../../support/fabricate/oci-layout.ts';

const image = (architecture: string, compression: 'none' | 'gzip' = 'gzip') =>
  fabricateImage({
    platform: { os: 'linux', architecture },
    compression,
    steps: [{ createdBy: 'COPY a', layer: { a: file(5000, { seed: architecture.length }) } }],
  });

/** Opens what is in the directory, and scans it. */
async function weigh(files: FileSet, platform?: string, name = 'image', transport = 'dir') {
  let weighed: unknown;
  await withDirectory(async folder => {
    const directory = join(folder, name);
    await writeFiles(directory, files);
    const options = platform === undefined ? {} : { platform: parsePlatform(platform) };
    const opened = await openImage(`${transport}:${directory}`, openOptions(options));
    const scans = await opened.scan({});
    weighed = { imageId: opened.imageId, files: scans.map(scan => scan?.entries.length) };
    await opened.close();
  });
  return weighed;
}

it('reads uncompressed blobs, and a path that has a colon', async () => {
  const one = await image('amd64', 'none');
  const expected = { imageId: one.config.digest, files: [1] };
  expect(await weigh(skopeoDirectory([one]))).toEqual(expected);
  expect(await weigh(skopeoDirectory([one]), undefined, 'image:1')).toEqual(expected);
});

it('reads what skopeo copy --all wrote, one platform of it', async () => {
  const images = await Promise.all([image('amd64'), image('arm64')]);
  const files = skopeoDirectory(images);
  expect(await weigh(files)).toMatchObject({ imageId: images[0]?.config.digest });
  expect(await weigh(files, 'linux/arm64')).toMatchObject({ imageId: images[1]?.config.digest });
  await expect(weigh(files, 'linux/s390x')).rejects.toMatchObject({ code: 'platform-unknown' });
});

it('reads blobs that end in .tar, as they did before 2018', async () => {
  const one = await image('amd64');
  const layers = new Set(one.layers.map(layer => digestHex(layer.digest)));
  const files = new Map(
    [...skopeoDirectory([one])].map(([path, bytes]) => [layers.has(path) ? `${path}.tar` : path, bytes]),
  );
  expect(await weigh(files)).toMatchObject({ imageId: one.config.digest });
});

it('says what is wrong', async () => {
  const one = await image('amd64');
  const files = new Map(skopeoDirectory([one]));
  const hex = digestHex(one.layers[0]?.digest ?? one.config.digest);
  const changed = (path: string, bytes: Buffer) => weigh(new Map([...files, [path, bytes]]));
  await expect(changed(hex, Buffer.from('x'))).rejects.toMatchObject({ code: 'input-truncated' });
  await expect(changed(digestHex(one.config.digest), Buffer.from('{}'))).rejects.toMatchObject({
    code: 'digest-mismatch',
  });
  await expect(changed('manifest.json', Buffer.from('[]'))).rejects.toMatchObject({
    code: 'not-an-image',
    message: expect.stringContaining('unpacked archive of docker save'),
  });
  await expect(weigh(ociLayout([one]))).rejects.toMatchObject({
    code: 'not-an-image',
    remedy: expect.stringMatching(/^Write oci:.*: it is an OCI layout/),
  });
  await expect(weigh(files, undefined, 'image', 'oci')).rejects.toMatchObject({
    remedy: expect.stringMatching(/^Write dir:/),
  });
  files.delete(hex);
  await expect(weigh(files)).rejects.toMatchObject({ code: 'blob-missing' });
});
