import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Progress } from '../../../src/base/effects.ts';
import { containerdArchive } from '../../support/conformance/fake-engine.ts';
import { KeptEngine } from '../../support/conformance/kept-engine.ts';
import {
  blobOf,
  descriptorOf,
  type FabricatedBlob,
  type FabricatedImage,
  fabricateImage,
} from '../../support/fabricate/image.ts';
import { dir, file, hardlink, opaque, whiteout } from '../../support/fabricate/node.ts';

const STORE = 'containerd/daemon/io.containerd.content.v1.content';

const image = await fabricateImage({
  tags: ['app:1'],
  steps: [
    {
      createdBy: 'ADD rootfs /',
      compression: 'none',
      layer: { etc: dir(), 'etc/a': file(700, { seed: 1 }), 'usr/big': file(1_500_000, { seed: 2 }) },
    },
    { createdBy: 'COPY', layer: { 'etc/a': whiteout(), srv: opaque(), b: file(900_000), c: hardlink('b') } },
    { createdBy: 'COPY', compression: 'zstd', layer: { 'etc/d': file(100_000, { seed: 4 }) } },
  ],
});
const other = await fabricateImage({
  tags: ['other:1'],
  steps: [{ createdBy: 'COPY', compression: 'none', layer: { 'etc/secret': file(1000, { seed: 9 }) } }],
});

const archive = await containerdArchive([image]);
const bomb = gzipSync(Buffer.alloc(200_000_000), { level: 9 });

type Lie = readonly [name: string, tell: (engine: KeptEngine) => unknown];

const [plain, packed] = [image.layers[0] ?? image.config, image.layers[1] ?? image.config];
const outside = (engine: KeptEngine) => join(engine.root, '../outside');

function replace(path: string, make: () => void): void {
  rmSync(path, { recursive: true });
  make();
}

function linkAway(engine: KeptEngine, path: string): void {
  renameSync(path, outside(engine));
  symlinkSync(outside(engine), path);
}

/** As many bytes as the blob has, and others. */
function likeness(blob: FabricatedBlob, bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(Math.max(blob.bytes.length - bytes.length, 0))]).subarray(
    0,
    blob.bytes.length,
  );
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

/** What may be wrong with each blob, by what it is. */
const ABOUT_BLOBS: readonly Lie[] = [
  ['the manifest', image.manifest] as const,
  ['the config', image.config] as const,
  ['a layer', plain] as const,
  ['a packed layer', packed] as const,
].flatMap(([what, blob]): readonly Lie[] => [
  [`${what} has another byte`, engine => flip(engine.blob(blob), blob.bytes.length >> 1)],
  [`${what} has another first byte`, engine => flip(engine.blob(blob), 0)],
  [
    `${what} is another blob of its size`,
    engine => writeFileSync(engine.blob(blob), likeness(blob, (blob === plain ? packed : plain).bytes)),
  ],
  [`${what} is that of another image`, engine => writeFileSync(engine.blob(blob), other.manifest.bytes)],
  [`${what} is truncated`, engine => truncateSync(engine.blob(blob), blob.bytes.length - 1)],
  [`${what} is empty`, engine => truncateSync(engine.blob(blob))],
  [`${what} has grown`, engine => appendFileSync(engine.blob(blob), ' ')],
  [`${what} has grown too large`, engine => truncateSync(engine.blob(blob), 200_000_000)],
  [`${what} is gone`, engine => rmSync(engine.blob(blob))],
  [`${what} is a link to outside`, engine => linkAway(engine, engine.blob(blob))],
  [
    `${what} is a link to a copy beside it`,
    engine => {
      renameSync(engine.blob(blob), `${engine.blob(blob)}.old`);
      symlinkSync(`${engine.blob(blob)}.old`, engine.blob(blob));
    },
  ],
  [
    `${what} is a pipe`,
    engine => replace(engine.blob(blob), () => execFileSync('mkfifo', [engine.blob(blob)])),
  ],
  [`${what} is a folder`, engine => replace(engine.blob(blob), () => mkdirSync(engine.blob(blob)))],
  [
    `${what} is a link to a device`,
    engine => replace(engine.blob(blob), () => symlinkSync('/dev/zero', engine.blob(blob))),
  ],
]);

const LIES: readonly Lie[] = [
  ...ABOUT_BLOBS,
  ...['containerd', 'containerd/daemon', STORE, `${STORE}/blobs`, `${STORE}/blobs/sha256`].flatMap(
    (path): readonly Lie[] => [
      [`${path} is a link to outside`, engine => linkAway(engine, join(engine.root, path))],
      [
        `${path} is a link within its folder`,
        engine => {
          renameSync(join(engine.root, path), join(engine.root, `${path}.old`));
          symlinkSync(join(engine.root, `${path}.old`), join(engine.root, path));
        },
      ],
      [
        `${path} is a file`,
        engine => replace(join(engine.root, path), () => writeFileSync(join(engine.root, path), '')),
      ],
    ],
  ),
  [
    'the manifest is an index of another image',
    engine => {
      for (const blob of [other.manifest, other.config, ...other.layers])
        writeFileSync(engine.blob(blob), blob.bytes);
      const manifests = [descriptorOf(other.manifest, { platform: other.platform })];
      writeFileSync(engine.blob(image.manifest), JSON.stringify({ schemaVersion: 2, manifests }));
    },
  ],
  [
    'the manifest names layers of another image',
    engine => {
      for (const blob of other.layers) writeFileSync(engine.blob(blob), blob.bytes);
      const { layers: _layers, ...rest } = JSON.parse(image.manifest.bytes.toString('utf8'));
      const layers = image.layers.map(() => descriptorOf(other.layers[0] ?? plain));
      writeFileSync(engine.blob(image.manifest), JSON.stringify({ ...rest, layers }));
    },
  ],
  [
    'the config has diffIDs of another image',
    engine => writeFileSync(engine.blob(image.config), likeness(image.config, other.config.bytes)),
  ],
  [
    'two layers have changed places',
    engine => {
      renameSync(engine.blob(plain), outside(engine));
      renameSync(engine.blob(packed), engine.blob(plain));
      renameSync(outside(engine), engine.blob(packed));
    },
  ],
  [
    'a layer unpacks to far more than it has bytes',
    engine => writeFileSync(engine.blob(packed), likeness(packed, bomb)),
  ],
  ['there is nothing', engine => rmSync(engine.root, { recursive: true })],
  ['the root is a file', engine => replace(engine.root, () => writeFileSync(engine.root, ''))],
];

async function withEngine(
  api: number,
  body: (engine: KeptEngine) => Promise<void>,
  more: Parameters<typeof KeptEngine.start>[2] = {},
): Promise<void> {
  const engine = await KeptEngine.start(image, 'containerd', { api, archive, ...more });
  try {
    await body(engine);
  } finally {
    await engine.close();
  }
}

/** Calls back once so many bytes of layers were read. */
function afterBytes(bytes: number, then: () => void): Progress {
  let left = bytes;
  return {
    show: (_work, body) =>
      body(count => {
        left -= count;
        if (left > 0) return;
        left = Number.POSITIVE_INFINITY;
        then();
      }),
  };
}

/** Without and with descriptors in what the engine says of an image. */
describe.each([45, 51])('of an engine of API 1.%i, gives the figures of the API where', api => {
  it.each(LIES)('%s', async (_name, tell) => {
    await withEngine(api, async engine => {
      const told = await engine.weigh({}, { engineStore: 'api' });
      const asked = engine.sent;
      expect(told).toEqual(expect.any(Array));
      tell(engine);
      expect(await engine.weigh()).toEqual(told);
      expect(engine.sent).toBeGreaterThan(asked);
    });
  });

  it.each(LIES.filter(([name]) => !/manifest|config/.test(name)))(
    'it comes to be that %s once the image is open',
    async (_name, tell) => {
      await withEngine(api, async engine => {
        const told = await engine.weigh({}, { engineStore: 'api' });
        const asked = engine.sent;
        const opened = await engine.open();
        tell(engine);
        const scans = await opened.scan({});
        await opened.close();
        expect(scans.map(scan => [scan?.diffId, scan?.size, scan?.entries.length])).toEqual(
          typeof told === 'string'
            ? told
            : told.map(layer => [layer?.diffId, layer?.size, layer?.entries.length]),
        );
        expect(engine.sent).toBeGreaterThan(asked);
      });
    },
  );

  it.each<Lie>([
    ['changes', engine => flip(engine.blob(plain), plain.bytes.length - 1200)],
    ['is cut', engine => truncateSync(engine.blob(plain), 600_000)],
    ['grows', engine => appendFileSync(engine.blob(plain), 'x')],
    ['goes', engine => rmSync(engine.blob(plain))],
    [
      'is replaced',
      engine => {
        copyFileSync(engine.blob(packed), outside(engine));
        renameSync(outside(engine), engine.blob(plain));
      },
    ],
    ['and all others go', engine => rmSync(engine.root, { recursive: true })],
  ])('a blob %s while it is read', async (_name, tell) => {
    await withEngine(api, async engine => {
      const told = await engine.weigh({}, { engineStore: 'api' });
      let isTold = false;
      const progress = afterBytes(300_000, () => {
        isTold = true;
        tell(engine);
      });
      expect(await engine.weigh({ progress })).toEqual(told);
      expect(isTold).toBe(true);
    });
  });

  it.each(['data', './data', '', '.', '/', '/proc/self/cwd', '/nonexistent'])(
    'the engine says that it keeps its images in %j',
    async says => {
      await withEngine(
        api,
        async engine => {
          const told = await engine.weigh({}, { engineStore: 'api' });
          const asked = engine.sent;
          expect(await engine.weigh()).toEqual(told);
          expect(engine.sent).toBeGreaterThan(asked);
        },
        { says: () => says },
      );
    },
  );

  it('another platform is wanted', async () => {
    await withEngine(api, async engine => {
      const platform = { os: 'linux', architecture: 'arm64' };
      expect(await engine.weigh({}, { engineStore: 'api', platform })).toBe('platform-unknown');
      expect(await engine.weigh({}, { platform })).toBe('platform-unknown');
    });
  });
});

describe.each([45, 51])('of an engine of API 1.%i, is read where it lies where', api => {
  it.each<Lie>([
    ['nothing is wrong', () => undefined],
    ['the root is a link', engine => linkAway(engine, engine.root)],
    [
      'it is a copy of another engine’s',
      engine => {
        cpSync(engine.root, outside(engine), { recursive: true });
        replace(engine.root, () => renameSync(outside(engine), engine.root));
      },
    ],
    ['more is there', engine => writeFileSync(join(dirname(engine.blob(plain)), '0'.repeat(64)), 'x')],
  ])('%s', async (_name, tell) => {
    await withEngine(api, async engine => {
      const told = await engine.weigh({}, { engineStore: 'api' });
      const asked = engine.sent;
      tell(engine);
      expect(await engine.weigh()).toEqual(told);
      expect(engine.sent).toBe(asked);
    });
  });
});

/** An image for two platforms, of which the first is this machine's. */
async function twoPlatforms(): Promise<{
  readonly images: readonly FabricatedImage[];
  readonly index: FabricatedBlob;
}> {
  const layer = (seed: number) => ({ 'etc/a': file(700, { seed }) });
  const images = await Promise.all(
    ['amd64', 'arm64'].map((architecture, seed) =>
      fabricateImage({
        tags: ['app:1'],
        platform: { os: 'linux', architecture },
        steps: [{ createdBy: 'COPY', layer: layer(seed) }],
      }),
    ),
  );
  const manifests = images.map(each => descriptorOf(each.manifest, { platform: each.platform }));
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  return { images, index: blobOf({ schemaVersion: 2, mediaType, manifests }, mediaType) };
}

it('is not taken for another platform’s, where that of this machine has gone', async () => {
  const { images, index } = await twoPlatforms();
  const [own = image] = images;
  const archive = await containerdArchive([own]);
  const engine = await KeptEngine.start(own, 'containerd', { api: 45, archive, index: index.digest });
  const blobs = images.flatMap(each => [each.manifest, each.config, ...each.layers]);
  for (const blob of [index, ...blobs]) writeFileSync(engine.blob(blob), blob.bytes);
  const told = await engine.weigh({}, { engineStore: 'api' });
  const asked = engine.sent;
  expect(await engine.weigh()).toEqual(told);
  expect(engine.sent).toBe(asked);
  rmSync(engine.blob(own.manifest));
  expect(await engine.weigh()).toEqual(told);
  await engine.close();
});

it('has a foreign layer, which is not there, from nobody', async () => {
  const foreign = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
  const layers = image.layers.map(layer => (layer === packed ? { ...layer, mediaType: foreign } : layer));
  const content = JSON.parse(image.manifest.bytes.toString('utf8'));
  const manifest = blobOf(
    { ...content, layers: layers.map(layer => descriptorOf(layer)) },
    content.mediaType,
  );
  const made = { ...image, layers, manifest };
  const archive = await containerdArchive([
    { ...made, layers: layers.filter(layer => layer.mediaType !== foreign) },
  ]);
  const engine = await KeptEngine.start(made, 'containerd', { archive });
  const told = await engine.weigh({}, { engineStore: 'api' });
  rmSync(engine.blob(packed));
  expect([told, await engine.weigh()]).toEqual(['blob-missing', 'blob-missing']);
  await engine.close();
});
