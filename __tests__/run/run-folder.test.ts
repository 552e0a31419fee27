import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { writeOutputFile } from '../../src/run/publish/output-file.ts';
import { handOverRunFolder, makeRunFolder, removeRunFolder } from '../../src/run/run-folder.ts';
import { folderOf } from '../support/folder.ts';

/** The id of a process that has ended. */
const ended = (): number => spawnSync('true').pid;

async function abandon(
  parent: string,
  pid: number,
  change = (owner: string): string => owner,
): Promise<string> {
  const folder = await makeRunFolder(parent);
  const owner = await readFile(join(folder, '.owner'), 'utf8');
  await writeFile(join(folder, '.owner'), change(owner.replace(/^\d+/, String(pid))));
  await mkdir(join(folder, 'base'));
  return folder;
}

it('folders of runs that were killed are cleared, and no others', async () => {
  const parent = await folderOf({ 'deadweight-ABCDEF/mine': '1', 'deadweight-notes/mine': '1' });
  const living = await makeRunFolder(parent);
  const elsewhere = await abandon(parent, ended(), owner => `${owner} of a container`);
  const handedOver = await makeRunFolder(parent);
  await writeFile(join(handedOver, 'layout'), '');
  await handOverRunFolder(handedOver, []);
  const killed = await abandon(parent, ended());
  expect(basename(killed)).toMatch(/^deadweight-/);
  await makeRunFolder(parent);
  expect(existsSync(killed)).toBe(false);
  for (const kept of [living, elsewhere, handedOver]) expect(existsSync(kept)).toBe(true);
  expect(await readFile(join(parent, 'deadweight-ABCDEF/mine'), 'utf8')).toBe('1');
  expect(await readFile(join(parent, 'deadweight-notes/mine'), 'utf8')).toBe('1');
});

it('folders of runs that were killed before or behind their work are cleared', async () => {
  const parent = await folderOf({ 'deadweight-BBBBBB/.owner': '', 'deadweight-CCCCCC/.owner': '' });
  await mkdir(join(parent, 'deadweight-AAAAAA'));
  await utimes(join(parent, 'deadweight-BBBBBB'), 1, 1);
  const own = await makeRunFolder(parent);
  // Of the third a process may be about to say that it is its own.
  expect((await readdir(parent)).toSorted()).toEqual(['deadweight-CCCCCC', basename(own)].toSorted());
});

it('many that begin at once do not take the folders of each other', async () => {
  const parent = await folderOf();
  const made = await Promise.all(Array.from({ length: 40 }, () => makeRunFolder(parent)));
  expect((await readdir(parent)).toSorted()).toEqual(made.map(folder => basename(folder)).toSorted());
  for (const folder of made) expect(existsSync(join(folder, '.owner'))).toBe(true);
});

it('what cannot be removed is handed over with the rest', async () => {
  const folder = await makeRunFolder(await folderOf());
  await mkdir(join(folder, 'git'));
  // No system has such a path.
  await handOverRunFolder(folder, ['\0', join(folder, 'git'), join(folder, 'nothing')]);
  expect(await readdir(folder)).toEqual([]);
});

it('a folder keeps its record until nothing else is left in it', async () => {
  const parent = await folderOf();
  const folder = await makeRunFolder(parent);
  // Stays in the folder, and writes to it as long as it is there.
  const writer = spawn('sh', ['-c', 'while mkdir -p base/x/y 2>/dev/null || [ -e . ]; do echo; done'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    await once(writer.stdout, 'data');
    for (let tries = 0; tries < 20 && existsSync(folder); tries += 1) {
      removeRunFolder(folder);
      expect(existsSync(join(folder, '.owner'))).toBe(existsSync(folder));
    }
  } finally {
    writer.kill('SIGKILL');
  }
  await once(writer, 'close');
  removeRunFolder(folder);
  expect(existsSync(folder)).toBe(false);
});

it('a folder that cannot be made is told', async () => {
  await expect(makeRunFolder('/nonexistent/folder')).rejects.toMatchObject({
    code: 'permission-denied',
    message: expect.stringContaining('/nonexistent/folder'),
    remedy: expect.stringContaining('TMPDIR'),
  });
});

it('what a killed run had written of an output is cleared by the next that writes it', async () => {
  const [dead, alive] = [`r.json.${ended()}.partial`, `r.json.${process.ppid}.partial`];
  const folder = await folderOf({ [dead]: 'half', [alive]: 'half', 'r.json.notes.partial': 'mine' });
  await utimes(join(folder, dead), 1, 1);
  await writeOutputFile(join(folder, 'r.json'), '{}');
  expect([dead, alive, 'r.json.notes.partial', 'r.json'].map(name => existsSync(join(folder, name)))).toEqual(
    [false, true, true, true],
  );
});
