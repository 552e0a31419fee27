import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePlatform } from '../../src/base/platform.ts';
import { openImage } from '../../src/image/open-image.ts';
import { openRegistryTarget } from '../../src/image/targets/docker-registry-target.ts';
import type { ImageTarget } from '../../src/image/targets/image-target.ts';
import { parseDockerName } from '../../src/oci/docker-name.ts';
import { nodeExec } from '../build/node-exec.ts';
import { openOptions } from '../support/conformance/medium.ts';
import { dockerEnv, fresh, STORES } from '../support/e2e/engines.ts';
import { blobOf, descriptorOf, type FabricatedImage, fabricateImage } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
import { type CountedRegistry, countedRegistry } from '../support/registry/counted-registry.ts';
import { outgoing, streamOf, writtenImage } from '../support/registry/outgoing.ts';
import { pushImage } from '../support/registry/push-image.ts';

const REGISTRY = process.env['DEADWEIGHT_REGISTRY'] ?? '';
const REPOSITORY = 'deadweight-e2e/written';
const SOURCE = 'deadweight-e2e/source';
const INDEX = 'application/vnd.oci.image.index.v1+json';

/** Three layers that no registry has seen. */
function freshImage(architecture: string): Promise<FabricatedImage> {
  const steps = ['a', 'b', 'c'].map(name => ({
    createdBy: `RUN ${name}`,
    layer: { [name]: file(randomBytes(400_000).toString('hex')) },
  }));
  return fabricateImage({ steps, platform: { os: 'linux', architecture } });
}

async function docker(host: string | undefined, ...args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await nodeExec.run('docker', args, { env: dockerEnv(host) });
  if (exitCode !== 0) throw new Error(`docker ${args[0]}: ${stderr.slice(-2000)}`);
}

async function diffIdsOf(reference: string, platform: string, env = {}): Promise<readonly unknown[]> {
  const options = openOptions({ env, exec: nodeExec, platform: parsePlatform(platform) });
  const opened = await openImage(reference, options);
  try {
    return (await opened.scan({ verify: true })).map(scan => scan?.diffId);
  } finally {
    await opened.close();
  }
}

describe.skipIf(REGISTRY === '')('an image that is written to a real registry', () => {
  const tags: string[] = [];
  let counted: CountedRegistry;
  let image: FabricatedImage;
  let other: FabricatedImage;
  beforeAll(async () => {
    [counted, image, other] = [
      await countedRegistry(REGISTRY),
      await freshImage('amd64'),
      await freshImage('arm64'),
    ];
    for (const { layers, config, manifest } of [image, other]) {
      await pushImage(`http://${REGISTRY}/v2/${SOURCE}`, fresh(), [config, ...layers], manifest);
    }
  });
  afterAll(async () => {
    await counted.close();
    for (const [, host] of STORES.filter(([, engine]) => engine !== undefined)) {
      for (const tag of tags) await docker(host, 'rmi', '-f', `${REGISTRY}/${REPOSITORY}:${tag}`);
    }
  });

  const nameOf = (tag: string, at = REGISTRY) => `${at}/${REPOSITORY}:${tag}`;

  /** Opens a target whose requests are counted, and closes it. */
  async function writeTo(
    tag: string,
    body: (target: ImageTarget) => Promise<unknown>,
  ): Promise<readonly string[]> {
    const name = nameOf(tag, counted.host);
    const target = await openRegistryTarget(parseDockerName(name), `docker://${name}`, openOptions());
    counted.answers.length = 0;
    try {
      await body(target);
    } finally {
      await target.close();
    }
    return [...counted.answers];
  }

  /** The first layer as one that nobody knows yet, the second as known, the third as in another repository. */
  async function writeBlobs(target: ImageTarget, { layers, config }: FabricatedImage): Promise<void> {
    const from = parseDockerName(`${counted.host}/${SOURCE}`);
    for (const [index, { bytes, digest }] of [...layers, config].entries()) {
      const options = { isKnown: index > 0, ...(index === 2 && { from }) };
      expect(await target.write(outgoing(bytes, options))).toEqual({ digest, size: bytes.length });
    }
  }

  it('is written, and its blobs no second time', async () => {
    const tag = fresh();
    tags.push(tag);
    const answers = await writeTo(tag, async target => {
      await writeBlobs(target, image);
      await target.commit([writtenImage(image)], null);
    });
    const sent = ['POST uploads 202', 'PATCH uploads 202', 'PUT uploads 201'];
    const mounted = ['HEAD blobs 404', 'POST uploads 201'];
    expect(answers).toEqual([
      ...sent,
      'HEAD blobs 404',
      ...sent,
      ...mounted,
      'HEAD blobs 404',
      ...sent,
      'PUT manifests 201',
    ]);
    const again = await writeTo(tag, async target => {
      for (const { bytes } of image.layers) await target.write(outgoing(bytes, { isKnown: true }));
    });
    expect(again).toEqual(new Array(3).fill('HEAD blobs 200'));
    const diffIds = image.layers.map(({ diffId }) => diffId);
    expect(await diffIdsOf(`docker://${nameOf(tag)}`, 'linux/amd64')).toEqual(diffIds);
  });

  it('may be of several platforms', async () => {
    const tag = fresh();
    tags.push(tag);
    const manifests = [image, other].map(({ manifest, platform }) => descriptorOf(manifest, { platform }));
    const { bytes, digest } = blobOf({ schemaVersion: 2, mediaType: INDEX, manifests }, INDEX);
    await writeTo(tag, async target => {
      for (const each of [image, other]) await writeBlobs(target, each);
      const index = { bytes, digest, size: bytes.length, mediaType: INDEX };
      await target.commit([image, other].map(writtenImage), index);
    });
    for (const { platform, layers } of [image, other]) {
      const diffIds = await diffIdsOf(`docker://${nameOf(tag)}`, `linux/${platform.architecture}`);
      expect(diffIds).toEqual(layers.map(({ diffId }) => diffId));
    }
  });

  describe.each(STORES)('and pulled by an engine with %s', (_store, host) => {
    it.skipIf(host === undefined)('is what was written', async () => {
      expect(tags).toHaveLength(2);
      for (const tag of tags) {
        await docker(host, 'pull', '-q', '--platform', 'linux/amd64', nameOf(tag));
        const read = await diffIdsOf(`docker-daemon:${nameOf(tag)}`, 'linux/amd64', dockerEnv(host));
        expect(read).toEqual(image.layers.map(({ diffId }) => diffId));
      }
    });
  });

  it('and broken off in the middle leaves no upload and no tag', async () => {
    const tag = fresh();
    const answers = await writeTo(tag, async target => {
      let closed: Promise<void> | undefined;
      async function* endless(): AsyncIterable<Uint8Array> {
        for (let count = 0; ; count += 1) {
          if (count === 200) closed = target.close();
          yield randomBytes(65_536);
        }
      }
      const open = () => streamOf(endless());
      const written = target.write({ name: 'layer 1', known: null, from: null, open });
      await expect(written).rejects.toMatchObject({ code: 'cancelled' });
      await closed;
    });
    expect(answers).toEqual(['POST uploads 202', 'PATCH uploads 202', 'DELETE uploads 204']);
    await expect(openImage(`docker://${nameOf(tag)}`, openOptions())).rejects.toMatchObject({
      code: 'image-not-found',
    });
  });

  it('without a blob is refused, and has no tag', async () => {
    const tag = fresh();
    const missing = await freshImage('amd64');
    await writeTo(tag, async target => {
      await expect(target.commit([writtenImage(missing)], null)).rejects.toMatchObject({
        code: 'push-failed',
        message: expect.stringMatching(/has lost a part of .*blob unknown/),
      });
    });
    await expect(openImage(`docker://${nameOf(tag)}`, openOptions())).rejects.toMatchObject({
      code: 'image-not-found',
    });
  });
});
