import { afterEach, describe, expect, it } from 'vitest';
import { nodeExec } from '../build/node-exec.ts';
import { dockerEnv, fresh, SMALL_BASE, STORES } from '../support/e2e/engines.ts';
import { pullRequestEvent, reviewEvent, runStep, type Step } from '../support/e2e/runner.ts';
import { type PullRequestRemote, pullRequest } from '../support/git/pull-request.ts';
import { checkout, git } from '../support/git/repository.ts';
import { type GitHubServer, startGitHubServer } from '../support/github-server/server.ts';

const host = STORES.find(([, found]) => found !== undefined)?.[1];
const REGISTRY = process.env['DEADWEIGHT_REGISTRY'] ?? '';

const servers: GitHubServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.close()));
});

const dockerfile = (...lines: readonly string[]): string => `FROM ${SMALL_BASE}\n${lines.join('\n')}\n`;
const grown = (): string => dockerfile(`RUN head -c 400000 /dev/urandom > /more # ${fresh()}`);

interface Started {
  readonly remote: PullRequestRemote;
  readonly server: GitHubServer;
  step(ref: string, more: Pick<Step, 'event'> & Partial<Step>): Promise<Step>;
}

/** A pull request that adds 400 kB, and what else it changes. */
async function start(
  before: Record<string, string> = {},
  after: Record<string, string> = {},
): Promise<Started> {
  const remote = await pullRequest(
    { Dockerfile: dockerfile(), ...before },
    { Dockerfile: grown(), ...after },
  );
  const pullRequests = [{ number: 7, headSha: remote.head, baseSha: remote.left, mergeSha: remote.merge }];
  const server = await startGitHubServer({ pullRequests });
  servers.push(server);
  return {
    remote,
    server,
    step: async (ref, more) => ({
      workspace: await checkout(remote.origin, ref),
      server,
      env: dockerEnv(host),
      ...more,
    }),
  };
}

const MERGE = 'refs/pull/7/merge';
const ZEROS = '0'.repeat(40);

describe.skipIf(host === undefined)('a step that builds', () => {
  it('on a review has the comparison and the comment of its pull request', async () => {
    const { remote, server, step } = await start();
    const ended = await runStep(await step(MERGE, { event: reviewEvent(remote) }));
    expect(ended, ended.stdout).toMatchObject({
      code: 0,
      outputs: { 'size-delta': '400000', 'comment-outcome': 'created' },
    });
    expect(server.comments(7)[0]?.body).toContain('the first parent of the merge commit');
  });

  it('that is dispatched has those of the pull request that pr-number names', async () => {
    const { remote, step } = await start();
    const event = {
      ...{ name: 'workflow_dispatch', payload: { inputs: null, ref: 'refs/heads/main' } },
      ...{ sha: remote.main, ref: 'refs/heads/main' },
    };
    const inputs = { 'pr-number': '7' };
    for (const ref of [MERGE, 'refs/pull/7/head']) {
      const ended = await runStep(await step(ref, { event, inputs }));
      expect(ended, ended.stdout).toMatchObject({ code: 0, outputs: { 'size-delta': '400000' } });
    }
    const onMain = await runStep(await step('refs/heads/main', { event, inputs }));
    expect(onMain.summary).toMatch(/^### .*no comparison: .*which is checked out, is in main already$/m);
    const unnamed = await runStep(await step('refs/heads/main', { event }));
    const [first = ''] = unnamed.summary.replaceAll('&#95;', '_').split('\n');
    expect(first).toMatch(/no comparison: a workflow_dispatch event names no base$/);
  });

  it('for a tag is compared with the tag before it, or says that there is none', async () => {
    const { remote, step } = await start();
    await git(remote.origin, 'tag', 'v1.9.0', remote.left);
    await git(remote.origin, 'tag', 'v1.10.0', remote.merge);
    const of = (tag: string, sha: string): Step['event'] => {
      const ref = `refs/tags/${tag}`;
      return { name: 'push', payload: { before: ZEROS, created: true, forced: false, ref }, sha, ref };
    };
    const second = await runStep(await step(MERGE, { event: of('v1.10.0', remote.merge) }));
    expect(second, second.stdout).toMatchObject({ code: 0, outputs: { 'size-delta': '400000' } });
    expect(second.summary).toContain('the tag v1.9.0 before v1.10.0');
    const first = await runStep(await step('refs/tags/v1.9.0', { event: of('v1.9.0', remote.left) }));
    expect(first.summary).toMatch(/^### .*no comparison: no tag comes before v1\.9\.0$/m);
  });

  it('holds a pull request to the budgets of its base', async () => {
    const config = (size: string): Record<string, string> => ({
      '.deadweight.yml': `budgets: { max-size-increase: ${size} }\n`,
    });
    const { remote, server, step } = await start(config('100kB'), config('900kB'));
    const ended = await runStep(await step(MERGE, { event: pullRequestEvent(remote) }));
    expect(ended, ended.stdout).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    const body = server.comments(7)[0]?.body.replaceAll('\u00a0', ' ') ?? '';
    expect(body).toContain(
      'This pull request changes max-size-increase from 100 kB to 900 kB in .deadweight.yml',
    );
  });
});

describe.skipIf(host === undefined || REGISTRY === '')('a step with secrets', () => {
  it('weighs an image of a pull request against that of the registry, and builds nothing', async () => {
    const { remote, server, step } = await start();
    const docker = async (...args: readonly string[]): Promise<void> => {
      const { exitCode, stderr } = await nodeExec.run('docker', args, { env: dockerEnv(host) });
      expect(exitCode, stderr).toBe(0);
    };
    const name = `${REGISTRY}/deadweight-e2e/privileged`;
    const main = await checkout(remote.origin, 'refs/heads/main');
    const head = await checkout(remote.origin, 'refs/pull/7/head');
    for (const [folder, tag] of [
      [main, 'main'],
      [head, `sha-${remote.head}`],
    ] as const) {
      await docker('build', '--quiet', '--push', '--tag', `${name}:${tag}`, folder);
    }
    const inputs = {
      image: `docker://${name}:sha-${remote.head}`,
      baseline: 'registry',
      'baseline-image': `${name}:{branch}`,
    };
    for (const event of privilegedEvents(remote, true)) {
      const ended = await runStep(await step('refs/heads/main', { event, inputs }));
      expect(ended, ended.stdout).toMatchObject({ code: 0, outputs: { 'size-delta': '400000' } });
      const refused = await runStep(await step(MERGE, { event }));
      expect(refused.code).toBe(1);
      expect(refused.stdout).toContain(`::error::Deadweight builds no pull request on ${event.name}`);
      expect(refused.stdout).not.toContain('::group::');
    }
    expect(server.comments(7)).toHaveLength(1);
  });
});

describe.skipIf(host === undefined)('a step with secrets that may build', () => {
  it('builds the pull request, and compares and comments as any other', async () => {
    const { remote, server, step } = await start();
    for (const event of privilegedEvents(remote, false).slice(1)) {
      const refused = await runStep(await step(MERGE, { event }));
      expect(refused.code).toBe(1);
      expect(refused.stdout).toContain(`::error::Deadweight builds no pull request on ${event.name}`);
      expect(refused.stdout).not.toContain('::group::');
      // What follows another run is not that of its pull request, unless somebody says so.
      const inputs = { 'allow-privileged-build': 'true', 'pr-number': '7' };
      const ended = await runStep(await step(MERGE, { event, inputs }));
      expect(ended, ended.stdout).toMatchObject({ code: 0, outputs: { 'size-delta': '400000' } });
      expect(ended.stdout).toContain('::group::Build\n');
    }
    expect(server.comments(7)).toHaveLength(1);
  });
});

/** Runs of the repository's own workflow for its pull request 7, of the same repository or of a fork. */
function privilegedEvents(remote: PullRequestRemote, fork: boolean): readonly Step['event'][] {
  const { payload } = pullRequestEvent(remote, fork);
  const onMain = { sha: remote.main, ref: 'refs/heads/main' };
  const link = { pull_request: { url: 'https://api.github.com/repos/octo/app/pulls/7' } };
  const comment = { action: 'created', issue: { number: 7, ...link }, comment: { id: 1, body: '/weigh' } };
  const workflow_run = {
    ...{ id: 4700, run_attempt: 1, event: 'pull_request', conclusion: 'success' },
    ...{ head_sha: remote.head, head_branch: 'feature' },
    head_repository: { full_name: fork ? 'stranger/app' : 'octo/app' },
    pull_requests: fork ? [] : [{ number: 7 }],
  };
  return [
    { name: 'pull_request_target', payload, ...onMain },
    { name: 'issue_comment', payload: comment, ...onMain },
    { name: 'workflow_run', payload: { action: 'completed', workflow_run }, ...onMain },
  ];
}
