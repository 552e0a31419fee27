import { Buffer } from 'node:buffer';
import { appendFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openImage } from '../../../src/image/open-image.ts';
import { readStoredName } from '../../../src/image/sources/containers-storage.ts';
import { findStorages } from '../../../src/image/store/storage-location.ts';
import { openOptions } from '../../support/conformance/medium.ts';
import { containersStorage } from '../../support/fabricate/containers-storage.ts';
import { fabricateImage } from '../../support/fabricate/image.ts';
import { file } from '../../support/fabricate/node.ts';
import { writeFiles } from '../../support/fabricate/oci-layout.ts';
import { folderOf } from '../../support/folder.ts';

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
  ])('%s is found as podman finds it', async (name, image) => {
    expect(await scan((await storeOf()).root, name)).toBe(image.config.digest);
  });

  it.each(['app', 'app:2', 'quay.io/debian:12', 'ool', '0000000', `app@${`sha256:${'0'.repeat(64)}`}`])(
    '%s is none',
    async name => {
      await expect(scan((await storeOf()).root, name)).rejects.toMatchObject({
        code: 'image-not-found',
        message: expect.stringContaining('it has localhost/app:1, docker.io/library/debian:12'),
      });
    },
  );
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
      location: { root: '/a/b', driver: 'vfs' },
      name: 'app:1',
    });
    expect(readStoredName('[/a/b]app').location).toEqual({ root: '/a/b', driver: null });
    expect(readStoredName('app:1')).toEqual({ location: null, name: 'app:1' });
  });

  it('is said where there is none', async () => {
    await expect(scan(await folderOf({}), 'app')).rejects.toMatchObject({
      code: 'input-missing',
      remedy: expect.stringMatching(/^Run podman info/),
    });
  });
});
