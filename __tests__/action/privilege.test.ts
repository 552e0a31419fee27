import { describe, expect, it } from 'vitest';
import { checkPrivilege } from '../../src/action/privilege.ts';
import { type GitHubEvent, readEvent } from '../../src/github/event.ts';
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
];

function read({ name, payload, sha, ref }: Step['event']): GitHubEvent {
  const env = { GITHUB_EVENT_NAME: name, GITHUB_SHA: sha, GITHUB_REF: ref };
  return readEvent({ ...env, GITHUB_REPOSITORY: 'octo/app', GITHUB_RUN_ID: '1' }, JSON.stringify(payload));
}

describe('a build', () => {
  it.each(PRIVILEGED)('is refused on %s, unless the input allows it', (_name, event) => {
    const refused = expect.objectContaining({
      code: 'usage',
      message: expect.stringContaining(`builds no pull request on ${event.name}`),
      remedy: expect.stringMatching(/^Build on pull_request .*docs\/forks\.md.*input image/),
    });
    expect(() => checkPrivilege(read(event), false)).toThrow(refused);
    expect(() => checkPrivilege(read(event), true)).not.toThrow();
  });

  it.each([
    ['pull_request of the same repository', ofPullRequest(false)],
    ['pull_request of a fork', ofPullRequest(true)],
    ['push', { name: 'push', payload: { before: BASE }, ...onMain }],
    ['schedule', { name: 'schedule', payload: {}, ...onMain }],
    ['workflow_dispatch', { name: 'workflow_dispatch', payload: { inputs: null }, ...onMain }],
    ['workflow_run of a push', workflowRunEvent({ ...own, event: 'push' })],
    ['workflow_run of a merge queue', workflowRunEvent({ ...own, event: 'merge_group' })],
  ] satisfies [string, Step['event']][])('is not refused on %s', (_name, event) => {
    expect(() => checkPrivilege(read(event), false)).not.toThrow();
  });
});

describe('a step', () => {
  const server = { url: 'http://127.0.0.1:9', serverUrl: 'https://github.example' };
  const env = { DOCKER_HOST: 'unix:///nonexistent/docker.sock', DOCKER_CONFIG: '/nonexistent' };

  it('is not allowed to build by a file of the checkout', { timeout: 60_000 }, async () => {
    const files = { Dockerfile: 'FROM scratch\n', '.deadweight.yml': 'allow-privileged-build: true\n' };
    const step = { workspace: await folderOf(files), event: target(false), server, env };
    const told = await runStep(step);
    expect(told.code).toBe(1);
    expect(told.stdout).toMatch(/^::error::\.deadweight\.yml:1: .*allow-privileged-build/m);
    const workspace = await folderOf({ Dockerfile: 'FROM scratch\n' });
    const refused = await runStep({ ...step, workspace });
    expect(refused.stdout).toMatch(/^::error::Deadweight builds no pull request on pull_request_target:/m);
    const inputs = { 'allow-privileged-build': 'true' };
    const allowed = await runStep({ ...step, workspace, inputs });
    expect(allowed.stdout).toMatch(/^::error::.*(buildx|Docker engine)/m);
  });
});
