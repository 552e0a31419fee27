import { Buffer } from 'node:buffer';
import { rename, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { RebuiltTar } from '../../../src/image/store/rebuilt-tar.ts';
import { ownAccess } from '../../../src/image/store/store-access.ts';
import { UnpackedFiles } from '../../../src/image/store/unpacked-files.ts';
import { containersStorage } from '../../support/fabricate/containers-storage.ts';
import { fabricateImage } from '../../support/fabricate/image.ts';
import { dir, file, hardlink, whiteout } from '../../support/fabricate/node.ts';
import { writeFiles } from '../../support/fabricate/oci-layout.ts';
import { folderOf } from '../../support/folder.ts';
import { RandomNumbers } from '../../support/shells/random-numbers.ts';

async function layerOf() {
  const many = Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [`usr/${index}`, file(index * 7)]),
  );
  const layer = {
    'etc/a': file(70_000),
    'etc/empty': file(0),
    d: dir(),
    b: hardlink('etc/a'),
    'var/x': whiteout(),
    ...many,
  };
  const image = await fabricateImage({ tags: ['app:1'], steps: [{ createdBy: 'COPY', layer }] });
  const root = await folderOf({});
  const files = containersStorage([image]);
  await writeFiles(root, files);
  const find = (end: string) => join(root, [...files.keys()].find(path => path.endsWith(end)) ?? 'none');
  const tar = image.layers[0]?.tar ?? Buffer.alloc(0);
  return {
    tar,
    record: find('.tar-split.gz'),
    folder: find('/diff/.keep').replace(/\/\.keep$/, ''),
    inside: find('/diff/etc/a'),
  };
}

it('has the bytes of the tar wherever they are read', async () => {
  const { tar, record, folder } = await layerOf();
  const rebuilt = await RebuiltTar.open(record, folder, ownAccess);
  expect(rebuilt.size).toBe(tar.length);
  const all = Buffer.alloc(tar.length + 100);
  expect(rebuilt.read(all, 0)).toBe(tar.length);
  expect(all.subarray(0, tar.length).equals(tar)).toBe(true);
  const random = new RandomNumbers(5);
  for (let tries = 0; tries < 2000; tries += 1) {
    const position = random.below(tar.length + 50);
    const target = Buffer.alloc(random.isOneIn(4) ? 40_000 : 512, 1);
    const length = rebuilt.read(target, position);
    expect(length).toBe(Math.max(Math.min(target.length, tar.length - position), 0));
    expect(target.subarray(0, length).equals(tar.subarray(position, position + length))).toBe(true);
  }
  rebuilt.close();
});

it('is not what it was where a file has changed', async () => {
  const { tar, record, folder, inside } = await layerOf();
  await truncate(inside, 100);
  const rebuilt = await RebuiltTar.open(record, folder, ownAccess);
  expect(() => rebuilt.read(Buffer.alloc(tar.length), 0)).toThrow(
    'is not the file that the store has a record of',
  );
});

it.each([
  ['a folder of the layer', (folder: string) => join(folder, 'usr')],
  ['the folder of the layer', (folder: string) => folder],
])('follows no link that %s has become', async (_what, of) => {
  const { tar, record, folder } = await layerOf();
  await rename(of(folder), `${of(folder)}-else`);
  await symlink(`${of(folder)}-else`, of(folder));
  const read = async () => {
    const rebuilt = await RebuiltTar.open(record, folder, ownAccess);
    return { check: () => rebuilt.checkFiles(), read: () => rebuilt.read(Buffer.alloc(tar.length), 0) };
  };
  const words = 'is not the file that the store has a record of';
  if (of(folder) === folder) await expect(read()).rejects.toThrow(words);
  else {
    expect((await read()).check).toThrow(words);
    expect((await read()).read).toThrow(words);
  }
});

it('opens nothing through a folder that has become a link since it was looked at', async () => {
  const { folder } = await layerOf();
  for (const followsLinks of [true, false]) {
    const files = new UnpackedFiles(folder, { followsLinks });
    files.open(Buffer.from('usr/1'), 7).close();
    await rename(join(folder, 'usr'), `${folder}-else`);
    await symlink(`${folder}-else`, join(folder, 'usr'));
    expect(() => files.open(Buffer.from('usr/2'), 14)).toThrow('is not the file');
    await unlink(join(folder, 'usr'));
    await rename(`${folder}-else`, join(folder, 'usr'));
  }
});

it('follows no link that its record has become', async () => {
  const { record, folder } = await layerOf();
  await rename(record, `${record}-else`);
  await symlink(`${record}-else`, record);
  await expect(RebuiltTar.open(record, folder, ownAccess)).rejects.toThrow('is not the file');
});

it('keeps no more of a record than is allowed', async () => {
  const { record, folder } = await layerOf();
  const line = `${JSON.stringify({ type: 2, payload: Buffer.alloc(1024 * 1024, 1).toString('base64') })}\n`;
  // A member of a gzip is one as often as it stands there.
  const member = gzipSync(line.repeat(16));
  await writeFile(record, Buffer.concat(Array.from({ length: 17 }, () => member)));
  await expect(RebuiltTar.open(record, folder, ownAccess)).rejects.toMatchObject({ code: 'limit-exceeded' });
});
