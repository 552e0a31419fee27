import {
  appendFileSync,
  copyFileSync,
  cpSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Progress } from '../../../src/base/effects.ts';
import {
  CONTENT_LIES,
  LIED_ABOUT_BLOBS,
  linkAway,
  outside,
  packed,
  plain,
} from '../../support/conformance/content-lies.ts';
import { containerdArchive } from '../../support/conformance/fake-engine.ts';
import { flip, type Lie, replace } from '../../support/conformance/graph-lies.ts';
import { KeptEngine } from '../../support/conformance/kept-engine.ts';
import {
  blobOf,
  descriptorOf,
  type FabricatedBlob,
  type FabricatedImage,
  fabricateImage,
} from '../../support/fabricate/image.ts';
import { file } from '../../support/fabricate/node.ts';
import { times } from '../../support/long.ts';

const image = LIED_ABOUT_BLOBS;
const archive = await containerdArchive([image]);

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
  // What differs between them is how the manifest is found.
  const some = CONTENT_LIES.filter((_lie, index) => api > 45 || index % times(5, 1) === 0);

  it.each(some)('%s', async (_name, tell) => {
    await withEngine(api, async engine => {
      const told = await engine.weigh({}, { engineStore: 'api' });
      const asked = engine.sent;
      expect(told).toEqual(expect.any(Array));
      tell(engine);
      expect(await engine.weigh()).toEqual(told);
      expect(engine.sent).toBeGreaterThan(asked);
    });
  });

  it.each(some.filter(([name]) => !/manifest|config/.test(name)))(
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
