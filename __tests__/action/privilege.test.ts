import { existsSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkPrivilege } from '../../src/action/privilege.ts';
import type { PullRequestState } from '../../src/github/api.ts';
import { type GitHubEvent, readEvent } from '../../src/github/event.ts';
import type { Repository } from '../../src/github/event-details.ts';
import { GitHubRequestError } from '../../src/github/request-error.ts';
import { pullRequestEvent, runStep, type Step } from '../support/e2e/runner.ts';
import { folderOf } from '../support/folder.ts';
import { workflowRunEvent } from './comment-run.ts';

const [HEAD, BASE, MERGE] = ['1'.repeat(40), '2'.repeat(40), '3'.repeat(40)];
const onMain = { sha: BASE, ref: 'refs/heads/main' };
const ofPullRequest = (fork: boolean): Step['event'] =>
  pullRequestEvent({ head: HEAD, left: BASE, merge: MERGE }, fork);
const target = (fork: boolean): Step['event'] => ({
  ...ofPullRequest(fork),
  name: 'pull_request_target',
  ref: 'refs/heads/main',
});

/** https://docs.github.com/webhooks/webhook-events-and-payloads#issue_comment */
function issueComment(isPullRequest: boolean): Step['event'] {
  const link = { pull_request: { url: 'https://api.github.com/repos/octo/app/pulls/7' } };
  const issue = { number: 7, state: 'open', ...(isPullRequest ? link : {}) };
  const payload = { action: 'created', issue, comment: { id: 1, body: '/weigh', user: { login: 'eve' } } };
  return { name: 'issue_comment', payload, ...onMain };
}

/** An event of which nothing is read but its name. */
const other = (name: string): Step['event'] => ({ name, payload: { action: 'completed' }, ...onMain });
const byHand: Step['event'] = { name: 'workflow_dispatch', payload: { inputs: null }, ...onMain };
const scheduled: Step['event'] = { name: 'schedule', payload: {}, ...onMain };

const own = { head_repository: { full_name: 'Octo/App' } };

const PRIVILEGED: readonly (readonly [string, Step['event']])[] = [
  ['pull_request_target of a fork', target(true)],
  ['pull_request_target of the same repository', target(false)],
  ['workflow_run of a fork', workflowRunEvent()],
  ['workflow_run of a pull request', workflowRunEvent(own)],
  ['workflow_run of a push of a fork', workflowRunEvent({ event: 'push' })],
  ['workflow_run of a deleted repository', workflowRunEvent({ event: 'push', head_repository: null })],
  ['workflow_run of a workflow_run', workflowRunEvent({ ...own, event: 'workflow_run' })],
  ['issue_comment on a pull request', issueComment(true)],
  ['issue_comment on an issue', issueComment(false)],
  ['the check of a fork', other('check_run')],
  ['the checks of a fork', other('check_suite')],
  ['a status of a fork', other('status')],
  ['a deployment of a fork', other('deployment_status')],
  ['an issue of anybody', other('issues')],
  ['a comment of anybody', other('discussion_comment')],
  ['an event that is not known yet', other('pull_request_thread')],
];

const [NOBODY, ALLOWED] = [
  { 'allow-privileged-build': false, 'pr-number': null },
  { 'allow-privileged-build': true, 'pr-number': null },
];

/** GitHub, which knows pull request 7. */
const gitHub = (headRepository: Repository | null) => ({
  async getPullRequest(number: number): Promise<PullRequestState> {
    if (number !== 7)
      throw new GitHubRequestError(404, `show pull request ${number}`, new Error('Not Found'));
    const state = { open: true, baseRef: 'main', baseSha: BASE, headSha: HEAD, mergeSha: MERGE };
    return { number, headRepository, ...state };
  },
});
const OCTO = gitHub({ owner: 'Octo', name: 'App' });
const EVE = gitHub({ owner: 'eve', name: 'app' });

function read({ name, payload, sha, ref }: Step['event']): GitHubEvent {
  const env = { GITHUB_EVENT_NAME: name, GITHUB_SHA: sha, GITHUB_REF: ref };
  return readEvent({ ...env, GITHUB_REPOSITORY: 'octo/app', GITHUB_RUN_ID: '1' }, JSON.stringify(payload));
}

describe('a build', () => {
  it.each(PRIVILEGED)('is refused on %s, unless the input allows it', async (_name, event) => {
    const refused = expect.objectContaining({
      code: 'usage',
      message: expect.stringContaining(`builds no pull request on ${event.name}`),
      remedy: expect.stringMatching(/^Build on pull_request .*docs\/forks\.md.*input image/),
    });
    await expect(checkPrivilege(NOBODY, read(event), OCTO)).rejects.toThrow(refused);
    await checkPrivilege(ALLOWED, read(event), OCTO);
  });

  it.each([
    ['pull_request of the same repository', ofPullRequest(false)],
    ['pull_request of a fork', ofPullRequest(true)],
    ['push', { name: 'push', payload: { before: BASE }, ...onMain }],
    ['schedule', scheduled],
    ['workflow_dispatch', byHand],
    ['a release', other('release')],
    ['a branch that is made', other('create')],
    ['workflow_run of a push', workflowRunEvent({ ...own, event: 'push' })],
    ['workflow_run of a merge queue', workflowRunEvent({ ...own, event: 'merge_group' })],
  ] satisfies [string, Step['event']][])('is not refused on %s', async (_name, event) => {
    await checkPrivilege(NOBODY, read(event), EVE);
  });

  it.each([
    ['workflow_dispatch', byHand],
    ['schedule', scheduled],
  ])('of the pull request that pr-number names is that of one of the repository: %s', async (name, event) => {
    const named = { ...NOBODY, 'pr-number': 7 };
    await checkPrivilege(named, read(event), OCTO);
    const refused = expect.objectContaining({
      code: 'usage',
      message: expect.stringContaining(`does not build pull request 7 on ${name}: it is not known to be`),
    });
    for (const github of [EVE, gitHub(null)]) {
      await expect(checkPrivilege(named, read(event), github)).rejects.toThrow(refused);
      await checkPrivilege({ ...ALLOWED, 'pr-number': 7 }, read(event), github);
    }
    const absent = { ...NOBODY, 'pr-number': 8 };
    await expect(checkPrivilege(absent, read(event), OCTO)).rejects.toThrow(/build pull request 8/);
  });

  it('of a push is that of its own commit, whichever pull request it is reported to', async () => {
    const event = { name: 'push', payload: { before: BASE }, ...onMain };
    await checkPrivilege({ ...NOBODY, 'pr-number': 7 }, read(event), EVE);
  });
});

describe('a step', () => {
  const server = { url: 'http://127.0.0.1:9', serverUrl: 'https://github.example' };
  const env = { DOCKER_HOST: 'unix:///nonexistent/docker.sock', DOCKER_CONFIG: '/nonexistent' };

  it('is not allowed to build by a file of the checkout', { timeout: 60_000 }, async () => {
    const files = { Dockerfile: 'FROM scratch\n', '.deadweight.yml': 'allow-privileged-build: true\n' };
    const step = { workspace: await folderOf(files), event: target(false), server, env };
    const refused = await runStep(step);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/^::error::Deadweight builds no pull request on pull_request_target:/m);
    const inputs = { 'allow-privileged-build': 'true' };
    const told = await runStep({ ...step, inputs });
    expect(told.stdout).toMatch(/^::error::\.deadweight\.yml:1: .*allow-privileged-build/m);
    const workspace = await folderOf({ Dockerfile: 'FROM scratch\n' });
    const allowed = await runStep({ ...step, workspace, inputs });
    expect(allowed.stdout).toMatch(/^::error::.*([Bb]uildx|Docker engine)/m);
  });

  it('runs and reads nothing of the checkout before it is refused', { timeout: 60_000 }, async () => {
    // A folder that git takes for a repository, whose settings name a command.
    const hostile = `[core]\n\tbare = false\n\tworktree = .\n[remote "origin"]\n\turl = .\n\tuploadpack = touch ../ran; false\n`;
    const workspace = await folderOf({
      '.deadweight.yml': 'no: configuration\n',
      'app/HEAD': 'ref: refs/heads/main\n',
      'app/config': hostile,
      'app/objects/keep': '',
      'app/refs/heads/main': `${HEAD}\n`,
      'app/Dockerfile': 'FROM scratch\n',
    });
    const tools = await folderOf({ git: `#!/bin/sh\necho ran >>"$0.log"\nPATH=\${PATH#*:} exec git "$@"\n` });
    await chmod(join(tools, 'git'), 0o755);
    const PATH = `${tools}:${process.env['PATH']}`;
    const step = {
      workspace,
      event: target(true),
      inputs: { context: 'app' },
      server,
      env: { ...env, PATH },
    };
    const refused = await runStep(step);
    expect(refused.stdout).toMatch(/^::error::Deadweight builds no pull request on pull_request_target:/m);
    expect(existsSync(join(workspace, 'ran'))).toBe(false);
    expect(existsSync(join(tools, 'git.log'))).toBe(false);
    // The same step can tell: where it is allowed it runs git, and reads the file.
    await rm(join(workspace, '.deadweight.yml'));
    await runStep({ ...step, inputs: { ...step.inputs, 'allow-privileged-build': 'true' } });
    expect(existsSync(join(tools, 'git.log'))).toBe(true);
  });
});
