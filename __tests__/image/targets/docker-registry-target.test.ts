import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openImage } from '../../../src/image/open-image.ts';
import { openRegistryTarget } from '../../../src/image/targets/docker-registry-target.ts';
import type { ImageTarget, OutgoingDocument } from '../../../src/image/targets/image-target.ts';
import { parseDockerName } from '../../../src/oci/docker-name.ts';
import { openOptions } from '../../support/conformance/medium.ts';
import { blobOf, descriptorOf, type FabricatedImage } from '../../support/fabricate/image.ts';
import { folderOf } from '../../support/folder.ts';
import { outgoing, writtenImage } from '../../support/registry/outgoing.ts';
import type { StrictRegistry, StrictRegistryOptions } from '../../support/registry/strict-registry.ts';
import { imageOf, USER, withRegistry } from '../../support/registry/with-registry.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';

let image: FabricatedImage;
let other: FabricatedImage;
beforeAll(async () => {
  [image, other] = await Promise.all([imageOf([1, 2]), imageOf([3])]);
});

const failure = (code: string, message: RegExp, remedy = /./) =>
  expect.objectContaining({
    code,
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(remedy),
  });

function openTarget(text: string, env: Readonly<Record<string, string>> = {}): Promise<ImageTarget> {
  return openRegistryTarget(parseDockerName(text), `docker://${text}`, openOptions({ env }));
}

async function withTarget(
  name: string,
  options: StrictRegistryOptions,
  body: (target: ImageTarget, registry: StrictRegistry) => Promise<unknown>,
  images: readonly FabricatedImage[] = [],
): Promise<void> {
  await withRegistry(images, options, async registry => {
    const target = await openTarget(`${registry.host}/${name}`);
    try {
      await body(target, registry);
    } finally {
      await target.close();
      await target.close();
    }
  });
}

/** Writes all blobs: every other one as what has its digest before it has passed. */
async function writeBlobs(target: ImageTarget, { layers, config }: FabricatedImage): Promise<void> {
  for (const [index, { bytes, digest }] of [...layers, config].entries()) {
    const identity = await target.write(outgoing(bytes, { isKnown: index % 2 === 1 }));
    expect(identity).toEqual({ digest, size: bytes.length });
  }
}

function indexOf(images: readonly FabricatedImage[]): OutgoingDocument {
  const manifests = images.map(({ manifest, platform }) => descriptorOf(manifest, { platform }));
  const { bytes, digest } = blobOf({ schemaVersion: 2, mediaType: INDEX, manifests }, INDEX);
  return { bytes, digest, size: bytes.length, mediaType: INDEX };
}

const puts = ({ requests }: StrictRegistry) =>
  requests.filter(line => /^PUT .*manifests/.test(line)).map(line => line.slice(line.lastIndexOf('/') + 1));

describe('an image that is written to a registry', () => {
  it('is there under its tag when it is committed, and is read as it is', async () => {
    await withTarget('team/app:2', {}, async (target, registry) => {
      expect(target).toMatchObject({
        reference: `docker://${registry.host}/team/app:2`,
        usualCompression: 'gzip',
      });
      await writeBlobs(target, image);
      expect(registry.contents.tag('team/app:2')).toBeUndefined();
      await target.commit([writtenImage(image)], null);
      expect(puts(registry)).toEqual(['2']);
      const opened = await openImage(target.reference, openOptions());
      try {
        const scans = await opened.scan({ verify: true });
        expect(scans.map(scan => scan?.diffId)).toEqual(image.layers.map(({ diffId }) => diffId));
        expect(opened.manifestDigest).toBe(image.manifest.digest);
      } finally {
        await opened.close();
      }
    });
  });

  it('of several platforms has its index last, which alone has the tag', async () => {
    await withTarget('app:2', {}, async (target, registry) => {
      const index = indexOf([image, other]);
      for (const each of [image, other]) await writeBlobs(target, each);
      await target.commit([image, other].map(writtenImage), index);
      expect(puts(registry)).toEqual([image.manifest.digest, other.manifest.digest, '2']);
      expect(registry.contents.tag('app:2')).toBe(index.digest);
    });
  });

  it('has the tag latest where none is named', async () => {
    await withTarget('app', {}, async (target, registry) => {
      await writeBlobs(target, image);
      await target.commit([writtenImage(image)], null);
      expect(registry.contents.tag('app:latest')).toBe(image.manifest.digest);
    });
  });

  it('is not there before, nor where it is not committed', async () => {
    await withTarget('app:2', {}, async (target, registry) => {
      await writeBlobs(target, image);
      await target.close();
      expect(puts(registry)).toEqual([]);
      expect(registry.openUploads()).toBe(0);
    });
  });

  it('is not there where a part of it is refused, and what was there is', async () => {
    const refused = {
      on: /^PUT .*manifests\/1$/,
      do: (response: { writeHead(status: number): { end(): void } }) => response.writeHead(403).end(),
    };
    const was = await imageOf([9]);
    await withTarget(
      'app:1',
      { faults: [refused] },
      async (target, { contents }) => {
        for (const each of [image, other]) await writeBlobs(target, each);
        const commit = target.commit([image, other].map(writtenImage), indexOf([image, other]));
        await expect(commit).rejects.toThrowError(failure('push-failed', /does not let you write/));
        expect(contents.tag('app:1')).toBe(was.manifest.digest);
      },
      [was],
    );
  });

  it('must have its blobs', async () => {
    await withTarget('app:2', {}, async (target, { contents }) => {
      const commit = target.commit([writtenImage(image)], null);
      await expect(commit).rejects.toThrowError(failure('push-failed', /has lost a part of .*app:2/));
      expect(contents.tag('app:2')).toBeUndefined();
    });
  });

  it('is one image where it has no index', async () => {
    await withTarget('app:2', {}, async target => {
      await expect(target.commit([image, other].map(writtenImage), null)).rejects.toThrowError(TypeError);
      await expect(target.commit([], null)).rejects.toThrowError(TypeError);
    });
  });
});

describe('a blob that is elsewhere already', () => {
  const [from, nowhere] = ['team/base', 'registry.example/team/base'];

  async function writeFrom(name: (host: string) => string, target = 'app:2') {
    let requests: readonly string[] = [];
    await withTarget(target, {}, async (opened, registry) => {
      const [layer] = image.layers;
      if (!layer) throw new TypeError('it has layers');
      registry.contents.addBlob(from, layer);
      await opened.write(
        outgoing(layer.bytes, { isKnown: true, from: parseDockerName(name(registry.host)) }),
      );
      requests = registry.requests.map(line => line.replace(/sha256.*?(?=&|$)/, ''));
    });
    return requests;
  }

  it('in the same registry is taken from there', async () => {
    const requests = await writeFrom(host => `${host}/${from}:1`);
    expect(requests.at(-1)).toBe('POST /v2/app/blobs/uploads/?mount=&from=team%2Fbase');
  });

  it('in another registry, or in no other repository, is not', async () => {
    for (const requests of [await writeFrom(() => nowhere), await writeFrom(host => `${host}/app:1`)]) {
      expect(requests.filter(line => line.includes('mount'))).toEqual([]);
    }
  });
});

describe('where a registry is', () => {
  it('is what registries.conf says, without the mirrors', async () => {
    await withRegistry([], {}, async registry => {
      const text = `[[registry]]\nprefix = "example.com/team"\nlocation = "${registry.host}/moved"
        [[registry.mirror]]\nlocation = "127.0.0.1:1/mirror"\ninsecure = true`;
      const CONTAINERS_REGISTRIES_CONF = join(await folderOf({ conf: text }), 'conf');
      const target = await openTarget('example.com/team/app:2', { CONTAINERS_REGISTRIES_CONF });
      const [layer] = image.layers;
      if (!layer) throw new TypeError('it has layers');
      registry.contents.addBlob('moved/base', layer);
      const source = parseDockerName('example.com/team/base');
      await target.write(outgoing(layer.bytes, { isKnown: true, from: source }));
      expect(registry.contents.held('moved/app', layer.digest)).toBeDefined();
      expect(registry.requests.at(-1)).toMatch(/mount=.*from=moved%2Fbase/);
      await target.close();
      const blocked = join(
        await folderOf({ conf: '[[registry]]\nlocation = "example.com"\nblocked = true' }),
        'conf',
      );
      await expect(openTarget('example.com/a', { CONTAINERS_REGISTRIES_CONF: blocked })).rejects.toThrowError(
        failure('permission-denied', /is blocked/),
      );
    });
  });

  it('is asked with what docker login stored', async () => {
    await withRegistry([], { user: USER }, async registry => {
      const auth = Buffer.from(`${USER.name}:${USER.password}`).toString('base64');
      const config = JSON.stringify({ auths: { [registry.host]: { auth } } });
      const DOCKER_CONFIG = await folderOf({ 'config.json': config });
      for (const [env, isPermitted] of [
        [{ DOCKER_CONFIG }, true],
        [{}, false],
      ] as const) {
        const target = await openTarget(`${registry.host}/app:2`, env);
        const written = target.write(outgoing(Buffer.from('x')));
        if (isPermitted) await written;
        else
          await expect(written).rejects.toThrowError(
            failure('push-failed', /users who log in/, /docker login/),
          );
        await target.close();
      }
    });
  });

  it('is no digest', async () => {
    for (const tag of ['', ':1']) {
      const name = `ghcr.io/team/app${tag}@${image.manifest.digest}`;
      await expect(openTarget(name)).rejects.toThrowError(
        failure('reference-invalid', /names an image by its digest/, /tag instead/),
      );
    }
  });
});
