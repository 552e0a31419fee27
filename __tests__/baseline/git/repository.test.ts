import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { actionEnvironment } from '../../../src/action/environment.ts';
import type { Exec } from '../../../src/base/effects.ts';
import { findCheckout } from '../../../src/baseline/git/checkout.ts';
import { GitRun } from '../../../src/baseline/git/git-run.ts';
import { GitRepository } from '../../../src/baseline/git/repository.ts';
import { folderOf } from '../../support/folder.ts';
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
import { noSecrets } from '../../support/no-secrets.ts';
import { optionValues } from '../../support/option-values.ts';

let remote: PullRequestRemote;
let full: string;
beforeAll(async () => {
  remote = await longPullRequest();
  await git(remote.origin, 'branch', 'topic/thing', remote.head);
  full = await clone(remote.origin);
});

describe('opening', () => {
  it('finds the top from a folder inside, spaces and quotes in its name', async () => {
    const folder = await createRepository(join(await folderOf(), 'it\'s a "repo" é'));
    await commit(folder, { 'deep/er/file': '1' });
    expect((await open(join(folder, 'deep/er'))).directory).toBe(folder);
  });

  it('says so outside of a repository', async () => {
    await expect(open(await folderOf())).rejects.toMatchObject({
      code: 'git-failed',
      message: expect.stringContaining('is not in a git repository'),
    });
  });

  it('reads what another user owns where the runner made it', async () => {
    vi.stubEnv('GITHUB_WORKSPACE', full);
    vi.stubEnv('RUNNER_TEMP', await folderOf());
    const { env } = await actionEnvironment(optionValues(), noSecrets, 'app');
    const another = { ...gitEnv, GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' };
    const context = { exec: realExec(), temporaryDir: await folderOf(), gitRun: new GitRun() };
    await expect(GitRepository.open({ ...context, env: another }, full)).rejects.toMatchObject({
      message: `git does not trust ${full}: another user owns it.`,
    });
    const { GIT_CONFIG_COUNT, GIT_CONFIG_KEY_0, GIT_CONFIG_VALUE_0 } = env;
    const trusted = { ...another, GIT_CONFIG_COUNT, GIT_CONFIG_KEY_0, GIT_CONFIG_VALUE_0 };
    const repository = await GitRepository.open({ ...context, env: trusted }, full);
    expect(await repository.hasCommit(remote.main)).toBe(true);
  });

  it('says so without git', async () => {
    const exec = { run: () => Promise.reject(new Error('spawn git ENOENT')) };
    await expect(
      GitRepository.open({ exec, env: {}, temporaryDir: '/', gitRun: new GitRun() }, '/'),
    ).rejects.toMatchObject({
      code: 'git-failed',
      remedy: expect.stringContaining('Install git'),
    });
  });

  it('is not led elsewhere by any variable that names a repository', async () => {
    const listed = (await git(full, 'rev-parse', '--local-env-vars')).split('\n');
    const names = listed.filter(name => !/^GIT_CONFIG_(?:COUNT|PARAMETERS)$/.test(name));
    const leading = Object.fromEntries(names.map(name => [name, '/nonexistent']));
    const env = { ...gitEnv, ...leading, GIT_LITERAL_PATHSPECS: '1', GIT_ICASE_PATHSPECS: '1' };
    const repository = await GitRepository.open(
      { exec: realExec(), env, temporaryDir: '/', gitRun: new GitRun() },
      full,
    );
    expect(repository.directory).toBe(full);
    expect(await repository.git.run(['ls-files', '--', ':(top)app.txt'])).toBe('app.txt');
  });
});

describe('a folder whose tracked files are those of a git directory', () => {
  const isOld = (setting: string) => setting.startsWith('safe.bareRepository');

  const askRemote = async (opened: Promise<GitRepository>) => (await opened).fetchBranch('main');

  /** @param worktree of the hostile git directory */
  async function hostile(worktree: string) {
    const folder = await createRepository();
    const command = `touch ${folder}/ran; git-upload-pack`;
    await commit(folder, {
      'app/Dockerfile': 'FROM scratch\n',
      'app/HEAD': 'ref: refs/heads/main\n',
      'app/objects/keep': '',
      'app/refs/heads/keep': '',
      'app/config': `[core]
  repositoryformatversion = 0
  bare = false
  worktree = ${worktree}
[remote "origin"]
  url = ${folder}/.git
  fetch = +refs/heads/*:refs/remotes/origin/*
  uploadpack = "${command}"
`,
    });
    return folder;
  }

  it.each(['.', '..'])('is no repository, and no command of it runs (worktree %s)', async worktree => {
    const folder = await hostile(worktree);
    await expect(askRemote(open(join(folder, 'app')))).rejects.toMatchObject({
      message: expect.stringContaining('has the files of a git directory in it'),
    });
    const context = {
      exec: realExec(),
      env: gitEnv,
      temporaryDir: await folderOf(),
      gitRun: new GitRun(),
      cwd: folder,
    };
    expect(await findCheckout('app', context)).toEqual({ folder, top: folder });
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  });

  it('is none for a git that knows no `safe.bareRepository` either', async () => {
    const folder = await hostile('.');
    const real = realExec();
    const exec: Exec = {
      run: (program, args, options) =>
        real.run(
          program,
          args.filter((arg, at) => !isOld(arg) && !isOld(args[at + 1] ?? '')),
          options,
        ),
    };
    await expect(askRemote(open(join(folder, 'app'), exec))).rejects.toMatchObject({ code: 'git-failed' });
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  });
});

describe('resolving a ref', () => {
  it('knows branches, tags, remote branches by their short name, and abbreviated commits', async () => {
    const repository = await open(full);
    await git(full, 'tag', '-a', 'v1', '-m', 'one', remote.left);
    expect(await repository.resolveCommit('main')).toBe(remote.main);
    expect(await repository.resolveCommit('v1')).toBe(remote.left);
    expect(await repository.resolveCommit('topic/thing')).toBe(remote.head);
    expect(await repository.resolveCommit(remote.head.slice(0, 9))).toBe(remote.head);
    expect(await repository.resolveCommit('main~1')).toBe(remote.left);
  });

  it('fetches a full commit id that a shallow clone does not have', async () => {
    const repository = await open(await checkout(remote.origin, remote.merge));
    expect(await repository.resolveCommit(remote.left)).toBe(remote.left);
    expect(await repository.hasCommit(remote.left)).toBe(true);
  });

  it.each([
    '--upload-pack=touch pwned',
    '-x',
    '--help',
    '--output=pwned',
    'HEAD:Dockerfile',
    'HEAD^{tree}',
    '..',
    '',
    'a\0b',
    'a\nb',
    '$(touch pwned)',
    '`touch pwned`',
    ':(exclude)*',
    '@{-1}',
  ])('takes %j for an unknown ref and nothing else', async ref => {
    await expect((await open(full)).resolveCommit(ref)).rejects.toMatchObject({ code: 'git-ref-unknown' });
    expect(existsSync(join(full, 'pwned'))).toBe(false);
  });

  it('does not repeat an endless ref', async () => {
    const failing = (await open(full)).resolveCommit('x'.repeat(100_000));
    await expect(failing).rejects.toMatchObject({
      code: 'git-ref-unknown',
      message: expect.stringMatching(/^.{1,200}$/),
    });
  });

  it('names near matches', async () => {
    await expect((await open(full)).resolveCommit('mian')).rejects.toThrow(/Near it: main/);
    await expect((await open(full)).resolveCommit('topic/thin')).rejects.toThrow(/origin\/topic\/thing/);
    await expect((await open(full)).resolveCommit('nothing-like-it')).rejects.not.toThrow(/Near it/);
  });

  it('knows the newest commit whose message has some words', async () => {
    const repository = await createRepository();
    const sha = await commit(repository, { a: '1' }, 'the very first');
    await commit(repository, { a: '2' }, 'second');
    expect(await (await open(repository)).resolveCommit(':/very')).toBe(sha);
    await expect((await open(repository)).resolveCommit(':/nowhere')).rejects.toMatchObject({
      code: 'git-ref-unknown',
    });
  });

  it('fetches a branch or a tag of the remote that is not here, at depth 1', async () => {
    await git(remote.origin, 'tag', '-f', '-a', 'v9', '-m', 'nine', remote.left);
    for (const [name, sha] of [
      ['main', remote.main],
      ['origin/main', remote.main],
      ['v9', remote.left],
    ] as const) {
      const shallow = await open(await checkout(remote.origin, remote.merge));
      expect(await shallow.resolveCommit(name)).toBe(sha);
      expect(await (await shallow.objects()).run(['rev-list', '--count', sha])).toBe('1');
    }
  });

  it('says how to fetch in a shallow clone, and only there', async () => {
    const shallow = await open(await checkout(remote.origin, remote.merge));
    await expect(shallow.resolveCommit('nope')).rejects.toMatchObject({
      remedy: expect.stringContaining('shallow'),
    });
    await expect((await open(full)).resolveCommit('nope')).rejects.toMatchObject({
      remedy: expect.not.stringContaining('shallow'),
    });
  });
});

describe('history', () => {
  it('reads both parents of a merge commit at depth 1', async () => {
    const repository = await open(await checkout(remote.origin, remote.merge));
    expect(await repository.isShallow()).toBe(true);
    expect(await repository.parents(remote.merge)).toEqual([remote.main, remote.head]);
    expect(await repository.firstParent(remote.merge)).toBe(remote.main);
  });

  it('is not fooled by a commit message that looks like a header', async () => {
    const folder = await createRepository();
    const sha = await commit(folder, { a: '1' }, `x\n\nparent ${'1'.repeat(40)}\n`);
    expect(await (await open(folder)).firstParent(sha)).toBeNull();
  });

  it('fetches one commit alone, without making a complete clone shallow', async () => {
    const shallow = await checkout(remote.origin, remote.merge);
    const repository = await open(shallow);
    await repository.ensureCommit(remote.main);
    const objects = await repository.objects();
    expect(await objects.run(['rev-list', '--count', remote.main])).toBe('1');
    await expect(git(shallow, 'cat-file', '-e', remote.main)).rejects.toThrow();

    const complete = await open(await clone(remote.origin, '--single-branch', '--branch', 'main'));
    await complete.ensureCommit(remote.head);
    expect(await complete.isShallow()).toBe(false);
    expect(await complete.mergeBase(remote.head, remote.main)).toBe(remote.left);
  });

  it('deepens beyond the first step', async () => {
    const long = await longPullRequest(70);
    const shallow = await checkout(long.origin, long.head, 60);
    const repository = await open(shallow);
    expect(await repository.mergeBase(long.main, long.head)).toBe(long.left);
    const objects = await repository.objects();
    expect(Number(await objects.run(['rev-list', '--count', long.head]))).toBeGreaterThan(60);
    expect(await git(shallow, 'rev-list', '--count', 'HEAD')).toBe('60');
  });

  it('says so when a commit is nowhere', async () => {
    const repository = await open(await checkout(remote.origin, remote.merge));
    await expect(repository.ensureCommit('1'.repeat(40))).rejects.toMatchObject({ code: 'git-failed' });
    const alone = await createRepository();
    await commit(alone, { a: '1' });
    await expect((await open(alone)).ensureCommit('1'.repeat(40))).rejects.toThrow(/no remote/);
  });

  it('hands nothing but commit ids to git', async () => {
    const repository = await open(full);
    await expect(repository.ensureCommit('--upload-pack=x')).rejects.toMatchObject({
      code: 'git-ref-unknown',
    });
    await expect(repository.parents('HEAD')).rejects.toMatchObject({ code: 'git-ref-unknown' });
  });
});
