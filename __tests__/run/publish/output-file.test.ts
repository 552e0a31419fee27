import { execFileSync, spawn } from 'node:child_process';
import { chmod, lchown, lstat, open, readdir, readFile, stat, symlink } from 'node:fs/promises';
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

  it('behind a folder that is a link goes nowhere out of its checkout', async () => {
    const folder = await folderOf({
      'tree/.git/HEAD': 'ref',
      'tree/real/.keep': '',
      'home/config.json': 'mine',
    });
    await symlink('../home', join(folder, 'tree/reports'));
    await symlink('.git', join(folder, 'tree/inner'));
    await symlink('real', join(folder, 'tree/within'));
    await symlink('tree', join(folder, 'outside'));
    for (const name of ['tree/reports/config.json', 'tree/inner/config']) {
      const writing = writeOutputFile(join(folder, name), 'x');
      await expect(writing).rejects.toThrow(/leads out of the working tree/);
    }
    expect(await readFile(join(folder, 'home/config.json'), 'utf8')).toBe('mine');
    await writeOutputFile(join(folder, 'outside/within/a.json'), 'a');
    expect(await readFile(join(folder, 'tree/real/a.json'), 'utf8')).toBe('a');
  });

  it.runIf(process.geteuid?.() === 0)('follows no link of another user where all may write', async () => {
    const folder = await folderOf({ 'shared/.keep': '', mine: 'mine' });
    await chmod(join(folder, 'shared'), 0o1777);
    const link = join(folder, 'shared/report.json');
    await symlink(join(folder, 'mine'), link);
    await lchown(link, 12_345, 12_345);
    await expect(writeOutputFile(link, 'x')).rejects.toThrow(/a symbolic link of another user/);
    await lchown(link, 0, 0);
    await writeOutputFile(link, 'x');
    expect(await readFile(join(folder, 'mine'), 'utf8')).toBe('x');
  });

  it('that is a link stays one, and what it leads to is written, there or not', async () => {
    const folder = await folderOf({ 'deep/real.csv': 'old' });
    await chmod(join(folder, 'deep/real.csv'), 0o640);
    await symlink('deep/real.csv', join(folder, 'link.csv'));
    await symlink('link.csv', join(folder, 'again.csv'));
    await symlink('deep/none.csv', join(folder, 'dangling.csv'));
    await writeOutputFile(join(folder, 'again.csv'), 'new');
    await writeOutputFile(join(folder, 'dangling.csv'), 'made');
    expect(await readFile(join(folder, 'deep/real.csv'), 'utf8')).toBe('new');
    expect((await stat(join(folder, 'deep/real.csv'))).mode & 0o777).toBe(0o640);
    expect(await readFile(join(folder, 'deep/none.csv'), 'utf8')).toBe('made');
    for (const link of ['again.csv', 'link.csv', 'dangling.csv']) {
      expect((await lstat(join(folder, link))).isSymbolicLink()).toBe(true);
    }
    expect(await readdir(join(folder, 'deep'))).toEqual(['none.csv', 'real.csv']);
  });

  it('that is a link to nowhere is refused', async () => {
    const folder = await folderOf();
    await symlink('none/x', join(folder, 'lost'));
    await symlink('circle', join(folder, 'circle'));
    await expect(writeOutputFile(join(folder, 'lost'), 'x')).rejects.toThrow(/folder that does not exist/);
    await expect(writeOutputFile(join(folder, 'circle'), 'x')).rejects.toThrow(/lead in a circle/);
    expect(await readdir(folder)).toEqual(['circle', 'lost']);
  });

  it.each([true, false])('of a clone (%s) follows no link out of it, nor into .git', async isClone => {
    const git = isClone ? '.git' : '.GIT';
    const folder = await folderOf({ mine: 'mine', 'tree/a/in': 'in', [`tree/${git}/config`]: 'config' });
    await symlink(folder, join(folder, 'tree/up'));
    const targets = {
      out: '../../mine',
      up: '../up/mine',
      config: `../${git}/config`,
      fd: '/proc/self/fd/1',
    };
    for (const [name, target] of Object.entries(targets)) {
      const link = join(folder, 'tree/a', name);
      await symlink(target, link);
      // Without `.git` it is the working directory that counts.
      const writing = writeOutputFile(link, 'x', isClone ? '/' : join(folder, 'tree'));
      await expect(writing).rejects.toThrow(/is a symbolic link that leads out of the working tree/);
    }
    expect(await readFile(join(folder, 'mine'), 'utf8')).toBe('mine');
    expect(await readFile(join(folder, `tree/${git}/config`), 'utf8')).toBe('config');
    await symlink('a/in', join(folder, 'tree/within'));
    await writeOutputFile(join(folder, 'tree/within'), 'new', join(folder, 'tree'));
    expect(await readFile(join(folder, 'tree/a/in'), 'utf8')).toBe('new');
  });

  it('that this process has open is written where it stopped', async () => {
    const folder = await folderOf({ log: 'before ' });
    const handle = await open(join(folder, 'log'), 'a');
    const link = join(folder, 'descriptor');
    await symlink(`/proc/self/fd/${handle.fd}`, link);
    await writeOutputFile(link, ['one ', 'two ']);
    await writeOutputFile(`/dev/fd/${handle.fd}`, 'three');
    await handle.close();
    expect(await readFile(join(folder, 'log'), 'utf8')).toBe('before one two three');
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readdir(folder)).toEqual(['descriptor', 'log']);
  });

  it('that this process reads is refused', async () => {
    const handle = await open(join(await folderOf({ log: 'before' }), 'log'), 'r');
    await expect(writeOutputFile(`/dev/fd/${handle.fd}`, 'x')).rejects.toMatchObject({
      message: `/dev/fd/${handle.fd} cannot be written: it is not open for writing.`,
      remedy: expect.stringMatching(/^Give a file descriptor/),
    });
    await handle.close();
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

  it('that is a pipe whose reader leaves is refused', async () => {
    const pipe = join(await folderOf(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = spawn('sh', ['-c', 'head -c 1 < "$0"', pipe], { stdio: 'ignore' });
    // More than a pipe holds.
    await expect(writeOutputFile(pipe, 'x'.repeat(4_000_000))).rejects.toMatchObject({
      code: 'output-unwritable',
      message: `${pipe} cannot be written: its reader has closed it.`,
      remedy: 'Let the reader read to the end, or give the path of a file.',
    });
    reader.kill();
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
