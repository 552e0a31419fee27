import { Buffer } from 'node:buffer';
import { existsSync } from 'node:fs';
import {
  chmod,
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../../src/base/digest.ts';
import { partialPath, removeNow } from '../../../src/base/partial-output.ts';
import { PartialFile } from '../../../src/image/targets/partial-file.ts';
import { FileHashThread } from '../../../src/layer/file-hash-thread.ts';
import { bytesOf } from '../../support/fabricate/node.ts';
import { folderOf } from '../../support/folder.ts';

const opened = vi.hoisted((): FileHandle[] => []);
vi.mock('node:fs/promises', async importOriginal => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  return {
    ...real,
    open: async (...args: Parameters<typeof real.open>) => {
      const handle = await real.open(...args);
      opened.push(handle);
      return handle;
    },
  };
});

const nothingUnfinished = () => ({ files: new Set<string>(), folders: new Set<string>() });

async function created(name = 'out', files: Record<string, string> = {}) {
  const folder = await folderOf(files);
  const unfinished = nothingUnfinished();
  const path = join(folder, name);
  return { folder, path, unfinished, file: await PartialFile.create(path, unfinished) };
}

describe('a file that is written beside its path', () => {
  it('is there when it is committed, in its folder, and not before', async () => {
    const { folder, path, unfinished, file } = await created('new/deep/out');
    await file.write(Buffer.from('content'));
    expect(existsSync(path)).toBe(false);
    expect(unfinished).toEqual({
      files: new Set([partialPath(path)]),
      folders: new Set([join(folder, 'new'), join(folder, 'new/deep')]),
    });
    await file.commit();
    await file.discard();
    expect(await readFile(path, 'utf8')).toBe('content');
    expect(await readdir(join(folder, 'new/deep'))).toEqual(['out']);
    expect(unfinished).toEqual(nothingUnfinished());
  });

  it('takes copies of chunks that change at once, in whatever pieces, among others', async () => {
    const { path, file } = await created();
    const thread = new FileHashThread();
    const wanted: Buffer[] = [];
    const chunk = Buffer.alloc(1_300_000);
    await file.write(Buffer.from('head'));
    const hash = file.hash(thread);
    for (const [index, length] of [1, 1_048_575, 1_300_000, 0, 1_048_576, 700_000, 3].entries()) {
      chunk.fill(index + 1);
      wanted.push(Buffer.alloc(length, index + 1));
      await file.copy(chunk.subarray(0, length));
      chunk.fill(0);
      if (index !== 5) continue;
      const kept = Buffer.from(`kept ${index}`);
      wanted.push(kept);
      await file.write(kept);
    }
    const bytes = Buffer.concat(wanted);
    expect(await hash.finish()).toEqual({ digest: sha256(bytes), size: bytes.length });
    hash.abandon();
    await thread.close();
    await file.overwrite(Buffer.from('HEAD'), 0);
    await file.commit();
    expect((await readFile(path)).equals(Buffer.concat([Buffer.from('HEAD'), bytes]))).toBe(true);
  });

  it('may be put in another place of its folder', async () => {
    const { folder, file } = await created();
    await file.write(Buffer.from('content'));
    await file.commit(join(folder, 'other'));
    await file.discard();
    expect(await readdir(folder)).toEqual(['other']);
  });

  it('leaves nothing where it is discarded, twice', async () => {
    const { folder, file, unfinished } = await created('new/deep/out', { mine: 'x' });
    await file.write(Buffer.alloc(3_000_000));
    await file.discard();
    await file.discard();
    expect(await readdir(folder)).toEqual(['mine']);
    expect(unfinished).toEqual(nothingUnfinished());
  });

  it('keeps folders that somebody else uses meanwhile', async () => {
    const { folder, file } = await created('new/deep/out');
    await writeFile(join(folder, 'new/mine'), 'x');
    await file.discard();
    expect(await readdir(folder, { recursive: true })).toEqual(['new', 'new/mine']);
  });

  it('is removed when the run is broken off, and nothing of another run that writes to the same folder', async () => {
    const { folder, unfinished, file } = await created('new/deep/out');
    await file.write(Buffer.from('content'));
    const other = await PartialFile.create(join(folder, 'new/other/out'), nothingUnfinished());
    await other.commit();
    removeNow(unfinished.files, unfinished.folders);
    expect((await readdir(folder, { recursive: true })).toSorted()).toEqual([
      'new',
      'new/other',
      'new/other/out',
    ]);
    await other.remove();
    await rm(join(folder, 'new/other'), { recursive: true });
    removeNow(unfinished.files, unfinished.folders);
    expect(await readdir(folder)).toEqual([]);
  });

  it('has all bytes of many small and of some large pieces, as one may write them over and take them back', async () => {
    const { path, file } = await created();
    const wanted: Buffer[] = [];
    const write = async (bytes: Buffer) => {
      wanted.push(bytes);
      await file.write(bytes);
    };
    await write(Buffer.alloc(512));
    for (let seed = 0; seed < 5000; seed += 1) await write(bytesOf(1 + (seed % 700), seed));
    await write(bytesOf(5_000_000, 1));
    await write(bytesOf(2_000_000, 2));
    const all = Buffer.concat(wanted);
    expect(file.position).toBe(all.length);
    await file.write(bytesOf(1_500_000, 9));
    await file.truncate(all.length);
    expect(file.position).toBe(all.length);
    await file.write(Buffer.from('end'));
    await file.overwrite(Buffer.from('head'), 0);
    await file.write(Buffer.from('!'));
    await file.commit();
    all.write('head', 0);
    expect((await readFile(path)).equals(Buffer.concat([all, Buffer.from('end!')]))).toBe(true);
  });

  it('may be empty', async () => {
    const { path, file } = await created();
    await file.commit();
    expect((await stat(path)).size).toBe(0);
  });

  it.each([0o600, 0o644, 0o755])('has the permissions %i of the file that it replaces', async mode => {
    const { path, file } = await created('out', { out: 'old' });
    await chmod(path, mode);
    await file.write(Buffer.from('new'));
    expect(await readFile(path, 'utf8')).toBe('old');
    await file.commit();
    expect((await stat(path)).mode & 0o7777).toBe(mode);
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it.runIf(existsSync('/dev/full'))('says that the disk is full, whenever that comes', async () => {
    for (const use of [
      async (file: PartialFile) => {
        for (let count = 0; count < 5; count += 1) await file.write(Buffer.alloc(1_200_000));
      },
      async (file: PartialFile) => {
        await file.write(Buffer.from('little'));
        await file.commit();
      },
    ]) {
      const folder = await folderOf();
      const path = join(folder, 'out');
      const file = await PartialFile.create(path, nothingUnfinished());
      const full = await open('/dev/full', 'w');
      const handles = Object.getPrototypeOf(full);
      const { writev } = handles;
      const writing = vi.spyOn(handles, 'writev').mockImplementation((...args) => writev.apply(full, args));
      await expect(use(file)).rejects.toMatchObject({
        code: 'disk-full',
        message: `The disk is full: ${path} cannot be written.`,
      });
      writing.mockRestore();
      await full.close();
      await file.discard();
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it('follows no link that waits in its place', async () => {
    const folder = await folderOf({ mine: 'x' });
    const path = join(folder, 'out');
    await symlink(join(folder, 'mine'), partialPath(path));
    const file = await PartialFile.create(path, nothingUnfinished());
    await file.write(Buffer.from('content'));
    await file.commit();
    expect(await readFile(join(folder, 'mine'), 'utf8')).toBe('x');
    expect(await readFile(path, 'utf8')).toBe('content');
  });

  it('is removed where it cannot be closed', async () => {
    const { folder, file, unfinished } = await created('new/out');
    const handle = opened.at(-1);
    if (handle === undefined) throw new TypeError('it was opened');
    const closing = vi.spyOn(handle, 'close').mockRejectedValueOnce(new Error('it fails'));
    await file.discard();
    closing.mockRestore();
    await handle.close();
    expect(await readdir(folder)).toEqual([]);
    expect(unfinished).toEqual(nothingUnfinished());
  });

  it('removes what dead runs left, and nothing else', async () => {
    const dead = 'out.4194305.partial';
    const others = [
      `out.${process.ppid}.partial`,
      'out.x.partial',
      'out2.4194305.partial',
      'out.4194306.partial',
    ];
    const folder = await folderOf(Object.fromEntries([dead, ...others].map(name => [name, ''])));
    const old = new Date(Date.now() - 3_600_000);
    // The last one was written just now.
    for (const name of [dead, ...others.slice(0, -1)]) await utimes(join(folder, name), old, old);
    const file = await PartialFile.create(join(folder, 'out'), nothingUnfinished());
    await file.discard();
    expect((await readdir(folder)).toSorted()).toEqual(others.toSorted());
  });
});

describe('a place that cannot be written', () => {
  it.each([
    [
      'a folder',
      async (path: string): Promise<void> => {
        await mkdir(path);
      },
      /is a folder, and a file is to be written there/,
    ],
    [
      'a device',
      async (path: string): Promise<void> => {
        await symlink('/dev/null', path);
      },
      /is a device or a pipe, and a file is to be written there/,
    ],
    [
      'below a file',
      async (path: string) => {
        const folder = join(path, '..');
        await rm(folder, { recursive: true });
        await writeFile(folder, 'x');
      },
      /cannot be written/,
    ],
  ] as const)('%s is refused before anything is', async (_name, make, message) => {
    const folder = await folderOf({ 'in/mine': 'x' });
    const path = join(folder, 'in/out');
    await make(path);
    const before = await readdir(folder, { recursive: true });
    const unfinished = nothingUnfinished();
    await expect(PartialFile.create(path, unfinished)).rejects.toMatchObject({
      code: 'output-unwritable',
      message: expect.stringMatching(message),
    });
    expect(await readdir(folder, { recursive: true })).toEqual(before);
    expect(unfinished).toEqual(nothingUnfinished());
  });

  it('is told when a file is put there', async () => {
    const { folder, path, file } = await created('in/out');
    await rename(join(folder, 'in'), join(folder, 'gone'));
    await expect(file.commit()).rejects.toMatchObject({ code: 'output-unwritable' });
    await file.discard();
    expect(existsSync(path)).toBe(false);
  });
});
