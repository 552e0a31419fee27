import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deadweight } from '../support/e2e/command-line.ts';
import { dockerEnv, fresh, SMALL_BASE, STORES } from '../support/e2e/engines.ts';
import { reportIn } from '../support/e2e/report-file.ts';
import { pullRequestEvent, runStep, type StepResult } from '../support/e2e/runner.ts';
import { folderOf } from '../support/folder.ts';
import { type GitDaemon, startGitDaemon } from '../support/git/git-daemon.ts';
import { type PullRequestRemote, pullRequest } from '../support/git/pull-request.ts';
import { gitEnv } from '../support/git/repository.ts';
import { type GitHubServer, startGitHubServer } from '../support/github-server/server.ts';
import { times } from '../support/long.ts';

/** What the file of the pull request has more than that of main. Bytes. */
const GROWTH = 12_345;

interface Remote {
  readonly pull: PullRequestRemote;
  readonly daemon: GitDaemon;
  /** Of the repository. */
  readonly url: string;
}

/** A pull request on a server of git, which no clone of it is on. */
async function serve(change: Readonly<Record<string, string>>): Promise<Remote> {
  const files = {
    'image/Dockerfile': `FROM ${SMALL_BASE}\nENV SEED=${fresh()}\nCOPY . /app\n`,
    'image/grows': '1',
    'image/large': 'x'.repeat(2_000_000),
  };
  const pull = await pullRequest(files, change);
  const folder = await folderOf();
  await mkdir(dirname(join(folder, 'octo/app.git')));
  await rename(pull.origin, join(folder, 'octo/app.git'));
  const daemon = await startGitDaemon(folder);
  return { pull, daemon, url: `${daemon.url}/octo/app.git` };
}

const docs = { 'docs/a.md': 'words' };
const grown = { ...docs, 'image/grows': '1'.repeat(1 + GROWTH) };

/** Every day on one store: how a context is fetched does not depend on it. */
const stores = STORES.slice(0, times(1, STORES.length));

describe.each(stores)('a git context on %s', (_store, host) => {
  const changes = [
    ['a file that grew, and documentation', grown, GROWTH],
    ['documentation', docs, 0],
  ] as const;
  const tried = changes.slice(0, times(1, changes.length));
  describe.skipIf(host === undefined).each(tried)('%s', (_what, change, delta) => {
    let remote: Remote;
    let server: GitHubServer;
    beforeAll(async () => {
      remote = await serve(change);
      server = await startGitHubServer({ pullRequests: [{ number: 7, headSha: remote.pull.head }] });
    });
    afterAll(async () => {
      remote.daemon.close();
      await server.close();
    });

    async function step(ref: string, inputs: Readonly<Record<string, string>> = {}): Promise<StepResult> {
      const context = `${remote.url}#${ref}:image`;
      const event = pullRequestEvent(remote.pull);
      const workspace = await folderOf();
      return runStep({ workspace, server, event, env: dockerEnv(host), inputs: { context, ...inputs } });
    }

    it('is compared with the first parent of the merge commit, without a clone', async () => {
      for (const ref of ['refs/pull/7/merge', remote.pull.merge]) {
        const ended = await step(ref);
        expect(ended, ended.stdout).toMatchObject({
          code: 0,
          stderr: '',
          outputs: { 'size-delta': `${delta}` },
        });
        expect(ended.summary).toContain('the first parent of the merge commit');
        expect(ended.summary).toContain(remote.pull.main.slice(0, 7));
      }
    });

    it('of the head is compared with where it left main', async () => {
      const ended = await step(remote.pull.head);
      expect(ended, ended.stdout).toMatchObject({ code: 0, outputs: { 'size-delta': `${delta}` } });
      expect(ended.summary).toContain(`where ${remote.pull.head.slice(0, 7)} left main`);
    });

    it('is compared with a ref that is named at a terminal', async () => {
      for (const against of ['main', 'refs/heads/main', remote.pull.left]) {
        const json = join(await folderOf(), 'report.json');
        const args = [
          'build',
          `${remote.url}#${remote.pull.merge}:image`,
          '--against',
          against,
          '--json',
          json,
        ];
        const ended = await deadweight(args, { cwd: '/', env: { ...gitEnv, ...dockerEnv(host) } });
        expect(ended.code, ended.stderr).toBe(0);
        const { comparison } = await reportIn(json);
        expect(comparison?.delta.size).toBe(delta);
      }
    });
  });
});

const host = STORES.find(([, found]) => found !== undefined)?.[1];

describe.skipIf(host === undefined)('a git context', () => {
  let remote: Remote;
  let server: GitHubServer;
  beforeAll(async () => {
    remote = await serve(grown);
    server = await startGitHubServer({ pullRequests: [{ number: 7, headSha: remote.pull.head }] });
  });
  afterAll(async () => {
    remote.daemon.close();
    await server.close();
  });

  it('whose commits git cannot read is compared with what the event names, and says so', async () => {
    const inputs = { context: `${remote.url}#${remote.pull.merge}:image` };
    // Only BuildKit gets at it.
    const env = { ...dockerEnv(host), GIT_ALLOW_PROTOCOL: 'https' };
    const event = pullRequestEvent(remote.pull);
    const ended = await runStep({ workspace: await folderOf(), server, event, env, inputs });
    expect(ended, ended.stdout).toMatchObject({ code: 0, outputs: { 'size-delta': `${GROWTH}` } });
    expect(ended.summary).toMatch(/a tip of main that the event names/);
  });

  it('of another repository has no base in this one', async () => {
    const inputs = {
      context: `${remote.url.replace('octo/app', 'octo/../octo/app')}#${remote.pull.merge}:image`,
    };
    const event = pullRequestEvent(remote.pull);
    const ended = await runStep({ workspace: await folderOf(), server, event, env: dockerEnv(host), inputs });
    expect(ended.summary).toMatch(/no comparison/);
  });

  it('shows no password', async () => {
    const context = 'https://user:CANARY@127.0.0.1:1/octo/app.git';
    for (const args of [[], ['--against', 'main'], ['--against', 'a'.repeat(40)]]) {
      const ended = await deadweight(['build', `${context}#main`, ...args], {
        cwd: '/',
        env: { ...gitEnv, ...dockerEnv(host) },
      });
      expect(ended.code).not.toBe(0);
      expect(ended.stdout + ended.stderr).not.toContain('CANARY');
    }
    const event = pullRequestEvent(remote.pull);
    const inputs = { context: `${context}#${remote.pull.merge}` };
    const ended = await runStep({ workspace: await folderOf(), server, event, env: dockerEnv(host), inputs });
    expect(ended.code).toBe(1);
    // The runner is told what to hide, and takes these lines out.
    const log = ended.stdout.replace(/^::add-mask::.*$/gm, '');
    expect(log + ended.stderr + ended.summary).not.toContain('CANARY');
  });

  it('that has no such ref is told before anything is built', async () => {
    const ended = await deadweight(['build', remote.url, '--against', 'nope'], {
      cwd: '/',
      env: { ...gitEnv, ...dockerEnv(host) },
    });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('"nope" names no commit in the repository of the build context.');
  });
});
