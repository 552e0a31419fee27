import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { link, mkdir, open, readFile, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesOf } from '../support/fabricate/node.ts';
import { writeTar } from '../support/tar/tar-writer.ts';
import { readPositioned, readStreamed } from './collect.ts';

/** GNU tar is the oracle where there is one. */
const hasGnuTar = isGnuTar();
const directory = mkdtempSync(join(tmpdir(), 'deadweight-tar-'));
const tree = join(directory, 'tree');
const deep = `${'d'.repeat(90)}/${'e'.repeat(90)}/${'f'.repeat(90)}`;

beforeAll(async () => {
  await mkdir(join(tree, deep), { recursive: true });
  await writeFile(join(tree, 'plain'), bytesOf(1000, 1), { mode: 0o640 });
  await writeFile(join(tree, deep, 'ünï'), 'deep');
  await link(join(tree, 'plain'), join(tree, 'z-link'));
  await symlink(deep, join(tree, 'to-deep'));
  await writeFile(join(tree, 'sparse'), 'start');
  await truncate(join(tree, 'sparse'), 900_000);
  const handle = await open(join(tree, 'sparse'), 'r+');
  await handle.write('end', 700_000);
  await handle.close();
  await utimes(join(tree, 'plain'), 1_700_000_000.5, 1_700_000_000.5);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.skipIf(!hasGnuTar)('what GNU tar writes', () => {
  it.each([
    ['--format=gnu'],
    ['--format=oldgnu'],
    ['--format=posix'],
    ['--format=gnu', '-S'],
    ['--format=posix', '-S', '--sparse-version=0.0'],
    ['--format=posix', '-S', '--sparse-version=0.1'],
    ['--format=posix', '-S', '--sparse-version=1.0'],
  ])('with %s %s %s', async (...options) => {
    const path = join(directory, 'out.tar');
    execFileSync('tar', [...options, '--sort=name', '-cf', path, '-C', tree, '.']);
    const entries = await readStreamed(await readFile(path), [10_000]);
    expect(await readPositioned(await readFile(path))).toEqual(entries);
    const byPath = new Map(entries.map(entry => [entry.header.path, entry]));
    expect(byPath.get('./plain')).toMatchObject({
      header: { size: 1000, mode: 0o640 },
      content: bytesOf(1000, 1),
    });
    expect(byPath.get(`./${deep}/ünï`)?.content.toString()).toBe('deep');
    expect(byPath.get('./z-link')?.header).toMatchObject({ kind: 'hardlink', linkname: './plain', size: 0 });
    expect(byPath.get('./to-deep')?.header).toMatchObject({ kind: 'symlink', linkname: deep });
    const sparse = byPath.get('./sparse');
    expect(sparse?.header.size).toBe(900_000);
    expect(sparse?.content.equals(await readFile(join(tree, 'sparse')))).toBe(true);
    if (options.includes('-S')) expect(sparse?.header.storedSize).toBeLessThan(100_000);
    expect(byPath.get('./plain')?.header.mtime).toBe(
      options[0] === '--format=posix' ? 1_700_000_000.5 : 1_700_000_000,
    );
  });
});

describe.skipIf(!hasGnuTar)('what our writer writes', () => {
  it('GNU tar unpacks', async () => {
    const content = bytesOf(700, 3);
    const path = join(directory, 'ours.tar');
    const items = [
      { path: `${deep}/`, kind: 'directory', mode: 0o755 },
      { path: `${deep}/lö`, kind: 'file', content, mtime: 1_600_000_000.25 },
      { path: 'hard', kind: 'hardlink', linkname: `${deep}/lö` },
    ] as const;
    await writeFile(path, writeTar(items));
    const target = join(directory, 'unpacked');
    await mkdir(target);
    execFileSync('tar', ['-xf', path, '-C', target]);
    expect(await readFile(join(target, deep, 'lö'))).toEqual(content);
    expect(await readFile(join(target, 'hard'))).toEqual(content);
  });
});

function isGnuTar(): boolean {
  try {
    return execFileSync('tar', ['--version']).toString().includes('GNU tar');
  } catch {
    return false;
  }
}
