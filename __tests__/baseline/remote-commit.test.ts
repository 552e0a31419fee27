import { beforeAll, describe, expect, it } from 'vitest';
import type { CommitRequest } from '../../src/baseline/baseline-request.ts';
import { GitRun } from '../../src/baseline/git/git-run.ts';
import { findBaselineCommit, type RemoteContext } from '../../src/baseline/remote-commit.ts';
import { folderOf } from '../support/folder.ts';
import { type PullRequestRemote, pullRequest } from '../support/git/pull-request.ts';
import { gitEnv, realExec } from '../support/git/repository.ts';

let remote: PullRequestRemote;
beforeAll(async () => {
  remote = await pullRequest({ a: '1' }, { a: '2' }, { a: '3' });
});

async function chosen(request: CommitRequest, context: Partial<RemoteContext>, env = gitEnv) {
  const url = `file://${remote.origin}`;
  const exec = realExec();
  const remoteContext = {
    address: url,
    remote: url,
    query: '',
    ref: null,
    folder: '',
    eventRepository: url,
    settings: {},
    ...context,
  };
  const temporaryDir = await folderOf();
  const found = await findBaselineCommit(request, {
    env,
    exec,
    temporaryDir,
    gitRun: new GitRun(),
    checkoutFolder: '/nonexistent',
    remoteContext,
  });
  return {
    found,
    asked: exec.calls.flatMap(args => args.filter(arg => ['fetch', 'ls-remote'].includes(arg))),
  };
}

function ofPullRequest(): CommitRequest {
  const { head, left, merge } = remote;
  const repositoryUrl = 'https://github.com/octo/app';
  const commits = { headSha: head, baseSha: left, mergeSha: merge };
  return { kind: 'pull-request', number: 7, repositoryUrl, baseRef: 'main', ...commits };
}

describe('the base of a git context', () => {
  it('is the first parent of the merge commit, or where the head left the branch', async () => {
    for (const ref of ['refs/pull/7/merge', 'pull/7/merge', remote.merge]) {
      const { found } = await chosen(ofPullRequest(), { ref });
      expect(found).toMatchObject({ commit: remote.main, notices: [] });
    }
    const { found } = await chosen(ofPullRequest(), { ref: remote.head });
    expect(found).toMatchObject({ commit: remote.left });
  });

  it('is found on a machine whose default hash is another', async () => {
    const env = { ...gitEnv, GIT_DEFAULT_HASH: 'sha256' };
    const { found } = await chosen(ofPullRequest(), { ref: remote.head }, env);
    expect(found).toMatchObject({ commit: remote.left, notices: [] });
  });

  it('takes no file of the repository', async () => {
    const { found } = await chosen(ofPullRequest(), { ref: remote.head });
    if ('absence' in found) throw new Error('there is a base');
    const git = await found.repository.objects();
    const listed = await git.run(['cat-file', '--batch-check', '--batch-all-objects', '--unordered']);
    expect(listed).toContain(' commit ');
  });

  it('is what a push or a user names, for which nothing is asked', async () => {
    for (const request of [
      { kind: 'push', before: remote.left },
      { kind: 'explicit', ref: remote.left },
    ] as const) {
      const { found, asked } = await chosen(request, { ref: 'main' });
      expect(found).toMatchObject({ commit: remote.left });
      expect(asked).toEqual([]);
    }
  });

  it('is a branch, a tag or another ref of that repository', async () => {
    for (const ref of ['main', 'refs/heads/main']) {
      expect((await chosen({ kind: 'explicit', ref }, {})).found).toMatchObject({ commit: remote.main });
    }
    await expect(chosen({ kind: 'explicit', ref: 'nope' }, {})).rejects.toMatchObject({
      code: 'git-ref-unknown',
    });
  });

  it('is what the event names where git cannot read the repository, and says so without a password', async () => {
    const context = {
      ref: 'refs/pull/7/merge',
      remote: 'https://user:CANARY@127.0.0.1:1/a.git',
      eventRepository: 'https://127.0.0.1/a',
    };
    const { found } = await chosen(ofPullRequest(), context);
    expect(found).toMatchObject({ commit: remote.left, notices: [{ code: 'base-of-event' }] });
    expect(JSON.stringify('notices' in found && found.notices)).not.toContain('CANARY');
    const explicit = chosen({ kind: 'explicit', ref: 'main' }, context);
    await expect(explicit).rejects.toMatchObject({
      code: 'git-failed',
      message: expect.stringMatching(/^The commits of the build context could not be read \((?!.*CANARY)/),
    });
  });

  it('of a fork is in the repository of the pull request, and of any other repository nowhere', async () => {
    const fork = 'https://example.invalid/fork/app.git';
    const there = await chosen(ofPullRequest(), { remote: fork, ref: 'main' });
    expect(there.found).toMatchObject({ absence: { code: 'base-context-elsewhere' } });
    const url = `file://${remote.origin}`.replace(/\.git$/, '');
    const { found } = await chosen(ofPullRequest(), {
      remote: fork,
      address: fork,
      query: 'keep-git-dir=1',
      folder: 'web',
      ref: remote.head,
      eventRepository: url,
    });
    expect(found).toMatchObject({
      commit: remote.left,
      gitContext: { address: `${url}.git`, query: 'keep-git-dir=1', folder: 'web' },
    });
  });
});
