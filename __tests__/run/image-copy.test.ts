import type { ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { withPlatforms } from '../../src/run/image-copy.ts';
import { blobOf, descriptorOf, type FabricatedImage, fabricateImage } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
import { folderOf } from '../support/folder.ts';
import { type StrictRegistry, strictRegistry } from '../support/registry/strict-registry.ts';
import { testEnvironment } from '../support/test-environment.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';

/** A build of two platforms. */
async function build(seed: number) {
  const steps = [{ createdBy: 'RUN', layer: { a: file(900, { seed }) } }];
  const tags = [`app:build-${seed}`];
  const images: FabricatedImage[] = [];
  for (const architecture of ['amd64', 'arm64'])
    images.push(await fabricateImage({ steps, tags, platform: { os: 'linux', architecture } }));
  const manifests = images.map(({ manifest, platform }) => descriptorOf(manifest, { platform }));
  return { images, index: blobOf({ schemaVersion: 2, mediaType: INDEX, manifests }, INDEX) };
}

it('all platforms are of one build, though the tag is pushed while they are opened', async () => {
  const [one, next] = [await build(1), await build(2)];
  let registry: StrictRegistry | null = null;
  const pushed = {
    on: /^GET .*manifests\/latest$/,
    do: (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': INDEX, 'docker-content-digest': one.index.digest });
      response.end(one.index.bytes);
      registry?.contents.addManifest('app', 'latest', next.index);
    },
  };
  registry = await strictRegistry([...one.images, ...next.images], {
    manifests: { 'app:latest': one.index, 'app:next': next.index },
    faults: [pushed],
  });
  try {
    for (const [name, { images, index }] of [
      ['app', one],
      ['app', next],
      ['app:next', next],
      [`app@${one.index.digest}`, one],
    ] as const) {
      const environment = testEnvironment(await folderOf());
      await withPlatforms(`docker://${registry.host}/${name}`, null, environment, async opened => {
        expect(opened.map(({ imageId }) => imageId)).toEqual(images.map(({ config }) => config.digest));
        expect(opened.map(({ rootDigest }) => rootDigest)).toEqual([index.digest, index.digest]);
      });
    }
  } finally {
    await registry.close();
  }
});
