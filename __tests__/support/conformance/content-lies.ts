import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { descriptorOf, type FabricatedBlob, fabricateImage } from '../fabricate/image.ts';
import { dir, file, hardlink, opaque, whiteout } from '../fabricate/node.ts';
import { flip, type Lie, replace } from './graph-lies.ts';
import type { KeptEngine } from './kept-engine.ts';

const STORE = 'containerd/daemon/io.containerd.content.v1.content';

/** What the lies are told of. */
export const LIED_ABOUT_BLOBS = await fabricateImage({
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

const bomb = gzipSync(Buffer.alloc(200_000_000), { level: 9 });

export const [plain, packed] = [
  LIED_ABOUT_BLOBS.layers[0] ?? LIED_ABOUT_BLOBS.config,
  LIED_ABOUT_BLOBS.layers[1] ?? LIED_ABOUT_BLOBS.config,
];
export const outside = (engine: KeptEngine) => join(engine.root, '../outside');

export function linkAway(engine: KeptEngine, path: string): void {
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

/** What may be wrong with each blob, by what it is. */
const ABOUT_BLOBS: readonly Lie[] = [
  ['the manifest', LIED_ABOUT_BLOBS.manifest] as const,
  ['the config', LIED_ABOUT_BLOBS.config] as const,
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

export const CONTENT_LIES: readonly Lie[] = [
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
      writeFileSync(engine.blob(LIED_ABOUT_BLOBS.manifest), JSON.stringify({ schemaVersion: 2, manifests }));
    },
  ],
  [
    'the manifest names layers of another image',
    engine => {
      for (const blob of other.layers) writeFileSync(engine.blob(blob), blob.bytes);
      const { layers: _layers, ...rest } = JSON.parse(LIED_ABOUT_BLOBS.manifest.bytes.toString('utf8'));
      const layers = LIED_ABOUT_BLOBS.layers.map(() => descriptorOf(other.layers[0] ?? plain));
      writeFileSync(engine.blob(LIED_ABOUT_BLOBS.manifest), JSON.stringify({ ...rest, layers }));
    },
  ],
  [
    'the config has diffIDs of another image',
    engine =>
      writeFileSync(
        engine.blob(LIED_ABOUT_BLOBS.config),
        likeness(LIED_ABOUT_BLOBS.config, other.config.bytes),
      ),
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
