import { Buffer } from 'node:buffer';
import { appendFile, mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { isAlive } from '../../../src/base/process-owner.ts';
import { findGraphLayers } from '../../../src/image/store/graph-store.ts';
import { RebuiltTar } from '../../../src/image/store/rebuilt-tar.ts';
import { type EngineAccess, ownAccess } from '../../../src/image/store/store-access.ts';
import { sudoAccess } from '../../../src/image/store/sudo-access.ts';
import { until } from '../../support/e2e/gate.ts';
import { graphStore } from '../../support/fabricate/graph-store.ts';
import { fabricateImage } from '../../support/fabricate/image.ts';
import { file, hardlink, whiteout } from '../../support/fabricate/node.ts';
import { writeFiles } from '../../support/fabricate/oci-layout.ts';
import { folderOf } from '../../support/folder.ts';
import { pathWithSudo, SUDO } from '../../support/sudo.ts';

const open: EngineAccess[] = [];
afterEach(() => {
  for (const access of open.splice(0)) access.close?.();
});

async function withSudo(root: string, script = SUDO, maxWait?: number): Promise<EngineAccess> {
  const access = sudoAccess(root, { PATH: await pathWithSudo(script), SECRET: 'x' }, maxWait);
  open.push(access);
  return access;
}

async function store() {
  const many = Object.fromEntries(
    Array.from({ length: 2500 }, (_, index) => [`usr/${index}`, file(index % 90)]),
  );
  const layer = {
    'etc/a': file(300_000),
    'etc/\u{e9}': file(10),
    b: hardlink('etc/a'),
    'var/x': whiteout(),
    ...many,
  };
  const image = await fabricateImage({ tags: ['app:1'], steps: [{ createdBy: 'COPY', layer }] });
  const root = await folderOf({});
  await writeFiles(root, graphStore(image));
  const diffIds = image.layers.map(({ diffId }) => diffId);
  const tar = image.layers[0]?.tar ?? Buffer.alloc(0);
  return {
    root,
    tar,
    find: (access: EngineAccess) => findGraphLayers({ root, driver: 'overlay2' }, diffIds, access),
  };
}

it('has the files that the process itself would have', async () => {
  const { root, tar, find } = await store();
  const access = await withSudo(root);
  const layers = find(access);
  expect(layers).toEqual(find(ownAccess));
  const [layer] = layers ?? [];
  const rebuilt = await RebuiltTar.open(layer?.recordPath ?? '', layer?.filesPath ?? '', access);
  expect(rebuilt.checkFiles()).toBeGreaterThan(300_000);
  const bytes = Buffer.alloc(tar.length);
  expect(rebuilt.read(bytes, 0)).toBe(tar.length);
  expect(bytes.equals(tar)).toBe(true);
  expect(access.open(layer?.recordPath ?? '').place?.()).toEqual(
    ownAccess.open(layer?.recordPath ?? '').place?.(),
  );
});

it('opens nothing else', async () => {
  const { root, find } = await store();
  const [layer] = find(ownAccess) ?? [];
  const [record, folder] = [layer?.recordPath ?? '', layer?.filesPath ?? ''];
  await writeFile(join(root, 'key'), 'secret');
  await mkdir(join(root, 'image/overlay2/other'), { recursive: true });
  await writeFile(join(root, 'image/overlay2/other/size'), '1');
  await symlink(join(root, 'key'), join(folder, 'link'));
  await symlink(root, join(folder, 'up'));
  const access = await withSudo(root);
  const tried = ['/etc/passwd', join(root, 'key'), join(root, 'image/overlay2/other/size'), `${folder}/link`];
  for (const path of [...tried, `${folder}/up/key`, `${folder}/../../../key`]) {
    expect(access.readReal(path, 1000), path).toBeNull();
    expect(() => access.open(path), path).toThrow('is not the file that the store has a record of');
  }
  const files = access.folder(folder);
  for (const name of ['link', 'up/key', '../../key', '/../x', 'etc'])
    expect(() => files.open(Buffer.from(name), 6), name).toThrow('is not the file');
  await rename(record, `${record}.old`);
  await symlink(`${record}.old`, record);
  expect(access.isReal(record)).toBe(false);
  expect(find(access)).toBeNull();
});

it('sees a file that has changed', async () => {
  const { root, find } = await store();
  const [layer] = find(ownAccess) ?? [];
  const access = await withSudo(root);
  const rebuilt = await RebuiltTar.open(layer?.recordPath ?? '', layer?.filesPath ?? '', access);
  await writeFile(join(layer?.filesPath ?? '', 'usr/2400'), 'longer than before, or shorter');
  expect(() => rebuilt.checkFiles()).toThrow('usr/2400 is not the file');
  expect(() => rebuilt.read(Buffer.alloc(rebuilt.size), 0)).toThrow('is not the file');
});

it.each([
  [
    'asks for a password',
    '#!/bin/sh\necho "sudo: a password is required" >&2\nexit 1\n',
    'a password is required',
  ],
  [
    'warns before it asks',
    '#!/bin/sh\nprintf "sudo: unable to resolve host a\\r\\nsudo: a password is required\\n" >&2\nexit 1\n',
    'sudo: unable to resolve host a; sudo: a password is required.',
  ],
  [
    'says something else',
    '#!/bin/sh\nhead -c 100000 /dev/zero | tr "\\0" x\ncat\n',
    'it answers something else',
  ],
  ['ends', '#!/bin/sh\nread line\nexit 3\n', 'it ended with exit code 3'],
])('is told where sudo %s', async (_what, script, words) => {
  const { root } = await store();
  await expect(withSudo(root, script)).rejects.toMatchObject({
    code: 'permission-denied',
    message: expect.stringContaining(words),
  });
});

it('does not wait for ever', async () => {
  const { root } = await store();
  const mark = await folderOf();
  await expect(
    withSudo(root, `#!/bin/sh\necho $$ > ${mark}/pid\nexec sleep 1000\n`, 1000),
  ).rejects.toMatchObject({
    code: 'permission-denied',
    message: expect.stringContaining('it does not answer'),
  });
  const pid = Number(await readFile(join(mark, 'pid'), 'utf8'));
  await until(() => !isAlive(pid), 'the end of what was started');
});

it('sees what became of a file that it has open, and opens none through what has become a link', async () => {
  const { root, find } = await store();
  const [layer] = find(ownAccess) ?? [];
  const [record, folder] = [layer?.recordPath ?? '', layer?.filesPath ?? ''];
  const access = await withSudo(root);
  const file = access.open(record);
  const before = file.place?.()?.text;
  await appendFile(record, 'x');
  expect(file.place?.()?.text).not.toBe(before);
  await rename(record, `${record}.old`);
  await writeFile(record, 'another');
  const bytes = Buffer.alloc(7);
  expect([access.open(record).read(bytes, 0), bytes.toString()]).toEqual([7, 'another']);

  const files = access.folder(folder);
  files.open(Buffer.from('usr/1'), 1).read(Buffer.alloc(1), 0);
  await rename(join(folder, 'usr'), join(root, 'else'));
  await symlink(join(root, 'else'), join(folder, 'usr'));
  for (const name of ['usr/1', 'usr/2'])
    expect(() => files.open(Buffer.from(name), Number(name.at(-1))), name).toThrow('is not the file');
  expect(() => files.check([{ name: Buffer.from('usr/2'), size: 2 }])).toThrow('is not the file');
});
