import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DeadweightError } from '../../src/base/errors.ts';
import { ExportLayouts } from '../../src/run/export-layouts.ts';
import { folderOf } from '../support/folder.ts';
import { silentLog } from '../support/silent-log.ts';

const KB = 1024;
const HOUR = 3_600_000;

function layer(seed: string, bytes = 100 * KB): Buffer {
  return Buffer.alloc(bytes, createHash('sha256').update(seed).digest());
}

function nameOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Writes what is not there, as BuildKit does, and a manifest that names all of it. */
async function exportTo(directory: string, ...blobs: readonly Buffer[]): Promise<readonly string[]> {
  const folder = join(directory, 'blobs/sha256');
  await mkdir(folder, { recursive: true });
  const there = await readdir(folder);
  const digests = blobs.map(nameOf);
  const manifest = Buffer.from(JSON.stringify({ layers: digests.map(name => `sha256:${name}`) }));
  const wanted = new Map([...blobs, manifest].map(bytes => [nameOf(bytes), bytes]));
  const written = [...wanted].filter(([name]) => !there.includes(name));
  for (const [name, bytes] of written) await writeFile(join(folder, name), bytes, { mode: 0o444 });
  return written.map(([name]) => name).filter(name => name !== nameOf(manifest));
}

async function layoutsIn(options: { readonly mostBytes?: number; readonly isTemporary?: boolean } = {}) {
  const directory = join(await folderOf(), 'cache', 'layers');
  const temporaryDir = await folderOf();
  const base = { directory, temporaryDir, log: silentLog, mostBytes: 1024 ** 3, isTemporary: false };
  const layouts = new ExportLayouts({ ...base, ...options });
  const kept = async (): Promise<readonly string[]> => (await readdir(directory)).sort();
  const without = new ExportLayouts({ ...base, mostBytes: 0 });
  return { directory, temporaryDir, layouts, without, kept };
}

function damaged(): DeadweightError {
  return new DeadweightError('digest-mismatch', { message: 'It is another.', remedy: 'Save it again.' });
}

describe('the layouts of builds', () => {
  const [base, own, other] = [layer('base'), layer('own'), layer('other')];

  it('have the layers of builds before, and no documents', async () => {
    const { directory, layouts, kept } = await layoutsIn();
    expect(await layouts.use(to => exportTo(to, base, own))).toEqual([nameOf(base), nameOf(own)]);
    expect(await kept()).toEqual([nameOf(base), nameOf(own)].sort());
    expect(await layouts.use(to => exportTo(to, base, other))).toEqual([nameOf(other)]);
    expect(await kept()).toEqual([nameOf(base), nameOf(own), nameOf(other)].sort());
    expect((await readFile(join(directory, nameOf(own)))).equals(own)).toBe(true);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  it('have folders that the run may have to remove, for as long as they are there', async () => {
    const { directory, layouts } = await layoutsIn();
    const during = await layouts.use(async to => {
      await exportTo(to, base);
      return { to, folders: layouts.folders };
    });
    expect(during.folders).toEqual([dirname(during.to)]);
    expect(dirname(during.folders[0] ?? '')).toBe(directory);
    expect(layouts.folders).toEqual([]);
    await layouts.use(() => Promise.reject(new Error('the build failed'))).catch(() => undefined);
    expect(layouts.folders).toEqual([]);
  });

  it('are of one build each, also at once, and take nothing from another', async () => {
    const { directory, layouts } = await layoutsIn();
    await layouts.use(to => exportTo(to, base));
    await layouts.use(async one => {
      await layouts.use(async two => {
        expect(two).not.toBe(one);
        await exportTo(two, own);
      });
      await rm(join(directory, nameOf(base)));
      expect(await readdir(join(one, 'blobs/sha256'))).toEqual([nameOf(base)]);
    });
  });

  it('hold what is kept to its size: what was not used for longest goes first', async () => {
    const { directory, layouts, kept } = await layoutsIn({ mostBytes: 250 * KB });
    const age = async (bytes: Buffer, hours: number): Promise<void> => {
      const time = new Date(Date.now() - hours * HOUR);
      await utimes(join(directory, nameOf(bytes)), time, time);
    };
    await layouts.use(to => exportTo(to, base, own));
    await age(base, 2);
    await age(own, 1);
    // Linked into each layout, and used by the one that names it.
    await layouts.use(to => exportTo(to, base));
    await layouts.use(to => exportTo(to, other));
    expect(await kept()).toEqual([nameOf(base), nameOf(other)].sort());
    await age(base, 15 * 24);
    await layouts.use(to => exportTo(to, other));
    expect(await kept()).toEqual([nameOf(other)]);
  });

  it('keep nothing small, and nothing at all where that is asked for', async () => {
    const small = await layoutsIn();
    await small.layouts.use(to => exportTo(to, layer('small', 10 * KB)));
    expect(await small.kept()).toEqual([]);
    const none = await layoutsIn({ mostBytes: 0 });
    expect(await none.layouts.use(to => exportTo(to, base))).toEqual([nameOf(base)]);
    expect(await none.layouts.use(to => exportTo(to, base))).toEqual([nameOf(base)]);
    await expect(none.kept()).rejects.toMatchObject({ code: 'ENOENT' });
    const some = await layoutsIn();
    await some.layouts.use(to => exportTo(to, base));
    expect(await some.kept()).toEqual([nameOf(base)]);
    await some.without.use(to => exportTo(to, base));
    expect(await some.kept()).toEqual([]);
    expect(await readdir(none.temporaryDir)).toEqual([]);
  });

  it('are below the temporary files where the directory cannot be made', async () => {
    const folder = await folderOf({ file: '' });
    const temporaryDir = await folderOf();
    const options = { mostBytes: 1024 ** 3, isTemporary: false, temporaryDir, log: silentLog };
    const layouts = new ExportLayouts({ ...options, directory: join(folder, 'file', 'layers') });
    expect(await layouts.use(to => exportTo(to, base))).toEqual([nameOf(base)]);
    expect(await readdir(temporaryDir)).toEqual([]);
  });

  it('forget nothing where the build failed', async () => {
    const { layouts, kept } = await layoutsIn();
    await layouts.use(to => exportTo(to, base, own));
    const failed = layouts.use(() => Promise.reject(new Error('the build failed')));
    await expect(failed).rejects.toThrowError('the build failed');
    expect(await kept()).toHaveLength(2);
  });

  it('are made once more without what was kept and is damaged', async () => {
    const { layouts, kept } = await layoutsIn();
    await layouts.use(to => exportTo(to, base, own));
    const written: (readonly string[])[] = [];
    const read = layouts.use(async to => {
      written.push(await exportTo(to, base, other));
      if (written.length === 1) throw damaged();
      return 'weighed';
    });
    await expect(read).resolves.toBe('weighed');
    expect(written).toEqual([[nameOf(other)], [nameOf(base), nameOf(other)]]);
    expect(await kept()).toEqual([nameOf(base), nameOf(own), nameOf(other)].sort());
  });

  it('forget what is damaged each time, and that was not kept', async () => {
    const { layouts, kept } = await layoutsIn();
    await layouts.use(to => exportTo(to, base, own));
    let times = 0;
    const readAll = (...blobs: readonly Buffer[]) =>
      layouts.use(async to => {
        times += 1;
        await exportTo(to, ...blobs);
        throw damaged();
      });
    await expect(readAll(base, other)).rejects.toMatchObject({ code: 'digest-mismatch' });
    expect(times).toBe(2);
    await expect(readAll(other)).rejects.toMatchObject({ code: 'digest-mismatch' });
    expect(times).toBe(3);
    expect(await kept()).toEqual([nameOf(own)]);
  });

  it('go with the run where their directory does', async () => {
    const { directory, layouts } = await layoutsIn({ isTemporary: true });
    await layouts.use(to => exportTo(to, base));
    await layouts.release();
    await expect(stat(directory)).rejects.toMatchObject({ code: 'ENOENT' });
    const lasting = await layoutsIn();
    await lasting.layouts.use(to => exportTo(to, base));
    await lasting.layouts.release();
    expect(await lasting.kept()).toHaveLength(1);
  });
});
