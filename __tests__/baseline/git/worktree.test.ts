import { existsSync } from 'node:fs';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { withWorktree } from '../../../src/baseline/git/worktree.ts';
import { folderOf } from '../../support/folder.ts';
import { longPullRequest, type PullRequestRemote } from '../../support/git/pull-request.ts';
import { checkout, clone, commit, createRepository, git, open } from '../../support/git/repository.ts';

let remote: PullRequestRemote;
beforeAll(async () => {
  remote = await longPullRequest();
});

function textOf(...path: string[]): Promise<string> {
  return readFile(join(...path), 'utf8');
}

describe('the base checked out beside the head', () => {
  it('has the files of the base in a clone of depth 1, and leaves nothing behind', async () => {
    const shallow = await checkout(remote.origin, remote.merge);
    const folder = await folderOf();
    const seen = await withWorktree(
      await open(shallow),
      remote.main,
      folder,
      async ({ directory, notices }) => {
        expect(notices).toEqual([]);
        expect(await textOf(directory, 'app.txt')).toBe('one');
        expect(existsSync(join(directory, 'new/Dockerfile'))).toBe(false);
        return (await readdir(directory)).sort();
      },
    );
    expect(seen).toEqual(['.git', 'Dockerfile', 'app.txt', 'old', 'other.txt']);
    expect(await readdir(folder)).toEqual([]);
    expect(await git(shallow, 'worktree', 'list')).toBe(
      `${shallow}  ${remote.merge.slice(0, 7)} (detached HEAD)`,
    );
    expect(await git(shallow, 'status', '--porcelain')).toBe('');
  });

  it('is removed when the body fails, whatever the body left in it', async () => {
    const shallow = await checkout(remote.origin, remote.merge);
    const folder = await folderOf();
    const failing = withWorktree(await open(shallow), remote.main, folder, async ({ directory }) => {
      await writeFile(join(directory, 'build.log'), 'x');
      throw new Error('the build failed');
    });
    await expect(failing).rejects.toThrow('the build failed');
    expect(await readdir(folder)).toEqual([]);
    expect(existsSync(join(shallow, '.git/worktrees'))).toBe(false);
  });

  it('is removed when the checkout fails, and says why', async () => {
    const shallow = await checkout(remote.origin, remote.merge);
    const folder = await folderOf();
    const failing = withWorktree(await open(shallow), '2'.repeat(40), folder, async () => 1);
    await expect(failing).rejects.toMatchObject({ code: 'git-failed' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('can be there several times at once, and keeps the worktrees of others', async () => {
    const shallow = await checkout(remote.origin, remote.merge);
    const other = join(await folderOf(), 'mine');
    await git(shallow, 'worktree', 'add', '--quiet', '--detach', other, 'HEAD');
    const repository = await open(shallow);
    const folder = await folderOf();
    await repository.ensureCommit(remote.main);
    await Promise.all(
      [1, 2, 3].map(() =>
        withWorktree(repository, remote.main, folder, async ({ directory }) => textOf(directory, 'app.txt')),
      ),
    );
    expect(await readdir(folder)).toEqual([]);
    expect(await git(shallow, 'worktree', 'list')).toContain(other);
  });

  it('runs no hook', async () => {
    const shallow = await checkout(remote.origin, remote.merge);
    const hook = join(shallow, '.git/hooks/post-checkout');
    await writeFile(hook, `#!/bin/sh\ntouch ${shallow}/.git/hooked\n`);
    await chmod(hook, 0o755);
    await withWorktree(await open(shallow), remote.main, await folderOf(), async () => undefined);
    expect(existsSync(join(shallow, '.git/hooked'))).toBe(false);
  });

  it('says so when there is no folder for it', async () => {
    const shallow = await checkout(remote.origin, remote.merge);
    await expect(
      withWorktree(await open(shallow), remote.main, '/nonexistent', async () => 1),
    ).rejects.toMatchObject({
      code: 'git-failed',
    });
  });
});

describe('submodules', () => {
  async function withSubmodules(): Promise<{ base: string; inner: string; work: string; innerBase: string }> {
    const folder = await folderOf();
    const leaf = await createRepository(join(folder, 'leaf'));
    await commit(leaf, { 'leaf.txt': 'leaf' });
    const inner = await createRepository(join(folder, 'inner'));
    await git(inner, 'submodule', '--quiet', 'add', `file://${leaf}`, 'leaf');
    const innerBase = await commit(inner, { 'inner.txt': 'old' });
    const work = await createRepository(join(folder, 'work'));
    await git(work, 'submodule', '--quiet', 'add', '--name', 'odd', `file://${inner}`, 'third party/inner');
    await git(work, 'submodule', '--quiet', 'add', `file://${leaf}`, 'unused');
    const base = await commit(work, { 'a.txt': 'base' });
    await commit(inner, { 'inner.txt': 'new' });
    await git(join(work, 'third party/inner'), 'pull', '--quiet', 'origin', 'main');
    await commit(work, { 'a.txt': 'head' });
    return { base, inner, work, innerBase };
  }

  it('are those of the base, where the head has them, nested ones too', async () => {
    const { base, work } = await withSubmodules();
    const head = await clone(work);
    await git(
      head,
      'submodule',
      '--quiet',
      'update',
      '--init',
      '--recursive',
      '--depth=1',
      'third party/inner',
    );
    const folder = await folderOf();
    await withWorktree(await open(head), base, folder, async ({ directory, notices }) => {
      expect(await textOf(directory, 'a.txt')).toBe('base');
      expect(await textOf(directory, 'third party/inner/inner.txt')).toBe('old');
      expect(await textOf(directory, 'third party/inner/leaf/leaf.txt')).toBe('leaf');
      expect(await readdir(join(directory, 'unused'))).toEqual([]);
      expect(notices.map(({ code }) => code)).toEqual(['base-submodule-missing']);
      expect(notices[0]?.message).toContain('unused');
    });
    expect(await readdir(folder)).toEqual([]);
    expect(await git(join(head, 'third party/inner'), 'worktree', 'list')).not.toContain(folder);
    expect(await textOf(head, 'third party/inner/inner.txt')).toBe('new');
    expect(await git(head, 'status', '--porcelain')).toBe('');
  });

  it('stay empty, silently, where the head has none of them', async () => {
    const { base, work } = await withSubmodules();
    const head = await clone(work);
    await withWorktree(await open(head), base, await folderOf(), async ({ directory, notices }) => {
      expect(await readdir(join(directory, 'third party/inner'))).toEqual([]);
      expect(notices).toEqual([]);
    });
  });

  it('are a notice when their commit cannot be had', async () => {
    const { base, work, inner } = await withSubmodules();
    const head = await clone(work);
    await git(head, 'submodule', '--quiet', 'update', '--init', '--depth=1', 'third party/inner');
    await git(join(head, 'third party/inner'), 'remote', 'set-url', 'origin', `file://${inner}-gone`);
    await withWorktree(await open(head), base, await folderOf(), async ({ notices }) => {
      expect(notices.map(({ message }) => message)).toContainEqual(
        expect.stringContaining('third party/inner'),
      );
    });
  });
});

describe('Git LFS', () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 5\n`;
  // a filter that stands for git-lfs: it honours GIT_LFS_SKIP_SMUDGE as git-lfs does
  const smudge = 'if [ "$GIT_LFS_SKIP_SMUDGE" = 1 ]; then cat; else cat >/dev/null; printf smudged; fi';

  async function lfs(skip: boolean): Promise<{ repository: string; base: string }> {
    const repository = await createRepository();
    const base = await commit(repository, { '.gitattributes': '*.bin filter=lfs\n', 'a.bin': pointer });
    await commit(repository, { 'b.txt': '1' });
    await git(repository, 'config', 'filter.lfs.clean', 'cat');
    await git(repository, 'config', 'filter.lfs.smudge', smudge);
    if (!skip) await writeFile(join(repository, 'a.bin'), 'smudged');
    return { repository, base };
  }

  it.each([
    [true, pointer],
    [false, 'smudged'],
  ])('is checked out as the head is (pointers: %s)', async (skip, expected) => {
    const { repository, base } = await lfs(skip);
    await withWorktree(await open(repository), base, await folderOf(), async ({ directory }) => {
      expect(await textOf(directory, 'a.bin')).toBe(expected);
    });
  });
});
