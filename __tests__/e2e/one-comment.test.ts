import { dirname } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { nodeExec } from '../build/node-exec.ts';
import { dockerEnv, fresh, SMALL_BASE, STORES } from '../support/e2e/engines.ts';
import { pullRequestEvent, runStep, type StepResult } from '../support/e2e/runner.ts';
import { startGitDaemon } from '../support/git/git-daemon.ts';
import { type PullRequestRemote, pullRequest } from '../support/git/pull-request.ts';
import { checkout } from '../support/git/repository.ts';
import { type GitHubServer, startGitHubServer } from '../support/github-server/server.ts';
import { times } from '../support/long.ts';

const host = STORES.find(([, found]) => found !== undefined)?.[1];
const REGISTRY = process.env['DEADWEIGHT_REGISTRY'] ?? '';
const RUNS = times(3, 20);

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map(close => close()));
});

/** The n-th run of a pull request, which has a new head each time. */
async function run(
  n: number,
  remote: PullRequestRemote,
  server: GitHubServer,
  inputs: Readonly<Record<string, string>>,
): Promise<StepResult> {
  server.setHead(7, remote.head);
  const ended = await runStep({
    workspace: await checkout(remote.origin, 'refs/pull/7/merge'),
    server,
    event: pullRequestEvent(remote),
    inputs: { against: 'none', comment: 'always', ...inputs },
    env: { ...dockerEnv(host), GITHUB_RUN_ID: String(1000 + n) },
  });
  expect(ended, ended.stdout).toMatchObject({
    code: 0,
    outputs: { 'comment-outcome': n === 1 ? 'created' : 'updated' },
  });
  expect(ended.stdout).not.toContain('Another image of this run');
  return ended;
}

async function start(): Promise<{ readonly remote: PullRequestRemote; readonly server: GitHubServer }> {
  const text = `FROM ${SMALL_BASE}\nCOPY count /count\n`;
  const remote = await pullRequest({ Dockerfile: text, count: '0' }, { count: '1' });
  const server = await startGitHubServer({ pullRequests: [{ number: 7, headSha: remote.head }] });
  closing.push(() => server.close());
  return { remote, server };
}

/** The one comment is that of the last run. */
function expectOne(server: GitHubServer, remote: PullRequestRemote): void {
  expect(server.comments(7)).toHaveLength(1);
  expect(server.comments(7)[0]?.body).toContain(` head=${remote.head} `);
}

describe.skipIf(host === undefined)(`${RUNS} runs of one pull request leave one comment`, () => {
  it.skipIf(REGISTRY === '')('with another tag, or another digest, each time', async () => {
    const docker = async (...args: readonly string[]): Promise<string> => {
      const { exitCode, stdout, stderr } = await nodeExec.run('docker', args, { env: dockerEnv(host) });
      expect(exitCode, stderr).toBe(0);
      return stdout;
    };
    const name = `${REGISTRY}/deadweight-e2e/commented`;
    const started = await start();
    const { server } = started;
    let { remote } = started;
    for (let n = 1; n <= RUNS; n += 1) {
      if (n > 1) remote = await remote.push({ count: String(n) });
      const tag = `${name}:sha-${remote.head}`;
      await docker('tag', SMALL_BASE, tag);
      const pushed = n % 2 === 0 ? await docker('push', tag) : '';
      const digest = /digest: (sha256:[0-9a-f]{64})/.exec(pushed)?.[1];
      await run(n, remote, server, { image: digest === undefined ? tag : `docker://${name}@${digest}` });
    }
    expectOne(server, remote);
  });

  it('with a context whose URL names the commit', async () => {
    const started = await start();
    const { server } = started;
    let { remote } = started;
    const daemon = await startGitDaemon(dirname(remote.origin));
    closing.push(async () => daemon.close());
    for (let n = 1; n <= RUNS; n += 1) {
      if (n > 1) remote = await remote.push({ count: `${n} ${fresh()}` });
      await run(n, remote, server, {
        context: `${daemon.url}/origin.git#${n % 2 === 0 ? remote.head : 'refs/pull/7/merge'}`,
      });
    }
    expectOne(server, remote);
  });
});
