import { execFileSync, spawn } from 'node:child_process';
import { chmod, lstat, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { partialPath } from '../../../src/base/partial-output.ts';
import { writeOutputFile } from '../../../src/run/publish/output-file.ts';
import { folderOf } from '../../support/folder.ts';

describe('an output file', () => {
  it('is written whole, its folders made, over what was there', async () => {
    const folder = await folderOf({ 'a.json': 'a longer text that was there before' });
    await writeOutputFile(join(folder, 'a.json'), 'short');
    await writeOutputFile(join(folder, 'deep/er/b.json'), 'b');
    expect(await readFile(join(folder, 'a.json'), 'utf8')).toBe('short');
    expect(await readFile(join(folder, 'deep/er/b.json'), 'utf8')).toBe('b');
    expect(await readdir(folder)).toEqual(['a.json', 'deep']);
  });

  it('follows no link that waits where it is written first', async () => {
    const folder = await folderOf({ mine: 'mine' });
    const path = join(folder, 'a.json');
    await symlink(join(folder, 'mine'), partialPath(path));
    await writeOutputFile(path, 'text');
    expect(await readFile(join(folder, 'mine'), 'utf8')).toBe('mine');
    expect((await lstat(path)).isFile()).toBe(true);
  });

  it('that is a device is written to as it is', async () => {
    await expect(writeOutputFile('/dev/null', 'x')).resolves.toBeUndefined();
    await expect(writeOutputFile('/dev/full', 'x')).rejects.toMatchObject({
      code: 'disk-full',
      message: 'The disk is full: /dev/full cannot be written.',
    });
  });

  it('that is a pipe is written when somebody reads, and holds no thread until then', async () => {
    const pipe = join(await folderOf(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const text = 'x'.repeat(300_000);
    const written = Array.from({ length: 5 }, () => writeOutputFile(pipe, text));
    // Four threads there are: all would wait.
    await expect(stat(pipe)).resolves.toBeDefined();
    // It opens the pipe for writing, too: where one writer ends before the next begins, it has not read the end.
    const reader = spawn('sh', ['-c', `exec head -c ${5 * text.length} <> "$0"`, pipe]);
    let bytes = 0;
    reader.stdout.on('data', chunk => {
      bytes += chunk.length;
    });
    await Promise.all([...written, new Promise(resolve => reader.on('close', resolve))]);
    expect(bytes).toBe(5 * text.length);
  });

  it('that cannot be is refused, and leaves nothing', async () => {
    const folder = await folderOf({ plain: '', 'folder/.keep': '' });
    for (const path of ['plain/x.json', 'folder']) {
      await expect(writeOutputFile(join(folder, path), 'x')).rejects.toMatchObject({
        code: 'output-unwritable',
      });
    }
    expect(await readdir(folder)).toEqual(['folder', 'plain']);
  });

  it('in a folder that may not be written is refused', async () => {
    const folder = await folderOf();
    await chmod(folder, 0o555);
    await asNobody(async () => {
      const refused = writeOutputFile(join(folder, 'x'), 'x');
      await expect(refused).rejects.toMatchObject({
        code: 'permission-denied',
        message: `${join(folder, 'x')} cannot be written: permission denied.`,
      });
    });
  });
});

/** Permissions do not hold the root user. */
async function asNobody(body: () => Promise<void>): Promise<void> {
  const user = process.geteuid?.() ?? 1;
  if (user === 0) process.seteuid?.(65_534);
  try {
    await body();
  } finally {
    if (user === 0) process.seteuid?.(0);
  }
}
