import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { deadweight, expectRefusal } from '../support/e2e/command-line.ts';
import { dockerArchive, kanikoArchive, legacyDockerArchive } from '../support/fabricate/docker-archive.ts';
import { blobOf, descriptorOf, type FabricatedImage, fabricateImage } from '../support/fabricate/image.ts';
import { fabricateTar } from '../support/fabricate/layer.ts';
import { file } from '../support/fabricate/node.ts';
import { archiveOf, ociLayout } from '../support/fabricate/oci-layout.ts';
import { folderOf } from '../support/folder.ts';

/** Each case starts a Node of its own. */
vi.setConfig({ testTimeout: 60_000 });

const imageWith = (size: number) =>
  fabricateImage({
    tags: ['app:1'],
    steps: [
      { createdBy: 'ADD rootfs.tar /', layer: { 'bin/sh': file(4000) } },
      { createdBy: 'RUN make', layer: { 'app/out': file(size), 'app/rest': file(9500 - size) } },
    ],
  });
/** Their upper layers are of one length, and say other sizes. */
const [honest, other] = [await imageWith(9000), await imageWith(8500)];

const layersOf = ({ layers: [lower, upper] }: FabricatedImage) => {
  if (!lower || !upper) throw new TypeError('an image of two layers');
  return [lower, upper] as const;
};
const [lower, upper] = layersOf(honest);
const [, falseUpper] = layersOf(other);

/** An archive in which the bytes of another layer lie under the diffID of the upper layer. */
const lying = {
  'with tars': async () => replaceBytes(await dockerArchive([honest]), upper.tar, falseUpper.tar),
  'of an old engine': async () =>
    replaceBytes(await legacyDockerArchive([honest]), upper.tar, falseUpper.tar),
  'packed whole': async () =>
    gzipSync(replaceBytes(await dockerArchive([honest]), upper.tar, falseUpper.tar)),
  'with packed layers': () =>
    kanikoArchive([{ ...honest, layers: [lower, { ...upper, bytes: falseUpper.bytes }] }]),
  'that names a layer twice': namesTwice,
  'that names a layer twice, packed whole': async () => gzipSync(await namesTwice()),
} satisfies Record<string, () => Promise<Buffer>>;

/** The lower layer twice, it says, and the second is another. */
async function namesTwice(): Promise<Buffer> {
  const config = JSON.parse(honest.config.bytes.toString('utf8'));
  config.rootfs.diff_ids = [lower.diffId, lower.diffId];
  const tars = { 'a.tar': file(lower.tar), 'b.tar': file(upper.tar) };
  const items = [{ Config: 'config.json', RepoTags: null, Layers: Object.keys(tars) }];
  const documents = {
    'config.json': file(JSON.stringify(config)),
    'manifest.json': file(JSON.stringify(items)),
  };
  return fabricateTar({ ...documents, ...tars });
}

/** A layout whose manifest is as true as its blobs, and whose config names another layer. */
function lyingLayout(): Promise<Buffer> {
  const manifest = JSON.parse(other.manifest.bytes.toString('utf8'));
  manifest.config = descriptorOf(honest.config);
  const image = { ...honest, layers: other.layers, manifest: blobOf(manifest, honest.manifest.mediaType) };
  return archiveOf(ociLayout([image]));
}

function replaceBytes(bytes: Buffer, from: Buffer, to: Buffer): Buffer {
  const at = bytes.indexOf(from);
  if (at < 0 || from.length !== to.length) throw new TypeError('the layer lies in the archive');
  const changed = Buffer.from(bytes);
  to.copy(changed, at);
  return changed;
}

async function place() {
  const cwd = await folderOf();
  const cache = join(cwd, 'cache');
  const inspect = async (bytes: Buffer, ...options: readonly string[]) => {
    await writeFile(join(cwd, 'app.tar'), bytes);
    const args = ['inspect', 'docker-archive:app.tar', '--json', '-', ...options];
    return deadweight(args, { cwd, env: { DEADWEIGHT_CACHE_DIR: cache } });
  };
  const sizeOf = async (bytes: Buffer) => {
    const { code, stdout, stderr } = await inspect(bytes);
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout).layers.at(-1).size;
  };
  const stored = () => readdir(cache).catch(() => []);
  return { inspect, sizeOf, stored };
}

const NOT_WHAT_IT_SAYS = /Layer 1 .*(?:is not what its image says: its diffID is|its digest is) /;
const REMEDY = /^(?:Save|Download).*again.*\.$/m;

describe('an archive whose layer is not the one that it names', () => {
  it('is refused by --verify, also when the store has the layer that it names', async () => {
    const { inspect, sizeOf, stored } = await place();
    const archive = await lying['with tars']();
    expect(await sizeOf(archive)).toBe(9500);
    expect(await stored()).toEqual([]);
    expectRefusal(await inspect(archive, '--verify'), 4, NOT_WHAT_IT_SAYS, REMEDY);
    // The layer below was hashed, and is what it says.
    expect(await stored()).toHaveLength(1);
    const verified = await inspect(await dockerArchive([honest]), '--verify');
    expect(verified.code).toBe(0);
    expect(await stored()).toHaveLength(2);
    expectRefusal(await inspect(archive, '--verify'), 4, NOT_WHAT_IT_SAYS, REMEDY);
    expectRefusal(await inspect(archive, '--verify', '--no-findings'), 4, NOT_WHAT_IT_SAYS, REMEDY);
    // And the true one is still what it was.
    const again = await inspect(await dockerArchive([honest]));
    expect(JSON.parse(again.stdout).layers).toEqual(JSON.parse(verified.stdout).layers);
  });

  it.each(Object.entries(lying))('%s, is refused by --verify', async (_kind, make) => {
    const { inspect } = await place();
    expectRefusal(await inspect(await make(), '--verify'), 4, NOT_WHAT_IT_SAYS, REMEDY);
  });

  it.each(['packed whole', 'with packed layers'] as const)('%s, is refused whoever asks', async kind => {
    const { inspect, stored } = await place();
    expectRefusal(await inspect(await lying[kind]()), 4, NOT_WHAT_IT_SAYS, REMEDY);
    expect((await stored()).length).toBeLessThan(2);
  });

  it('is refused whoever asks where its manifest has digests', async () => {
    const cwd = await folderOf({ 'app.tar': await lyingLayout() });
    const ended = await deadweight(['inspect', 'oci-archive:app.tar'], { cwd });
    expectRefusal(ended, 4, NOT_WHAT_IT_SAYS, REMEDY);
  });
});
