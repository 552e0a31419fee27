import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/base/digest.ts';
import { parsePlatform } from '../../src/base/platform.ts';
import type { Image } from '../../src/image/image.ts';
import { openImage } from '../../src/image/open-image.ts';
import { containerdArchive } from '../support/conformance/fake-engine.ts';
import { bytesOfStream, openOptions, withDirectory } from '../support/conformance/medium.ts';
import { dockerArchive, kanikoArchive, legacyDockerArchive } from '../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { fabricateTar } from '../support/fabricate/layer.ts';
import { file, symlink } from '../support/fabricate/node.ts';
import { archiveOf, blobPath, ociLayout, writeFiles } from '../support/fabricate/oci-layout.ts';

const image = (tag: string, seed: number, architecture = 'amd64') =>
  fabricateImage({
    tags: [tag],
    platform: { os: 'linux', architecture },
    steps: [
      { createdBy: 'COPY a', layer: { a: file(5000, { seed }) } },
      { createdBy: 'COPY b', layer: { b: file(40_000, { seed }) } },
    ],
  });

const failure = (code: string, message: string | RegExp) =>
  expect.objectContaining({
    code,
    message: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
  });

/** Opens the bytes as a file called image.tar. */
async function opening(
  bytes: Buffer,
  reference: string,
  body: (image: Promise<Image>) => Promise<void>,
  platform?: string,
) {
  await withDirectory(async directory => {
    await writeFile(join(directory, 'image.tar'), bytes);
    const [transport, ref = ''] = reference.split('|');
    const options = platform === undefined ? {} : { platform: parsePlatform(platform) };
    const opened = openImage(`${transport}:${join(directory, 'image.tar')}${ref}`, openOptions(options));
    try {
      await body(opened);
    } finally {
      await opened.then(
        each => each.close(),
        () => undefined,
      );
    }
  });
}

describe('an archive with several images', () => {
  const both = () => Promise.all([image('app:1', 1), image('registry.example/other:2', 2)]);

  it.each([
    ['docker-archive|:app:1', 0],
    ['docker-archive|:docker.io/library/app:1', 0],
    ['docker-archive|:registry.example/other:2', 1],
    ['docker-archive|:@1', 1],
    ['oci-archive|:registry.example/other:2', 1],
  ])('opens %s', async (reference, index) => {
    const images = await both();
    await opening(await containerdArchive(images), reference, async opened => {
      expect((await opened).imageId).toBe(images[index]?.config.digest);
    });
  });

  it('opens a manifest by its digest, and an image by its ID', async () => {
    const images = await both();
    const archive = await containerdArchive(images);
    await opening(archive, `oci-archive|:${images[1]?.manifest.digest}`, async opened => {
      expect((await opened).imageId).toBe(images[1]?.config.digest);
    });
    await opening(archive, `docker-archive|:${images[1]?.config.digest}`, async opened => {
      expect((await opened).imageId).toBe(images[1]?.config.digest);
    });
  });

  it.each(['docker-archive', 'oci-archive'])(
    '%s lists them when none is named, or one that is not there',
    async transport => {
      const archive = await containerdArchive(await both());
      await opening(archive, transport, async opened => {
        await expect(opened).rejects.toThrowError(
          failure('reference-invalid', /app:1.*registry.example\/other:2/),
        );
      });
      await opening(archive, `${transport}|:nope:3`, async opened => {
        await expect(opened).rejects.toThrowError(
          failure('image-not-found', /nope:3; it has .*app:1.*other:2/),
        );
      });
    },
  );
});

describe('platforms', () => {
  const both = () => Promise.all([image('app:1', 1, 'amd64'), image('app:1', 2, 'arm64')]);

  it.each([
    ['docker-archive', undefined, 0],
    ['docker-archive', 'linux/arm64', 1],
    ['oci-archive', undefined, 0],
    ['oci-archive', 'linux/arm64/v8', 1],
  ])('are chosen in %s: %s', async (transport, platform, index) => {
    const images = await both();
    const open = async (opened: Promise<Image>) =>
      expect((await opened).imageId).toBe(images[index]?.config.digest);
    await opening(await containerdArchive(images), transport, open, platform);
  });

  it('of nested indexes are found, attestations are not, and those that are missing are listed', async () => {
    const images = await both();
    const files = ociLayout(images, { multiPlatform: { tag: 'app:1' }, attestations: true });
    const archive = await archiveOf(files);
    await opening(archive, 'oci-archive|:app:1', async opened =>
      expect((await opened).imageId).toBe(images[0]?.config.digest),
    );
    const expectUnknown = async (opened: Promise<Image>) => {
      await expect(opened).rejects.toThrowError(
        failure('platform-unknown', /has no linux\/386; it has linux\/amd64, linux\/arm64\.$/),
      );
    };
    await opening(archive, 'oci-archive', expectUnknown, 'linux/386');
  });

  it('that an index lists and the layout does not hold are passed over', async () => {
    const images = await both();
    const files = new Map(ociLayout(images, { multiPlatform: {} }));
    if (images[0]) files.delete(blobPath(images[0].manifest));
    await opening(await archiveOf(files), 'oci-archive', async opened =>
      expect((await opened).imageId).toBe(images[1]?.config.digest),
    );
  });

  it('of a single image are compared as well', async () => {
    await opening(
      await dockerArchive([await image('app:1', 1)]),
      'docker-archive',
      async opened => {
        await expect(opened).rejects.toThrowError(failure('platform-unknown', 'it has linux/amd64'));
      },
      'linux/arm64',
    );
  });
});

describe('what is no image', () => {
  it.each([
    [
      'an OCI archive as docker-archive',
      async () => archiveOf(ociLayout([await image('a:1', 1)])),
      'docker-archive',
      'not-an-image',
      /no manifest.json; there is .*oci-layout/,
    ],
    [
      'an old docker archive as oci-archive',
      async () => legacyDockerArchive([await image('a:1', 1)]),
      'oci-archive',
      'not-an-image',
      /not an OCI layout.*there is/,
    ],
    [
      'a filesystem',
      () => fabricateTar({ 'etc/passwd': file('root') }),
      'docker-archive',
      'not-an-image',
      'there is etc/passwd',
    ],
    ['an empty file', async () => Buffer.alloc(0), 'docker-archive', 'not-an-image', 'neither a tar'],
    ['text', async () => Buffer.from('hello '.repeat(200)), 'oci-archive', 'not-an-image', 'neither a tar'],
    [
      'an empty list of images',
      () => fabricateTar({ 'manifest.json': file('[]') }),
      'docker-archive',
      'not-an-image',
      'lists no image',
    ],
    [
      'a broken manifest.json',
      () => fabricateTar({ 'manifest.json': file('[{}]') }),
      'docker-archive',
      'input-corrupt',
      '0.Config',
    ],
    [
      'a config that is a circle of links',
      () => fabricateTar({ 'manifest.json': file('[{"Config":"x"}]'), x: symlink('y'), y: symlink('x') }),
      'docker-archive',
      'blob-missing',
      'config x',
    ],
    [
      'a config outside of the archive',
      () => fabricateTar({ 'manifest.json': file('[{"Config":"../../../etc/hostname"}]') }),
      'docker-archive',
      'blob-missing',
      'not there',
    ],
    ['an index of empty indexes', emptyIndexes, 'oci-archive', 'platform-unknown', 'no platform at all'],
    [
      'half an archive',
      async () => (await dockerArchive([await image('a:1', 1)])).subarray(0, 9000),
      'docker-archive',
      'input-truncated',
      /./,
    ],
    [
      'half a compressed archive',
      async () => gzipSync(await dockerArchive([await image('a:1', 1)])).subarray(0, 9000),
      'docker-archive',
      'input-truncated',
      /./,
    ],
  ] as const)('%s', async (_what, make, transport, code, message) => {
    await opening(await make(), transport, async opened => {
      await expect(opened).rejects.toThrowError(failure(code, message));
    });
  });

  it('a path that is not there, or no directory', async () => {
    const open = (reference: string) => openImage(reference, openOptions());
    await expect(open('docker-archive:/nonexistent.tar:x')).rejects.toThrowError(
      failure('input-missing', '/nonexistent.tar'),
    );
    await expect(open('oci:/nonexistent')).rejects.toThrowError(
      failure('input-missing', 'no directory /nonexistent'),
    );
    await expect(open('oci:/etc/passwd')).rejects.toThrowError(failure('not-an-image', 'is a file'));
  });
});

/** Its index lists an index twice, which lists nothing. */
async function emptyIndexes(): Promise<Buffer> {
  const descriptor = { mediaType: 'application/vnd.oci.image.index.v1+json', size: 2 };
  const inner = JSON.stringify({ schemaVersion: 2, manifests: [] });
  const digest = sha256(inner);
  const index = {
    schemaVersion: 2,
    manifests: [
      { ...descriptor, digest },
      { ...descriptor, digest },
    ],
  };
  return fabricateTar({
    'oci-layout': file('{}'),
    'index.json': file(JSON.stringify(index)),
    [`blobs/${digest.replace(':', '/')}`]: file(inner),
  });
}

describe('damaged images', () => {
  it('name the layer whose blob is missing, and scan the others', async () => {
    const made = await image('app:1', 1);
    const files = new Map(ociLayout([made]));
    const [layer] = made.layers;
    if (layer) files.delete(blobPath(layer));
    await opening(await archiveOf(files), 'oci-archive', async opening => {
      const opened = await opening;
      await expect(opened.scan({})).rejects.toThrowError(
        failure('blob-missing', /^Layer 0 \(blobs\/sha256\/[0-9a-f]{64} of .*image.tar\)/),
      );
      expect((await opened.scan({ layers: new Set([1]) }))[1]?.fileCount).toBe(1);
      await expect(bytesOfStream(opened.layers[0]?.open() ?? emptyStream())).rejects.toThrowError(
        failure('blob-missing', 'Layer 0'),
      );
    });
  });

  it.each(['gzip', 'none', 'zstd'] as const)('notice a changed byte in a %s layer', async compression => {
    const made = await fabricateImage({
      tags: ['a:1'],
      compression,
      steps: [{ createdBy: 'x', layer: { a: file(5000) } }],
    });
    const files = new Map(ociLayout([made]));
    const [layer] = made.layers;
    if (!layer) throw new TypeError('it has a layer');
    const bytes = Buffer.from(layer.bytes);
    const at = compression === 'none' ? 1024 : bytes.length - 6;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    files.set(blobPath(layer), bytes);
    await opening(await archiveOf(files), 'oci-archive', async opened => {
      const scan = (await opened).scan({});
      await expect(scan).rejects.toThrowError(
        expect.objectContaining({ code: expect.stringMatching(/digest-mismatch|input-corrupt/) }),
      );
      await expect(scan).rejects.toThrowError(/Layer 0/);
    });
  });

  it.each([
    ['by position', (archive: Buffer) => archive],
    ['that streams by', (archive: Buffer) => gzipSync(archive)],
  ])('notice another compression of the same tar, %s', async (_how, pack) => {
    const made = await image('a:1', 1);
    const [layer] = made.layers;
    if (!layer) throw new TypeError('it has a layer');
    // The time in the header of a gzip: as many bytes, the same content, another digest.
    const bytes = Buffer.from(layer.bytes);
    bytes.writeUInt32LE(bytes.readUInt32LE(4) ^ 1, 4);
    const files = new Map(ociLayout([made])).set(blobPath(layer), bytes);
    await opening(pack(await archiveOf(files)), 'oci-archive', async opened => {
      await expect((await opened).scan({})).rejects.toThrowError(
        failure('digest-mismatch', /^Layer 0 .*sha256/),
      );
    });
  });

  it('notice a changed byte of an uncompressed layer that streams by', async () => {
    const made = await image('a:1', 1);
    const archive = await dockerArchive([made]);
    const at = archive.indexOf(made.layers[1]?.tar.subarray(512, 600) ?? '');
    archive[at] = (archive[at] ?? 0) ^ 1;
    await opening(gzipSync(archive), 'docker-archive', async opened => {
      await expect((await opened).scan({})).rejects.toThrowError(failure('digest-mismatch', /^Layer 1 /));
    });
  });

  it('notice a blob with too few or too many bytes', async () => {
    const made = await image('a:1', 1);
    const [layer] = made.layers;
    if (!layer) throw new TypeError('it has a layer');
    for (const [bytes, code] of [
      [layer.bytes.subarray(0, -100), 'input-truncated'],
      [Buffer.concat([layer.bytes, Buffer.alloc(9)]), 'digest-mismatch'],
    ] as const) {
      const files = new Map(ociLayout([made])).set(blobPath(layer), bytes);
      await opening(await archiveOf(files), 'oci-archive', async opened => {
        await expect((await opened).scan({})).rejects.toThrowError(failure(code, 'the manifest says'));
      });
    }
  });

  it('notice a changed config and a changed manifest', async () => {
    const made = await image('a:1', 1);
    for (const blob of [made.config, made.manifest]) {
      const changed = Buffer.from(blob.bytes.toString('utf8').replace('"', ' "'));
      const files = new Map(ociLayout([made])).set(blobPath(blob), changed);
      await opening(await archiveOf(files), 'oci-archive', async opened => {
        await expect(opened).rejects.toThrowError(failure('digest-mismatch', blobPath(blob)));
      });
    }
  });

  it('notice, when asked to verify, what reading headers does not see', async () => {
    const made = await image('a:1', 1);
    const archive = await dockerArchive([made]);
    const content = made.layers[1]?.tar.subarray(512, 600) ?? Buffer.alloc(0);
    const at = archive.indexOf(content);
    archive[at] = (archive[at] ?? 0) ^ 1;
    await opening(archive, 'docker-archive', async opening => {
      const opened = await opening;
      expect((await opened.scan({})).map(scan => scan?.verified)).toEqual([false, false]);
      await expect(opened.scan({ verify: true })).rejects.toThrowError(failure('digest-mismatch', 'Layer 1'));
    });
  });

  it('notice that a kaniko layer is not what its config says', async () => {
    const made = await image('a:1', 1);
    const other = await image('a:1', 2);
    const [first, ...rest] = made.layers;
    const [wrong] = other.layers;
    if (!first || !wrong) throw new TypeError('they have layers');
    const swapped = { ...made, layers: [{ ...first, bytes: wrong.bytes }, ...rest] };
    await opening(await kanikoArchive([swapped]), 'docker-archive', async opened => {
      await expect((await opened).scan({})).rejects.toThrowError(failure('digest-mismatch', 'Layer 0'));
    });
  });

  it('say that manifest and config have different layers', async () => {
    const made = await image('a:1', 1);
    await opening(
      await legacyDockerArchive([{ ...made, layers: made.layers.slice(1) }]),
      'docker-archive',
      async opened => {
        await expect(opened).rejects.toThrowError(
          failure('input-corrupt', 'lists 1 layers, and its config 2'),
        );
      },
    );
  });

  it('say when history does not fit the layers', async () => {
    const config = {
      rootfs: { diff_ids: [] },
      os: 'linux',
      architecture: 'amd64',
      history: [{ created_by: 'x' }],
    };
    const archive = await fabricateTar({
      c: file(JSON.stringify(config)),
      'manifest.json': file('[{"Config":"c","Layers":[]}]'),
    });
    await opening(archive, 'docker-archive', async opened => {
      expect((await opened).notices.map(notice => notice.code)).toEqual(['history-mismatch']);
    });
  });
});

async function* emptyStream() {}

describe('directories', () => {
  it('read a digest of the index, and refuse a layout without its marker', async () => {
    const made = await image('app:1', 1);
    await withDirectory(async directory => {
      const files = new Map(ociLayout([made]));
      files.delete('oci-layout');
      await writeFiles(directory, files);
      await expect(openImage(`oci:${directory}`, openOptions())).rejects.toThrowError(
        failure('not-an-image', 'blobs, index.json'),
      );
      await writeFile(join(directory, 'oci-layout'), '{}');
      const opened = await openImage(`oci:${directory}:${made.manifest.digest}`, openOptions());
      expect(opened.imageId).toBe(made.config.digest);
    });
  });
});
