import { Buffer } from 'node:buffer';
import { appendFile, mkdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestHex } from '../../../src/base/digest.ts';
import { openImage } from '../../../src/image/open-image.ts';
import { readStoredName } from '../../../src/image/sources/containers-storage.ts';
import { findStorages } from '../../../src/image/store/storage-location.ts';
import { openOptions } from '../../support/conformance/medium.ts';
import { containersStorage } from '../../support/fabricate/containers-storage.ts';
import { fabricateImage } from '../../support/fabricate/image.ts';
import { file, raw } from '../../support/fabricate/node.ts';
import { writeFiles } from '../../support/fabricate/oci-layout.ts';
import { folderOf } from '../../support/folder.ts';
import { padded, rawHeader } from '../../tar/raw-header.ts';

const imageOf = (tag: string, size: number) =>
  fabricateImage({
    tags: [tag],
    steps: [{ createdBy: 'COPY a', layer: { 'etc/a': file(size), b: file(10) } }],
  });
const app = await imageOf('localhost/app:1', 5000);
const hub = await imageOf('docker.io/library/debian:12', 6000);
const org = await imageOf('quay.io/org/tool:latest', 7000);

async function storeOf() {
  const root = await folderOf({});
  const files = containersStorage([app, hub, org]);
  await writeFiles(root, files);
  const record = [...files.keys()].find(path => path.endsWith('.tar-split.gz')) ?? '';
  const inside = [...files.keys()].find(path => path.endsWith('/diff/etc/a')) ?? '';
  return { root, record: join(root, record), inside: join(root, inside) };
}

/** Opens and scans an image. @returns its ID */
async function scan(root: string, name: string) {
  const image = await openImage(`containers-storage:[overlay@${root}]${name}`, openOptions());
  await image.scan({});
  return image.imageId;
}

describe('the name of an image', () => {
  it.each([
    ['localhost/app:1', app],
    ['app:1', app],
    ['debian:12', hub],
    ['docker.io/debian:12', hub],
    ['tool', org],
    ['org/tool', org],
    [app.config.digest.slice(7, 19), app],
    [app.config.digest, app],
    [`localhost/app@${app.manifest.digest}`, app],
    [`app:7@${app.manifest.digest}`, app],
    [`quay.io/org/tool@${org.manifest.digest}`, org],
    [`localhost/app@${digestHex(app.config.digest)}`, app],
    [`debian:7@${digestHex(hub.config.digest)}`, hub],
    [`@${digestHex(org.config.digest)}`, org],
    [`app@${app.config.digest.slice(7, 17)}`, app],
  ])('%s is found as podman finds it', async (name, image) => {
    expect(await scan((await storeOf()).root, name)).toBe(image.config.digest);
  });

  it.each([
    'app',
    'app:2',
    'quay.io/debian:12',
    'ool',
    '0000000',
    `app@${`sha256:${'0'.repeat(64)}`}`,
    `quay.io/other/thing@${app.manifest.digest}`,
    `localhost/app@${hub.manifest.digest}`,
    // The digest of a configuration is an ID, and none of a manifest.
    `localhost/app@${app.config.digest}`,
    `quay.io/other/thing@${digestHex(app.config.digest)}`,
  ])('%s is none', async name => {
    await expect(scan((await storeOf()).root, name)).rejects.toMatchObject({
      code: 'image-not-found',
      message: expect.stringContaining('it has localhost/app:1, docker.io/library/debian:12'),
    });
  });
});

describe('a layer that is unpacked', () => {
  it('is refused where the store has other bytes than it was made of', async () => {
    const { root, inside } = await storeOf();
    await writeFile(inside, Buffer.alloc(5000, 'x'));
    await expect(scan(root, 'app:1')).rejects.toMatchObject({ code: 'digest-mismatch' });
    await appendFile(inside, 'x');
    await expect(scan(root, 'app:1')).rejects.toMatchObject({
      code: 'input-corrupt',
      message: expect.stringMatching(/^Layer 0 .*etc\/a is not the file that the store/),
    });
    await rm(inside);
    await expect(scan(root, 'app:1')).rejects.toMatchObject({ code: 'input-corrupt' });
  });

  it('does not lead out of its folder by the links that are in it', async () => {
    const { root, inside } = await storeOf();
    const outside = await folderOf({ a: Buffer.alloc(5000) });
    await rm(inside);
    await symlink(join(outside, 'a'), inside);
    await expect(scan(root, 'app:1')).rejects.toMatchObject({ code: 'input-corrupt' });
    await rm(dirname(inside), { recursive: true });
    await symlink(outside, dirname(inside));
    await expect(scan(root, 'app:1')).rejects.toMatchObject({ code: 'input-corrupt' });
  });

  it('is refused where its record is damaged or gone', async () => {
    const { root, record } = await storeOf();
    await writeFile(record, '{"type":2,"payload":"AAAA"}\n{"type":3}\n');
    await expect(scan(root, 'app:1')).rejects.toMatchObject({ message: expect.stringContaining('record') });
    await rm(record);
    await expect(scan(root, 'app:1')).rejects.toMatchObject({ code: 'input-missing' });
  });
});

describe.skipIf(process.platform !== 'linux')('a file whose name is no UTF-8', () => {
  it('is read by its bytes', async () => {
    const name = Buffer.from('d\xff/caf\xe9', 'latin1');
    const layer = { 'etc/a': file(10), raw: raw(rawHeader({ name, size: 5 }), padded('12345')) };
    const image = await fabricateImage({ tags: ['app:1'], steps: [{ createdBy: 'COPY', layer }] });
    const root = await folderOf({});
    const files = containersStorage([image]);
    await writeFiles(root, files);
    const decoded = join(root, [...files.keys()].find(path => path.endsWith('caf\\xe9')) ?? 'none');
    const folder = Buffer.from(`${dirname(dirname(decoded))}/`);
    await mkdir(Buffer.concat([folder, name.subarray(0, 2)]));
    await rename(decoded, Buffer.concat([folder, name]));
    expect(await scan(root, 'app:1')).toBe(image.config.digest);
    await rm(Buffer.concat([folder, name]));
    await expect(scan(root, 'app:1')).rejects.toMatchObject({
      message: expect.stringContaining('d\\xff/caf\\xe9 is not the file'),
    });
  });
});

describe('a layer of another store', () => {
  const BASE = { createdBy: 'COPY b', layer: { 'etc/b': file(3000) } };
  async function storesOf() {
    const base = await fabricateImage({ tags: ['localhost/base:1'], steps: [BASE] });
    const steps = [BASE, { createdBy: 'COPY c', layer: { 'opt/c': file(4000) } }];
    const image = await fabricateImage({ tags: ['localhost/app:1'], steps });
    const shared = containersStorage([base]);
    const files = new Map(containersStorage([image]));
    for (const path of shared.keys()) if (!path.endsWith('.json')) files.delete(path);
    const path = 'overlay-layers/layers.json';
    const [, upper] = JSON.parse(files.get(path)?.toString() ?? '[]');
    files.set(path, Buffer.from(JSON.stringify([upper])));
    const roots = [await folderOf({}), await folderOf({})] as const;
    await writeFiles(roots[0], files);
    await writeFiles(roots[1], shared);
    return { image, base, roots };
  }

  it('is below an image of this one', async () => {
    const { image, base, roots } = await storesOf();
    const [root, shared] = roots;
    const config = await folderOf({
      'storage.conf': `graphroot = "${root}"\nadditionalimagestores = [ "/nonexistent", "${shared}" ]\n`,
    });
    const env = { CONTAINERS_STORAGE_CONF: join(config, 'storage.conf') };
    for (const [name, { imageId, layers }] of [
      ['app:1', { imageId: image.config.digest, layers: 2 }],
      ['base:1', { imageId: base.config.digest, layers: 1 }],
    ] as const) {
      const opened = await openImage(`containers-storage:${name}`, openOptions({ env }));
      expect(opened).toMatchObject({ imageId });
      expect(await opened.scan({})).toHaveLength(layers);
    }
    expect(await scan(`${root}+/run/x:overlay.mountopt=nodev,overlay.imagestore=${shared}`, 'app:1')).toBe(
      image.config.digest,
    );
    await expect(scan(root, 'app:1')).rejects.toMatchObject({
      code: 'blob-missing',
      remedy: expect.stringMatching(/^Name the store of its base/),
    });
  });
});

describe('a store', () => {
  it('with the driver btrfs has a subvolume for each layer', async () => {
    const root = await folderOf({});
    await writeFiles(root, containersStorage([app], 'btrfs'));
    expect(await scan(root, 'app:1')).toBe(app.config.digest);
  });

  it('with the driver zfs is not read', async () => {
    const root = await folderOf({});
    for (const [path, bytes] of containersStorage([app])) {
      await writeFiles(root, new Map([[path.replace(/^overlay/, 'zfs'), bytes]]));
    }
    await expect(scan(root, 'app:1')).rejects.toMatchObject({
      code: 'input-missing',
      message: expect.stringContaining('has the driver zfs, whose layers are not read'),
    });
  });

  it('may have tens of thousands of layers', async () => {
    const { root } = await storeOf();
    const path = join(root, 'overlay-layers/layers.json');
    const layers: unknown[] = JSON.parse(await readFile(path, 'utf8'));
    const more = Array.from({ length: 40_000 }, (_, index) => ({
      id: index.toString(16).padStart(64, '0'),
      created: '2024-01-02T03:04:05.123456789Z',
      'compressed-diff-digest': app.config.digest,
      'compressed-size': 5000,
      'diff-digest': app.config.digest,
      'diff-size': 9000,
      compression: 2,
      uidset: [0, 1, 2, 3, 4, 5, 6, 7],
      gidset: [0, 1, 2, 3, 4, 5, 6, 7],
    }));
    await writeFile(path, JSON.stringify([...more, ...layers]));
    expect(await scan(root, 'app:1')).toBe(app.config.digest);
  });

  it.each(['overlay-layers/layers.json', 'overlay-images/images.json'])(
    'says that %s is too large',
    async path => {
      const { root } = await storeOf();
      await truncate(join(root, path), 2 ** 28);
      await expect(scan(root, 'app:1')).rejects.toMatchObject({
        code: 'limit-exceeded',
        message: expect.stringMatching(/larger than what is read: it has 268435456 bytes/),
        remedy: expect.stringMatching(/^Run podman save/),
      });
    },
  );

  it('says what is wrong with a list of it', async () => {
    const { root } = await storeOf();
    const path = join(root, 'overlay-layers/layers.json');
    for (const [text, what] of [
      ['[{', 'is not JSON'],
      ['[{"id":"x"}]', 'is not valid at 0.id'],
      [`[${'{"id":[]},'.repeat(4_000_000)}{}]`, 'has more than 10,000,000 values'],
    ] as const) {
      await writeFile(path, text);
      await expect(scan(root, 'app:1')).rejects.toMatchObject({ message: expect.stringContaining(what) });
    }
    await rm(path);
    await mkdir(path);
    await expect(scan(root, 'app:1')).rejects.toMatchObject({
      code: 'input-corrupt',
      message: expect.stringContaining('it is a directory'),
    });
  });
});

describe('where the store is', () => {
  const find = (env: Readonly<Record<string, string>>, uid = 1000) =>
    findStorages({ env, homeDir: '/home/me' }, uid)[0]?.root;

  it('is what the configuration says', async () => {
    const folder = await folderOf({
      'storage.conf':
        '[storage]\n# graphroot = "/no"\ndriver = "vfs"\n  graphroot = "/data/store"\n[storage.options]\nadditionalimagestores = [\n  "/shared",\n]\n',
    });
    const env = { CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf') };
    expect(findStorages({ env, homeDir: '/home/me' }, 0)).toEqual([
      { root: '/data/store', driver: 'vfs' },
      { root: '/shared', driver: 'vfs' },
    ]);
    await mkdir(join(folder, 'containers'));
    await writeFile(join(folder, 'containers/storage.conf'), 'graphroot="/own"\n');
    expect(find({ XDG_CONFIG_HOME: folder })).toBe('/own');
    expect(() => find({ CONTAINERS_STORAGE_CONF: join(folder, 'none') })).toThrowError(/does not exist/);
    await truncate(join(folder, 'storage.conf'), 2 ** 21);
    expect(() => find(env)).toThrowError(
      expect.objectContaining({ code: 'config-invalid', message: expect.stringMatching(/2097152 bytes/) }),
    );
  });

  it('is in the data of the user', () => {
    expect(find({ XDG_DATA_HOME: '/data' })).toBe('/data/containers/storage');
    expect(find({})).toBe('/home/me/.local/share/containers/storage');
  });

  it('is that of the user in podman unshare', () => {
    const unshared = { _CONTAINERS_USERNS_CONFIGURED: 'done', _CONTAINERS_ROOTLESS_UID: '1000' };
    expect(find(unshared, 0)).toBe('/home/me/.local/share/containers/storage');
    expect(find({ ...unshared, _CONTAINERS_ROOTLESS_UID: '0' }, 0)).not.toContain('/home/me');
    expect(find({}, 0)).not.toContain('/home/me');
  });

  it.each([
    ['graphroot = "$HOME/images"', '/home/me/images'],
    ['graphroot = "/data/$UID/images"', '/data/1000/images'],
    ['graphroot = "/data/$TEAM-$\u007bTEAM}/images"', '/data/a-a/images'],
    ['rootless_storage_path = "/data/$UID"', '/data/1000'],
    ['graphroot = "/data"\nimagestore = "/images"', '/images'],
  ])('is %s with its variables', async (text, root) => {
    const folder = await folderOf({ 'storage.conf': `[storage]\n${text}\n` });
    const env = { CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'), TEAM: 'a' };
    expect(find(env)).toBe(root);
    // Of a user who runs it in podman unshare as well.
    expect(find({ ...env, _CONTAINERS_ROOTLESS_UID: '1000' }, 0)).toBe(root);
  });

  it('can be written before the name', () => {
    expect(readStoredName('[vfs@/a/b+/run/c:x=y]app:1')).toEqual({
      locations: [{ root: '/a/b', driver: 'vfs' }],
      name: 'app:1',
    });
    expect(readStoredName('[/a/b]app').locations).toEqual([{ root: '/a/b', driver: null }]);
    expect(readStoredName('[overlay@/a:overlay.imagestore=/b,imagestore=/c]app').locations).toEqual(
      ['/a', '/b', '/c'].map(root => ({ root, driver: 'overlay' })),
    );
    expect(readStoredName('app:1')).toEqual({ locations: null, name: 'app:1' });
  });

  it('is said where there is none', async () => {
    await expect(scan(await folderOf({}), 'app')).rejects.toMatchObject({
      code: 'input-missing',
      remedy: expect.stringMatching(/^Run podman info/),
    });
  });
});
