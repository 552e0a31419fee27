import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseBaselineCommit, findClonedCommit } from '../../src/baseline/baseline-commit.ts';
import type { PullRequestCommits } from '../../src/baseline/baseline-request.ts';
import { GitRun } from '../../src/baseline/git/git-run.ts';
import { folderOf } from '../support/folder.ts';
import { startGitDaemon } from '../support/git/git-daemon.ts';
import { longPullRequest, type PullRequestRemote } from '../support/git/pull-request.ts';
import {
  checkout,
  commit,
  createRepository,
  git,
  gitEnv,
  open,
  realExec,
} from '../support/git/repository.ts';

let remote: PullRequestRemote;
beforeAll(async () => {
  remote = await longPullRequest();
});

function pullRequest(changes: Partial<PullRequestCommits> = {}): PullRequestCommits {
  return {
    kind: 'pull-request',
    number: 7,
    headSha: remote.head,
    baseRef: 'main',
    baseSha: remote.main,
    mergeSha: remote.merge,
    repositoryUrl: 'https://github.com/octo/app',
    ...changes,
  };
}

async function contextOf() {
  return { exec: realExec(), env: gitEnv, temporaryDir: await folderOf(), gitRun: new GitRun() };
}

describe('a pull request', () => {
  it('is compared with the first parent of the merge commit, read at depth 1', async () => {
    const repository = await open(await checkout(remote.origin, remote.merge));
    const base = await chooseBaselineCommit(pullRequest(), repository);
    expect(base).toEqual({
      commit: remote.main,
      explanation: `The base is ${remote.main.slice(0, 7)}, the first parent of the merge commit ${remote.merge.slice(0, 7)}.`,
    });
  });

  it('knows a merge commit that is newer than the event', async () => {
    const repository = await open(await checkout(remote.origin, remote.merge));
    const base = await chooseBaselineCommit(pullRequest({ mergeSha: '1'.repeat(40) }), repository);
    expect(base).toMatchObject({ commit: remote.main });
  });

  it('is compared with where its head left the base branch, deepening a clone of depth 1', async () => {
    const repository = await open(await checkout(remote.origin, remote.head));
    const base = await chooseBaselineCommit(pullRequest(), repository);
    expect(base).toEqual({
      commit: remote.left,
      explanation: `The base is ${remote.left.slice(0, 7)}, where ${remote.head.slice(0, 7)} left main.`,
    });
  });

  it('does not take a merge commit at its head for the merge of the pull request', async () => {
    const folder = await createRepository();
    await commit(folder, { a: '1' });
    await git(folder, 'checkout', '-q', '-b', 'side');
    const side = await commit(folder, { b: '1' });
    await git(folder, 'checkout', '-q', 'main');
    const left = await commit(folder, { a: '2' });
    await git(folder, 'checkout', '-q', '-b', 'feature');
    await commit(folder, { c: '1' });
    await git(folder, 'merge', '-q', '--no-ff', '-m', 'Merge side', side);
    const head = await git(folder, 'rev-parse', 'HEAD');
    await git(folder, 'remote', 'add', 'origin', folder);
    const base = await chooseBaselineCommit(
      pullRequest({ headSha: head, mergeSha: null }),
      await open(folder),
    );
    expect(base).toMatchObject({ commit: left });
  });

  it('from a fork is compared with the branch of the repository that it is to be merged into', async () => {
    const folder = await folderOf();
    const [upstream, fork] = [join(folder, 'octo/app.git'), join(folder, 'ada/app.git')];
    await git('/', 'clone', '--quiet', '--mirror', remote.origin, upstream);
    await git('/', 'clone', '--quiet', '--bare', remote.origin, fork);
    // The pull request is of the main branch of the fork.
    for (const ref of (await git(fork, 'for-each-ref', '--format=%(refname)')).split('\n')) {
      await git(fork, 'update-ref', ...(ref === 'refs/heads/main' ? [ref, remote.head] : ['-d', ref]));
    }
    const daemon = await startGitDaemon(folder);
    try {
      const repositoryUrl = 'http://127.0.0.1/octo/app';
      const head = await checkout(fork, 'refs/heads/main');
      await git(head, 'remote', 'set-url', 'origin', `${daemon.url}/ada/app.git`);
      const expected = { commit: remote.left };
      const refs = await git(head, 'for-each-ref');
      for (const named of ['', 'parent']) {
        if (named !== '') await git(head, 'remote', 'add', named, `${daemon.url}/octo/app.git`);
        const found = await findClonedCommit(pullRequest({ repositoryUrl }), await contextOf(), head);
        expect(found).toMatchObject(expected);
        if ('repository' in found) await found.repository.ensureCommit(found.commit);
      }
      const own = await findClonedCommit(pullRequest(), await contextOf(), head);
      expect(own).toMatchObject({ absence: { code: 'base-is-head' } });
      expect(await git(head, 'for-each-ref')).toBe(refs);
    } finally {
      daemon.close();
    }
  });

  it('uses what the event calls the base when the base branch is gone', async () => {
    const repository = await open(await checkout(remote.origin, remote.head));
    const base = await chooseBaselineCommit(pullRequest({ baseRef: 'deleted' }), repository);
    expect(base).toMatchObject({ commit: remote.left });
  });

  it('reads a hostile branch name as a name', async () => {
    const repository = await open(await checkout(remote.origin, remote.head));
    for (const baseRef of ['--upload-pack=touch pwned', '+*:refs/heads/evil', 'a..b', '-x', '']) {
      const base = await chooseBaselineCommit(pullRequest({ baseRef, baseSha: '--output=x' }), repository);
      expect(base).toMatchObject({ absence: { code: 'base-unreachable' } });
    }
    expect(await git(repository.directory, 'for-each-ref')).toBe('');
  });

  it('says why there is none when the histories never meet', async () => {
    const folder = await createRepository();
    await commit(folder, { a: '1' });
    await git(folder, 'checkout', '-q', '--orphan', 'lonely');
    const head = await commit(folder, { a: '2' });
    await git(folder, 'remote', 'add', 'origin', folder);
    const base = await chooseBaselineCommit(
      pullRequest({ headSha: head, mergeSha: null }),
      await open(folder),
    );
    expect(base).toMatchObject({ absence: { code: 'base-unrelated' } });
  });

  it('is not compared with itself when the base branch is checked out', async () => {
    const repository = await open(await checkout(remote.origin, remote.main));
    const base = await chooseBaselineCommit(pullRequest({ mergeSha: null }), repository);
    expect(base).toMatchObject({ absence: { code: 'base-is-head' } });
  });

  it('says why there is none when the remote cannot be reached', async () => {
    const folder = await checkout(remote.origin, remote.head);
    await git(folder, 'remote', 'set-url', 'origin', 'file:///nonexistent.git');
    const base = await chooseBaselineCommit(pullRequest(), await open(folder));
    expect(base).toMatchObject({ absence: { code: 'base-unreachable' } });
  });
});

describe('other events', () => {
  it('compares a push with the tip before it', async () => {
    const repository = await open(await checkout(remote.origin, remote.main));
    const base = await chooseBaselineCommit({ kind: 'push', before: remote.left }, repository);
    expect(base).toMatchObject({
      commit: remote.left,
      explanation: expect.stringContaining(remote.left.slice(0, 7)),
    });
  });

  it.each([null, '0'.repeat(40), '', 'main'])(
    'has no base for a push that made the branch (%s)',
    async before => {
      const repository = await open(await checkout(remote.origin, remote.main));
      expect(await chooseBaselineCommit({ kind: 'push', before }, repository)).toMatchObject({
        absence: { code: 'base-branch-new' },
      });
    },
  );

  it('compares a tag with the tag before it, also in a clone of depth 1 without tags', async () => {
    const { origin, left, main } = await longPullRequest();
    await git(origin, 'tag', 'v1.9.0', left);
    await git(origin, '-c', 'user.name=a', '-c', 'user.email=a@b', 'tag', '-a', '-m', 'x', 'v1.10.0', left);
    await git(origin, 'tag', 'v1.11.0', main);
    const repository = await open(await checkout(origin, 'refs/tags/v1.11.0'));
    const of = (tag: string, before: string | null = null) =>
      chooseBaselineCommit({ kind: 'tag', tag, before }, repository);
    expect(await of('v1.11.0')).toEqual({
      commit: left,
      explanation: `The base is ${left.slice(0, 7)}, the tag v1.10.0 before v1.11.0.`,
    });
    const none = 'There is no comparison: no tag comes before v1.9.0.';
    expect(await of('v1.9.0')).toEqual({ absence: { code: 'base-tag-missing', message: none } });
    expect(await of('nightly', left)).toMatchObject({
      commit: left,
      explanation: expect.stringContaining('what the tag nightly named before this push'),
    });
    await git(repository.directory, 'remote', 'remove', 'origin');
    expect(await of('v1.11.0')).toMatchObject({ absence: { code: 'base-tag-missing' } });
    await git(repository.directory, 'tag', 'v1.8.0');
    expect(await of('v1.11.0')).toMatchObject({ explanation: expect.stringContaining('v1.8.0') });
  });

  it('compares an image of the head with where the head left, whatever is checked out', async () => {
    const repository = await open(await checkout(remote.origin, 'refs/heads/main'));
    const request = pullRequest({ mergeSha: null });
    expect(await chooseBaselineCommit(request, repository)).toMatchObject({
      absence: { code: 'base-is-head' },
    });
    expect(await chooseBaselineCommit({ ...request, isHeadImage: true }, repository)).toEqual({
      commit: remote.left,
      explanation: `The base is ${remote.left.slice(0, 7)}, where ${remote.head.slice(0, 7)} left main.`,
    });
  });

  it('compares a merge group with its base', async () => {
    const repository = await open(await checkout(remote.origin, remote.merge));
    const base = await chooseBaselineCommit({ kind: 'merge-group', baseSha: remote.main }, repository);
    expect(base).toMatchObject({ commit: remote.main });
  });

  it('passes on why nothing is compared', async () => {
    const repository = await open(await checkout(remote.origin, remote.main));
    const base = await chooseBaselineCommit(
      { kind: 'none', why: 'A schedule compares with nothing.' },
      repository,
    );
    expect(base).toMatchObject({ absence: { message: 'A schedule compares with nothing.' } });
  });

  it('takes an explicit ref, and refuses one that names nothing', async () => {
    const repository = await open(await checkout(remote.origin, remote.merge));
    expect(await chooseBaselineCommit({ kind: 'explicit', ref: 'HEAD' }, repository)).toEqual({
      commit: remote.merge,
      explanation: `The base is ${remote.merge.slice(0, 7)}, named by HEAD.`,
    });
    await expect(chooseBaselineCommit({ kind: 'explicit', ref: 'mian' }, repository)).rejects.toMatchObject({
      code: 'git-ref-unknown',
    });
  });
});

describe('a branch that is named', () => {
  async function diverged(): Promise<string> {
    const folder = await createRepository();
    await commit(folder, { a: '1' });
    await git(folder, 'checkout', '-q', '-b', 'topic');
    await commit(folder, { b: '1' });
    await git(folder, 'checkout', '-q', 'main');
    await commit(folder, { c: '1' });
    await commit(folder, { d: '1' });
    await git(folder, 'checkout', '-q', 'topic');
    return folder;
  }

  async function messagesOf(folder: string, ref: string): Promise<readonly string[]> {
    const found = await findClonedCommit({ kind: 'explicit', ref }, await contextOf(), folder);
    if ('absence' in found) throw new Error(found.absence.message);
    return found.notices.map(({ code, message }) => `${code}: ${message}`);
  }

  it('may have commits that the head lacks, which is told with what to compare with', async () => {
    const folder = await diverged();
    const left = (await git(folder, 'merge-base', 'main', 'HEAD')).slice(0, 7);
    const since = `To see what changed since ${left}, where HEAD left it, use`;
    const lacks = (ref: string): string =>
      `head-behind-base: ${ref} has 2 commits that HEAD lacks: what changed there is in the difference, too. ${since}`;
    expect(await messagesOf(folder, 'main')).toEqual([
      `${lacks('main')} \`--against $(git merge-base main HEAD)\`.`,
    ]);
    await git(folder, 'branch', 'odd$(name)', 'main');
    expect(await messagesOf(folder, 'odd$(name)')).toEqual([`${lacks('odd$(name)')} \`--against ${left}\`.`]);
    const remote = await createRepository();
    await git(remote, 'pull', '-q', folder, 'topic');
    await git(remote, 'remote', 'add', 'origin', folder);
    await git(remote, 'fetch', '-q', 'origin');
    await git(remote, 'checkout', '-q', '-b', 'other');
    await git(remote, 'branch', '-q', '-D', 'main');
    expect(await messagesOf(remote, 'main')).toEqual([
      `${lacks('main')} \`--against $(git merge-base origin/main HEAD)\`.`,
    ]);
  });

  it('is compared without a word where the head lacks nothing, where a commit is named, and where nobody knows', async () => {
    const folder = await diverged();
    expect(await messagesOf(folder, 'HEAD~1')).toEqual([]);
    expect(await messagesOf(folder, await git(folder, 'rev-parse', '--short', 'main'))).toEqual([]);
    await git(folder, 'checkout', '-q', '--orphan', 'unrelated');
    await commit(folder, {});
    expect(await messagesOf(folder, 'main')).toEqual([]);
    expect(await messagesOf(await checkout(remote.origin, remote.head), 'main')).toEqual([]);
  });
});
