import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, statSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Exec } from '../../../src/base/effects.ts';
import {
  type BaselineTree,
  type TreeRequest,
  withBaselineTree,
} from '../../../src/baseline/git/baseline-tree.ts';
import { GitRun } from '../../../src/baseline/git/git-run.ts';
import { GitRepository } from '../../../src/baseline/git/repository.ts';
import { changeFiles, folderOf } from '../../support/folder.ts';
import { longPullRequest, type PullRequestRemote } from '../../support/git/pull-request.ts';
import {
  checkout,
  clone,
  commit,
  createRepository,
  git,
  gitEnv,
  open,
  realExec,
} from '../../support/git/repository.ts';

let remote: PullRequestRemote;
beforeAll(async () => {
  remote = await longPullRequest();
});

function textOf(...path: string[]): Promise<string> {
  return readFile(join(...path), 'utf8');
}

/** The tree of a commit for a build of the whole checkout, unless told otherwise. */
async function withTree<T>(
  repository: GitRepository,
  sha: string,
  body: (tree: BaselineTree) => Promise<T>,
  { folder, ...request }: Partial<TreeRequest> & { readonly folder?: string } = {},
): Promise<T> {
  const temporary = folder ?? (await folderOf());
  const whole = { at: '', cwd: '', contexts: [''], dockerfile: 'Dockerfile', prepare: null };
  const result = await withBaselineTree(repository, { commit: sha, ...whole, ...request }, temporary, body);
  expect(await readdir(temporary)).toEqual([]);
  return result;
}

/** Everything of a folder: names, modes and contents. */
function fingerprint(folder: string): string {
  const list =
    'find . \\( -type f -o -type l \\) -printf "%p %m %l " -exec sh -c \'test -L "$1" || sha256sum <"$1"\' sh {} \\;';
  return execFileSync('sh', ['-c', `${list} | sort`], { cwd: folder, encoding: 'utf8' });
}

describe('the tree of the base', () => {
  it('has the files of the base in a clone of depth 1, and changes nothing of it', async () => {
    const shallow = await checkout(remote.origin, remote.merge);
    const before = fingerprint(shallow);
    const seen = await withTree(await open(shallow), remote.main, async ({ directory, notices }) => {
      expect(notices).toEqual([]);
      expect(await textOf(directory, 'app.txt')).toBe('one');
      expect(existsSync(join(directory, 'new/Dockerfile'))).toBe(false);
      return (await readdir(directory)).sort();
    });
    expect(seen).toEqual(['.git', 'Dockerfile', 'app.txt', 'old', 'other.txt']);
    expect(fingerprint(shallow)).toBe(before);
  });

  it('is removed when the body fails, whatever the body left in it', async () => {
    const folder = await folderOf();
    const failing = withTree(
      await open(await checkout(remote.origin, remote.merge)),
      remote.main,
      async ({ directory }) => {
        await writeFile(join(directory, 'build.log'), 'x');
        throw new Error('the build failed');
      },
      { folder },
    );
    await expect(failing).rejects.toThrow('the build failed');
    expect(await readdir(folder)).toEqual([]);
  });

  it('is removed when the commit cannot be had, and says why', async () => {
    const folder = await folderOf();
    const shallow = await open(await checkout(remote.origin, remote.merge));
    const failing = withTree(shallow, '2'.repeat(40), async () => 1, { folder });
    await expect(failing).rejects.toMatchObject({ code: 'git-failed' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('says in git\u2019s words why a file cannot be checked out, and what to do', async () => {
    const repository = await createRepository();
    const base = await commit(repository, {
      '.gitattributes': '*.bin filter=broken\n',
      'a.bin': '1',
      b: '1',
    });
    await commit(repository, { 'a.bin': '2' });
    await git(repository, 'config', 'filter.broken.smudge', 'false');
    await git(repository, 'config', 'filter.broken.required', 'true');
    await expect(withTree(await open(repository), base, async () => 1)).rejects.toMatchObject({
      message: expect.stringContaining('a.bin: smudge filter broken failed'),
      remedy: expect.stringContaining('Install what the filter runs'),
    });
  });

  it('can be there several times at once', async () => {
    const shallow = await checkout(remote.origin, remote.merge);
    const texts = await Promise.all(
      [1, 2, 3].map(async () =>
        withTree(await open(shallow), remote.main, ({ directory }) => textOf(directory, 'app.txt')),
      ),
    );
    expect(texts).toEqual(['one', 'one', 'one']);
  });

  it('is made on a machine whose defaults are another hash and other refs', async () => {
    const shallow = await checkout(remote.origin, remote.merge);
    const settings = {
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_1: 'init.defaultRefFormat',
      GIT_CONFIG_VALUE_1: 'reftable',
    };
    const env = { ...gitEnv, ...settings, GIT_DEFAULT_HASH: 'sha256', GIT_DEFAULT_REF_FORMAT: 'reftable' };
    const context = { exec: realExec(), env, temporaryDir: await folderOf(), gitRun: new GitRun() };
    const repository = await GitRepository.open(context, shallow);
    const prepare = async (directory: string): Promise<void> => {
      expect(await git(directory, 'rev-parse', 'HEAD')).toBe(remote.main);
    };
    await withTree(
      repository,
      remote.main,
      async ({ directory }) => expect(await textOf(directory, 'app.txt')).toBe('one'),
      { prepare },
    );
  });

  it('runs no hook, wherever they are', async () => {
    const shallow = await checkout(remote.origin, remote.merge);
    await git(shallow, 'config', 'core.hooksPath', `${shallow}/.git/own-hooks`);
    const names = ['post-checkout', 'post-index-change', 'reference-transaction'];
    const hook = `#!/bin/sh\ntouch ${shallow}/.git/hooked\n`;
    await changeFiles(shallow, Object.fromEntries(names.map(name => [`.git/own-hooks/${name}`, hook])));
    for (const name of names) await chmod(join(shallow, '.git/own-hooks', name), 0o755);
    await withTree(await open(shallow), remote.main, async () => undefined);
    expect(existsSync(join(shallow, '.git/hooked'))).toBe(false);
  });

  it('says so when there is no folder for it', async () => {
    const repository = await open(await checkout(remote.origin, remote.merge));
    const request = {
      commit: remote.main,
      at: '',
      contexts: [''],
      cwd: '',
      dockerfile: 'Dockerfile',
      prepare: null,
    };
    await expect(withBaselineTree(repository, request, '/nonexistent', async () => 1)).rejects.toMatchObject({
      code: 'git-failed',
    });
  });
});

/** As BusyBox' is: it knows none of the options. */
function withoutCp(): Exec {
  const exec = realExec();
  const ended = { exitCode: 1, stdout: '', stderr: 'unrecognized option' };
  return { run: async (program, ...rest) => (program === 'cp' ? ended : exec.run(program, ...rest)) };
}

describe('files that are the same on both sides', () => {
  it.each(['', 'lib'])('leave the files of the checkout and its index as they were (%s)', async inside => {
    const repository = await createRepository();
    const inner = await createRepository();
    await commit(inner, { large: Buffer.alloc(9_000_000, 2) });
    await git(repository, 'submodule', '--quiet', 'add', `file://${inner}`, 'lib');
    const base = await commit(repository, { small: '1', large: Buffer.alloc(9_000_000, 1) });
    await commit(repository, { other: '1' });
    const clone = join(repository, inside);
    await git(clone, 'update-index', '-q', '--refresh');
    const index = await git(clone, 'rev-parse', '--path-format=absolute', '--git-path', 'index');
    const stateOf = (path: string) => {
      const { ino, nlink, mtimeNs, ctimeNs } = lstatSync(path, { bigint: true });
      return { ino, nlink, mtimeNs, ctimeNs };
    };
    const before = [index, join(clone, 'large')].map(stateOf);
    await withTree(await open(repository), base, async ({ directory }) => {
      expect(await readFile(join(directory, inside, 'large'))).toHaveLength(9_000_000);
      // As a run that is killed now leaves it.
      await git(clone, 'diff-index', '--quiet', 'HEAD');
    });
    expect([index, join(clone, 'large')].map(stateOf)).toEqual(before);
  });

  it('are the commit\u2019s where git was told not to look at them', async () => {
    const repository = await createRepository();
    const base = await commit(repository, { settings: '1' });
    await git(repository, 'update-index', '--assume-unchanged', 'settings');
    await writeFile(join(repository, 'settings'), 'mine');
    await withTree(await open(repository), base, async ({ directory }) => {
      expect(await textOf(directory, 'settings')).toBe('1');
    });
  });

  it('may have names that are no UTF-8, and are left out then', async () => {
    const repository = await createRepository();
    await writeFile(Buffer.concat([Buffer.from(`${repository}/`), Buffer.from([0xff, 0xfe])]), 'x');
    const base = await commit(repository, { a: '1' });
    await commit(repository, { a: '2' });
    await withTree(await open(repository), base, async ({ directory }) => {
      expect(await textOf(directory, 'a')).toBe('1');
    });
  });

  it('are there although git was told to skip them', async () => {
    const repository = await createRepository();
    const base = await commit(repository, { 'a/settings': '1', 'a/changed': '1', Dockerfile: '1', env: '1' });
    await commit(repository, { 'a/changed': '22', Dockerfile: '22' });
    await git(repository, 'update-index', '--skip-worktree', 'a/settings', 'env');
    await writeFile(join(repository, 'env'), 'mine');
    await withTree(await open(repository), base, async ({ directory }) => {
      const texts = ['a/settings', 'a/changed', 'Dockerfile', 'env'].map(path => textOf(directory, path));
      expect(await Promise.all(texts)).toEqual(['1', '1', '1', 'mine']);
    });
  });

  it('are as they are there, and those that the head changed or edited are the commit\u2019s', async () => {
    const repository = await createRepository();
    const base = await commit(repository, {
      'same.txt': '1',
      'changed.txt': '1',
      'edited.txt': '1',
      gone: '1',
    });
    await commit(repository, { 'changed.txt': '22', 'added.txt': '1', gone: null });
    await writeFile(join(repository, 'edited.txt'), '333');
    await withTree(await open(repository), base, async ({ directory, uncommitted }) => {
      expect(await textOf(directory, 'same.txt')).toBe('1');
      expect(await textOf(directory, 'changed.txt')).toBe('1');
      expect(await textOf(directory, 'edited.txt')).toBe('1');
      expect(await textOf(directory, 'gone')).toBe('1');
      expect(existsSync(join(directory, 'added.txt'))).toBe(false);
      expect(uncommitted.filter(({ path }) => !path.startsWith('.git/'))).toEqual([]);
    });
  });

  it('are as the checkout has them when a line end setting came later', async () => {
    const repository = await createRepository();
    const base = await commit(repository, { 'a.txt': 'one\ntwo\n', 'b.txt': 'one\n' });
    await commit(repository, { 'b.txt': 'two\n' });
    await git(repository, 'config', 'core.autocrlf', 'true');
    await withTree(await open(repository), base, async ({ directory }) => {
      expect(await textOf(directory, 'a.txt')).toBe('one\ntwo\n');
    });
  });

  it('are checked out anew where an attribute of them changed', async () => {
    const repository = await createRepository();
    const base = await commit(repository, {
      '.gitattributes': '*.txt eol=crlf\n',
      'a.txt': 'one\n',
      'b.md': 'b',
    });
    await commit(repository, { '.gitattributes': '*.txt eol=lf\n' });
    await git(repository, 'rm', '--quiet', '--cached', '-r', '.');
    await git(repository, 'reset', '--quiet', '--hard');
    await withTree(await open(repository), base, async ({ directory }) => {
      expect(await textOf(directory, 'a.txt')).toBe('one\r\n');
    });
  });

  it('stay out where a sparse checkout leaves them out', async () => {
    const repository = await createRepository();
    const base = await commit(repository, { 'in/a': '1', 'out/a': '1', 'out/b': '1', top: '1' });
    await commit(repository, { 'out/b': null, 'in/a': '2' });
    await git(repository, 'sparse-checkout', 'set', '--cone', 'in');
    await withTree(await open(repository), base, async ({ directory }) => {
      expect((await readdir(directory)).sort()).toEqual(['.git', 'in', 'top']);
      expect(await textOf(directory, 'in/a')).toBe('1');
    });
  });

  it.each([
    ['to the nanosecond', realExec(), 0n],
    ['to a microsecond without a cp that can', withoutCp(), 1000n],
  ] as const)('have the times that they have there, %s', async (_precision, exec, most) => {
    const repository = await createRepository();
    await changeFiles(repository, { 'src/-a': '1', 'src/deep/b c': '2', '.gitignore': 'ignored\n' });
    await symlink('b c', join(repository, 'src/deep/link'));
    const base = await commit(repository, { 'only-here': '1' });
    await commit(repository, { 'only-here': '2' });
    await changeFiles(repository, { ignored: '1' });
    const paths = ['src/-a', 'src/deep/b c', 'src/deep/link', '.gitignore', 'ignored'];
    const timeOf = (folder: string, path: string) => lstatSync(join(folder, path), { bigint: true }).mtimeNs;
    await withTree(await open(repository, exec), base, async ({ directory }) => {
      for (const path of paths) {
        const off = timeOf(directory, path) - timeOf(repository, path);
        expect(off < 0n ? -off : off, path).toBeLessThanOrEqual(most);
      }
      expect(await readlink(join(directory, 'src/deep/link'))).toBe('b c');
      expect(await textOf(directory, 'src/deep/b c')).toBe('2');
    });
  });

  it('may be symbolic links, and programs', async () => {
    const repository = await createRepository();
    await changeFiles(repository, { 'run.sh': '#!/bin/sh\n' });
    await chmod(join(repository, 'run.sh'), 0o755);
    await symlink('run.sh', join(repository, 'start'));
    const base = await commit(repository, {});
    await commit(repository, { a: '1' });
    await withTree(await open(repository), base, async ({ directory }) => {
      expect(await readlink(join(directory, 'start'))).toBe('run.sh');
      expect(statSync(join(directory, 'run.sh')).mode & 0o777).toBe(0o755);
    });
  });

  it('are found from a linked worktree', async () => {
    const repository = await createRepository();
    const base = await commit(repository, { a: '1', b: '1' });
    const linked = join(await folderOf(), 'linked');
    await git(repository, 'worktree', 'add', '--quiet', '-b', 'topic', linked);
    await commit(linked, { a: '2' });
    await writeFile(join(linked, 'made'), '4444');
    await withTree(await open(linked), base, async ({ directory, uncommitted }) => {
      expect(await textOf(directory, 'a')).toBe('1');
      expect(lstatSync(join(directory, '.git')).isFile()).toBe(true);
      expect(uncommitted.map(({ path }) => path).sort()).toEqual(['.git', 'made']);
    });
  });
});

describe('tracked files that were edited', () => {
  it('are told, where the build reads them', async () => {
    const repository = await createRepository();
    const inner = await createRepository();
    await commit(inner, { 'inner.txt': '1' });
    await git(repository, 'submodule', '--quiet', 'add', `file://${inner}`, 'app/lib');
    const names = ['app/version', 'app/staged', 'app/gone', 'other/a', 'Dockerfile', 'app/unchecked'];
    const base = await commit(repository, Object.fromEntries(names.map(name => [name, '1'])));
    await commit(repository, { 'app/committed': '1' });
    await git(repository, 'update-index', '--assume-unchanged', 'app/unchecked');
    const noticesOf = async (request: Partial<TreeRequest>) =>
      withTree(await open(repository), base, async ({ notices }) => notices, request);
    await writeFile(join(repository, 'app/unchecked'), '2');
    expect(await noticesOf({})).toEqual([]);
    await writeFile(join(repository, 'app/version'), '2');
    await writeFile(join(repository, 'other/a'), '2');
    const message =
      '1 tracked file is edited here ("app/version"): the base has what its commit has, so the edits count as growth.';
    expect(await noticesOf({ contexts: ['app'] })).toEqual([{ code: 'checkout-edited', message }]);
    await changeFiles(repository, {
      'app/staged': '2',
      'app/gone': null,
      'app/lib/inner.txt': '2',
      Dockerfile: '2',
    });
    await git(repository, 'add', 'app/staged');
    const [notice] = await noticesOf({ contexts: ['app'] });
    expect(notice?.message).toMatch(/^5 tracked files are edited here \(.*, .*, .* and 2 more\)/);
  });
});

describe('what no commit holds', () => {
  async function withBuilt(ignore: string | null) {
    const repository = await createRepository();
    const files = { '.gitignore': 'dist/\nnode_modules/\n*.jar\n', 'app/Dockerfile': 'FROM scratch\n' };
    const base = await commit(repository, {
      ...files,
      ...(ignore === null ? {} : { '.dockerignore': ignore }),
    });
    await commit(repository, { 'app/a': '1' });
    await changeFiles(repository, {
      'dist/x/y.js': '12345',
      'node_modules/m/index.js': '1',
      'app/target.jar': '123',
      'note.txt': '12',
    });
    return { repository, base };
  }
  const pathsOf = ({ uncommitted }: BaselineTree): readonly string[] =>
    uncommitted
      .map(({ path }) => path)
      .filter(path => !path.startsWith('.git/'))
      .sort();

  it('is what the checkout has, with its bytes', async () => {
    const { repository, base } = await withBuilt(null);
    await withTree(await open(repository), base, async tree => {
      expect(pathsOf(tree)).toEqual(['app/target.jar', 'dist/x/y.js', 'node_modules/m/index.js', 'note.txt']);
      expect(tree.uncommitted).toContainEqual({ path: 'dist/x/y.js', bytes: 5 });
      expect(await textOf(tree.directory, 'dist/x/y.js')).toBe('12345');
      expect(await textOf(tree.directory, '.git/HEAD')).toBe(await textOf(repository, '.git/HEAD'));
    });
  });

  it('is only what the build sends', async () => {
    const { repository, base } = await withBuilt('# none\n.git\n**/node_modules\ndist/*\n!dist/x\n');
    await withTree(await open(repository), base, async tree => {
      expect(pathsOf(tree)).toEqual(['app/target.jar', 'dist/x/y.js', 'note.txt']);
      expect(existsSync(join(tree.directory, '.git'))).toBe(false);
    });
    await withTree(
      await open(repository),
      base,
      async tree => expect(pathsOf(tree)).toEqual(['app/target.jar']),
      { contexts: ['app'], dockerfile: 'app/Dockerfile' },
    );
  });

  it('is in the folder that the context was before it moved', async () => {
    const repository = await createRepository();
    const text = 'FROM scratch\n# one\n# two\n# three\n';
    const base = await commit(repository, {
      '.gitignore': 'target\n',
      'app/Dockerfile': text,
      'app/.dockerignore': 'secret\n',
      'app/a': '1',
    });
    await git(repository, 'mv', 'app', 'service');
    await commit(repository, { 'service/b': '1', 'service/.dockerignore': '' });
    await changeFiles(repository, { 'service/target/app.jar': '12345', 'service/secret': '1' });
    await mkdir(join(repository, 'service/empty'));
    await withTree(
      await open(repository),
      base,
      async ({ directory, uncommitted, oldPlaces }) => {
        expect(oldPlaces).toEqual({ contexts: ['app'], dockerfile: 'app/Dockerfile' });
        expect(await textOf(directory, 'app/target/app.jar')).toBe('12345');
        expect((await readdir(join(directory, 'app'))).sort()).toEqual([
          '.dockerignore',
          'Dockerfile',
          'a',
          'empty',
          'target',
        ]);
        expect(existsSync(join(directory, 'service'))).toBe(false);
        const timeOf = (path: string) => lstatSync(path, { bigint: true }).mtimeNs;
        expect(timeOf(join(directory, 'app/a'))).toBe(timeOf(join(repository, 'service/a')));
        expect(uncommitted).toEqual([{ path: 'service/target/app.jar', bytes: 5 }]);
      },
      { contexts: ['service'], dockerfile: 'service/Dockerfile' },
    );
  });

  it('is left out by what lies beside the Dockerfile, whatever that was called', async () => {
    const repository = await createRepository();
    const text = 'FROM scratch\n# one\n# two\n# three\n';
    const base = await commit(repository, {
      '.gitignore': 'dist\n',
      '.dockerignore': '*\n',
      'docker/Dockerfile': text,
      'docker/Dockerfile.dockerignore': 'node_modules\n',
    });
    await git(repository, 'mv', 'docker/Dockerfile', 'docker/prod.Dockerfile');
    await git(repository, 'mv', 'docker/Dockerfile.dockerignore', 'docker/prod.Dockerfile.dockerignore');
    await commit(repository, { a: '1' });
    await changeFiles(repository, { 'dist/x': '1', 'node_modules/m': '1' });
    await withTree(
      await open(repository),
      base,
      async tree => {
        expect(pathsOf(tree)).toEqual(['dist/x']);
        expect(existsSync(join(tree.directory, '.git/HEAD'))).toBe(true);
      },
      { dockerfile: 'docker/prod.Dockerfile' },
    );
  });

  it('has a Dockerfile that lies outside of the context', async () => {
    const { repository, base } = await withBuilt(null);
    await changeFiles(repository, { 'made/Dockerfile': 'FROM scratch\n' });
    const request = { contexts: ['app'], dockerfile: 'made/Dockerfile' };
    await withTree(
      await open(repository),
      base,
      async ({ directory }) => expect(existsSync(join(directory, 'made/Dockerfile'))).toBe(true),
      request,
    );
  });

  it('never takes the place of what the commit has, and goes through no link of it', async () => {
    const repository = await createRepository();
    const elsewhere = await folderOf();
    await symlink(elsewhere, join(repository, 'link'));
    const base = await commit(repository, { built: 'of the commit', folder: 'a file' });
    await commit(repository, { built: null, folder: null, link: null });
    await changeFiles(repository, { built: 'made here', 'folder/in': '1', 'link/in': '1' });
    await withTree(await open(repository), base, async ({ directory }) => {
      expect(await textOf(directory, 'built')).toBe('of the commit');
      expect(await textOf(directory, 'folder')).toBe('a file');
      expect(await readdir(elsewhere)).toEqual([]);
    });
  });

  it.skipIf(process.getuid?.() === 0)('leaves out what may not be read', async () => {
    const repository = await createRepository();
    const base = await commit(repository, { a: '1' });
    await changeFiles(repository, { 'data/key': '1', 'data/open': '1', 'closed/key': '1' });
    for (const path of ['data/key', 'closed']) await chmod(join(repository, path), 0o000);
    await withTree(await open(repository), base, async ({ directory }) => {
      expect(await readdir(join(directory, 'data'))).toEqual(['open']);
      expect(existsSync(join(directory, 'closed/key'))).toBe(false);
    });
    await chmod(join(repository, 'closed'), 0o700);
  });

  it('is all where a .dockerignore is no file', async () => {
    const repository = await createRepository();
    const base = await commit(repository, { '.dockerignore/a': '1' });
    await changeFiles(repository, { 'data/open': '1' });
    await withTree(await open(repository), base, async ({ directory }) => {
      expect(await textOf(directory, 'data/open')).toBe('1');
    });
  });

  it('has nothing of the folders that runs use', async () => {
    const repository = await createRepository();
    const base = await commit(repository, { a: '1' });
    const folder = join(repository, 'tmp/deadweight-ABCDEF');
    await changeFiles(folder, { '.owner': '1 here', 'build/metadata.json': '{}' });
    await withTree(await open(repository), base, async ({ directory }) =>
      expect((await readdir(directory)).sort()).toEqual(['.git', 'a']),
    );
  });

  it('has no FIFO in it, and links of links as they are', async () => {
    const repository = await createRepository();
    const base = await commit(repository, { a: '1' });
    execFileSync('mkfifo', [join(repository, 'pipe')]);
    await symlink('/nonexistent', join(repository, 'dangling'));
    await mkdir(join(repository, 'empty'));
    await withTree(await open(repository), base, async ({ directory }) => {
      expect((await readdir(directory)).sort()).toEqual(['.git', 'a', 'dangling', 'empty']);
    });
  });

  it('lets git go on in the checkout without touching the tree', async () => {
    const repository = await createRepository();
    const base = await commit(repository, { a: '1' });
    await commit(repository, { a: '2' });
    await withTree(await open(repository), base, async ({ directory }) => {
      const before = fingerprint(directory);
      await commit(repository, { a: '3', b: '4' });
      await git(repository, 'gc', '--quiet');
      expect(fingerprint(directory)).toBe(before);
    });
  });
});

describe('a tree that is prepared', () => {
  const whole = { at: '', cwd: '', contexts: [''], dockerfile: 'Dockerfile' };

  it('starts from the files of its commit alone, and nothing of the checkout can be written through it', async () => {
    const repository = await createRepository();
    await symlink('a', join(repository, 'link'));
    const base = await commit(repository, {
      a: 'one\n',
      '.gitignore': 'dist\n',
      b: '1',
      large: Buffer.alloc(9_000_000),
    });
    await commit(repository, { b: '2' });
    await git(repository, 'config', 'core.autocrlf', 'true');
    await changeFiles(repository, { 'dist/made': 'of the head', untracked: '1' });
    const before = fingerprint(repository);
    let seen: readonly string[] = [];
    const prepare = async (directory: string): Promise<void> => {
      seen = (await readdir(directory)).sort();
      expect(await textOf(directory, 'a')).toBe('one\n');
      expect(await textOf(directory, 'b')).toBe('1');
      for (const name of ['a', 'b', 'large', '.gitignore', '.git/HEAD', '.git/config']) {
        await writeFile(join(directory, name), 'overwritten');
      }
      await changeFiles(directory, { 'dist/made': 'of the base' });
    };
    await withTree(
      await open(repository),
      base,
      async ({ directory, uncommitted }) => {
        expect((await readdir(directory)).sort()).toEqual([
          '.git',
          '.gitignore',
          'a',
          'b',
          'dist',
          'large',
          'link',
        ]);
        expect(await textOf(directory, 'dist/made')).toBe('of the base');
        expect(await textOf(directory, 'a')).toBe('overwritten');
        expect(await textOf(directory, '.git/HEAD')).toBe(await textOf(repository, '.git/HEAD'));
        expect(uncommitted.every(({ path }) => path.startsWith('.git/'))).toBe(true);
      },
      { prepare },
    );
    expect(seen).toEqual(['.git', '.gitignore', 'a', 'b', 'large', 'link']);
    expect(fingerprint(repository)).toBe(before);
  });

  it('has the history of its commit meanwhile, and no settings of the clone', async () => {
    const repository = await createRepository();
    const base = await commit(repository, { a: '1' });
    await git(repository, 'tag', '-a', 'v1', '-m', 'v1');
    await commit(repository, { a: '2' });
    await git(repository, 'tag', 'v2');
    const shallow = await checkout(repository, 'main');
    await git(shallow, 'fetch', '--quiet', 'origin', '--depth=1', 'refs/tags/*:refs/tags/*');
    for (const clone of [repository, shallow]) {
      await git(clone, 'config', 'http.https://github.com/.extraheader', 'AUTHORIZATION: basic CANARY');
      const told: string[] = [];
      const prepare = async (directory: string): Promise<void> => {
        told.push(await git(directory, 'describe', '--dirty', '--always'));
        told.push(await git(directory, 'rev-parse', 'HEAD'), await git(directory, 'status', '--porcelain'));
        told.push(await git(directory, 'config', '--list', '--local'));
        await commit(directory, { made: '1' });
      };
      await withTree(await open(clone), base, async () => undefined, { prepare });
      expect(told.slice(0, 3)).toEqual(['v1', base, '']);
      expect(told[3]).not.toMatch(/CANARY|remote/);
      expect(await git(clone, 'rev-parse', 'HEAD')).not.toBe(base);
    }
  });

  it('has submodules, and of those their git directories for the build', async () => {
    const folder = await folderOf();
    const inner = await createRepository(join(folder, 'inner'));
    await commit(inner, { 'inner.txt': 'old' });
    const work = await createRepository(join(folder, 'work'));
    await git(work, 'submodule', '--quiet', 'add', `file://${inner}`, 'vendor/inner');
    const base = await commit(work, { a: '1' });
    await changeFiles(work, { 'vendor/inner/made': '1', 'vendor/other/.git/x': '1' });
    const prepare = async (directory: string): Promise<void> => {
      expect(await readdir(join(directory, 'vendor/inner'))).toEqual(['inner.txt']);
      expect(await git(directory, 'status', '--porcelain')).toBe('');
    };
    await withTree(
      await open(work),
      base,
      async ({ directory }) => {
        expect((await readdir(join(directory, 'vendor/inner'))).sort()).toEqual(['.git', 'inner.txt']);
        expect(await readdir(join(directory, 'vendor'))).toEqual(['inner']);
      },
      { prepare },
    );
  });

  it('is removed when that fails, with what it left', async () => {
    const folder = await folderOf();
    const repository = await createRepository();
    const base = await commit(repository, { a: '1' });
    const prepare = async (directory: string): Promise<void> => {
      await changeFiles(directory, { 'left/over': '1' });
      throw new Error('prepare failed');
    };
    const body = (): never => expect.unreachable('nothing is built');
    const failing = withBaselineTree(
      await open(repository),
      { commit: base, ...whole, prepare },
      folder,
      body,
    );
    await expect(failing).rejects.toThrow('prepare failed');
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('the tree of a build that reads a part of its repository', () => {
  const files = {
    'api/Dockerfile': 'FROM scratch\nCOPY . /\n',
    'api/a.js': '1',
    'web/b.js': '1',
    'docker/web.Dockerfile': 'FROM scratch\nCOPY . /\n',
    'docker/web.Dockerfile.dockerignore': '*.md\n',
    'docker/other': '1',
    'tools/run.sh': '1',
    'docs/page.md': '1',
  };
  const api = { contexts: ['api'], dockerfile: 'api/Dockerfile' };

  /** Paths of files that the tree has. */
  async function laidOut(
    given: Readonly<Record<string, string>>,
    request: Partial<TreeRequest>,
    make: (repository: string) => Promise<unknown> = async () => undefined,
  ): Promise<readonly string[]> {
    const repository = await createRepository();
    await changeFiles(repository, given);
    await make(repository);
    await git(repository, 'add', '--all');
    await git(repository, 'commit', '--quiet', '--message', 'base');
    const base = await git(repository, 'rev-parse', 'HEAD');
    await commit(repository, { 'api/a.js': '2', 'docs/page.md': '2' });
    return await withTree(
      await open(repository),
      base,
      async ({ directory }) => {
        const entries = await readdir(directory, { recursive: true, withFileTypes: true });
        const paths = entries.map(entry => join(entry.parentPath, entry.name).slice(directory.length + 1));
        return paths.filter((path, at) => !entries[at]?.isDirectory() && !path.startsWith('.git')).sort();
      },
      request,
    );
  }

  it('has its contexts, its Dockerfile with its ignore file, and where it runs', async () => {
    expect(await laidOut(files, api)).toEqual(['api/Dockerfile', 'api/a.js']);
    const web = { contexts: ['web', 'api'], dockerfile: 'docker/web.Dockerfile', cwd: 'tools' };
    expect(await laidOut(files, web)).toEqual([
      'api/Dockerfile',
      'api/a.js',
      'docker/web.Dockerfile',
      'docker/web.Dockerfile.dockerignore',
      'tools/run.sh',
      'web/b.js',
    ]);
  });

  it('has all where a command may read it, or the commit has a link or nothing in a place', async () => {
    const all = Object.keys(files).sort();
    expect(await laidOut(files, { ...api, prepare: async () => undefined })).toEqual(all);
    expect(await laidOut(files, { contexts: ['api'], dockerfile: 'api/Renamed' })).toEqual(all);
    const linked = { contexts: ['at/now'], dockerfile: 'api/Dockerfile' };
    expect(await laidOut(files, linked, folder => symlink('api', join(folder, 'at')))).toEqual([
      'api/Dockerfile',
      'api/a.js',
      'at',
      ...all.slice(2),
    ]);
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
    await withTree(await open(head), base, async ({ directory, notices }) => {
      expect(await textOf(directory, 'a.txt')).toBe('base');
      expect(await textOf(directory, 'third party/inner/inner.txt')).toBe('old');
      expect(await textOf(directory, 'third party/inner/leaf/leaf.txt')).toBe('leaf');
      expect(await readdir(join(directory, 'unused'))).toEqual([]);
      expect(notices.map(({ code }) => code)).toEqual(['base-submodule-missing']);
      expect(notices[0]?.message).toContain('unused');
    });
    expect(await textOf(head, 'third party/inner/inner.txt')).toBe('new');
    expect(await git(head, 'status', '--porcelain')).toBe('');
  });

  it('that the head added have no place in it, and those that it removed are told', async () => {
    const inner = await createRepository();
    await commit(inner, { big: '12345' });
    const repository = await createRepository();
    const without = await commit(repository, { a: '1' });
    await git(repository, 'submodule', '--quiet', 'add', `file://${inner}`, 'lib');
    const within = await commit(repository, {});
    await withTree(await open(repository), without, async ({ directory, uncommitted }) => {
      expect(existsSync(join(directory, 'lib'))).toBe(false);
      expect(uncommitted.some(({ path }) => path.startsWith('lib/'))).toBe(false);
    });
    await git(repository, 'rm', '--quiet', 'lib');
    await commit(repository, {});
    await withTree(await open(repository), within, async ({ notices }) => {
      expect(notices).toMatchObject([{ code: 'base-submodule-missing' }]);
    });
  });

  it('stay empty, silently, where the head has none of them', async () => {
    const { base, work } = await withSubmodules();
    const head = await clone(work);
    await withTree(await open(head), base, async ({ directory, notices }) => {
      expect(await readdir(join(directory, 'third party/inner'))).toEqual([]);
      expect(notices).toEqual([]);
    });
  });

  it('are a notice when their commit cannot be had', async () => {
    const { base, work, inner } = await withSubmodules();
    const head = await clone(work);
    await git(head, 'submodule', '--quiet', 'update', '--init', '--depth=1', 'third party/inner');
    await git(join(head, 'third party/inner'), 'remote', 'set-url', 'origin', `file://${inner}-gone`);
    await withTree(await open(head), base, async ({ notices }) => {
      expect(notices.map(({ message }) => message)).toContainEqual(
        expect.stringContaining('third party/inner'),
      );
    });
  });

  it('of a submodule are told by their whole paths, and by the base of all', async () => {
    const { base, work } = await withSubmodules();
    const head = await clone(work);
    await git(head, 'submodule', '--quiet', 'update', '--init', '--recursive', 'third party/inner');
    await git(join(head, 'third party/inner/leaf'), 'remote', 'set-url', 'origin', 'file:///gone');
    await rm(join(head, 'third party/inner/leaf/.git'));
    await git(join(head, 'third party/inner'), 'submodule', '--quiet', 'add', `file://${work}`, 'more');
    await git(join(head, 'third party/inner'), 'commit', '--quiet', '-m', 'more');
    await git(head, 'commit', '--quiet', '-a', '-m', 'more');
    const after = await git(head, 'rev-parse', 'HEAD');
    expect(after).not.toBe(base);
    await withTree(await open(head), after, async ({ notices }) => {
      const leaf = notices.find(({ message }) => message.includes('leaf'));
      expect(leaf?.message).toContain(
        `The base ${after.slice(0, 7)} was built without its submodule third party/inner/leaf:`,
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
    await withTree(await open(repository), base, async ({ directory }) => {
      expect(await textOf(directory, 'a.bin')).toBe(expected);
    });
  });

  it.each(['', ' --skip'])('is where the head has some as pointers (git lfs smudge%s)', async skip => {
    const repository = await createRepository();
    const attributes = { '.gitattributes': '*.bin filter=lfs\n' };
    const names = ['docs/a.bin', 'docs/gone.bin', 'models/a.bin', 'models/gone.bin', 'models/gone.txt'];
    const pointers = Object.fromEntries(names.map(name => [name, pointer]));
    const base = await commit(repository, { ...attributes, ...pointers });
    // Each is another than in the head, or is not there.
    const changed = pointer.replace('size 5', 'size 6');
    await commit(repository, {
      'docs/a.bin': changed,
      'docs/gone.bin': null,
      'models/a.bin': changed,
      'models/gone.bin': null,
      'models/gone.txt': null,
    });
    const program = join(await folderOf({ 'lfs.sh': `[ "$1" = --skip ] && exec cat; ${smudge}` }), 'lfs.sh');
    await git(repository, 'config', 'filter.lfs.clean', `echo '${changed.trim()}' && :`);
    await git(repository, 'config', 'filter.lfs.smudge', `sh ${program}${skip}`);
    await writeFile(join(repository, 'models/a.bin'), 'pulled');
    await withTree(await open(repository), base, async ({ directory }) => {
      const texts = await Promise.all(names.map(name => textOf(directory, name)));
      expect(texts).toEqual([pointer, pointer, 'smudged', 'smudged', pointer]);
    });
  });
});
