import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ActionsServices } from '../support/actions-services/actions-services.ts';
import {
  branchScopes,
  pullRequestScopes,
  type TokenScope,
} from '../support/actions-services/runtime-token.ts';
import { cacheEnv, fromTheFuture, readOnly, tamper } from '../support/e2e/cached-job.ts';
import { pullRequestEvent, reviewEvent, runStep, type Step, type StepResult } from '../support/e2e/runner.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
import { type PullRequestRemote, pullRequest } from '../support/git/pull-request.ts';
import { checkout, git } from '../support/git/repository.ts';
import { type GitHubServer, startGitHubServer } from '../support/github-server/server.ts';

/** Each step starts a Node of its own, and git. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let services: ActionsServices;
let server: GitHubServer;
let remote: PullRequestRemote;

beforeEach(async () => {
  services = await ActionsServices.start();
  remote = await pullRequest({ Dockerfile: 'FROM scratch\n' }, { Dockerfile: 'FROM scratch\nCOPY . /\n' });
  await git(remote.origin, 'tag', 'left', remote.left);
  server = await startGitHubServer({ pullRequests: [{ number: 7, headSha: remote.head }] });
});
afterEach(async () => {
  await Promise.all([services.stop(), server.close()]);
});

interface Job extends Partial<Step> {
  readonly event: Step['event'];
  readonly scopes: readonly TokenScope[];
  /** What is checked out. */
  readonly ref: string;
  /** Bytes that the image has. */
  readonly bytes: number;
}

/** Weighs an image that an earlier step made, in a checkout of `ref`. */
async function weigh({ scopes, ref, bytes, inputs, env, ...step }: Job): Promise<StepResult> {
  const workspace = await checkout(remote.origin, ref);
  const layer = { app: file(bytes) };
  const image = await fabricateImage({
    tags: ['app:1'],
    steps: [{ createdBy: 'COPY . / # buildkit', layer }],
  });
  await writeFile(join(workspace, 'app.tar'), await dockerArchive([image]));
  return runStep({
    ...{ workspace, server, ...step },
    inputs: { image: 'docker-archive:app.tar', ...inputs },
    env: { ...cacheEnv(services, server, scopes), ...env },
  });
}

const onMain = (name: string, payload: unknown, more: Partial<Job> = {}): Job => ({
  ...{ event: { name, payload, sha: remote.main, ref: 'refs/heads/main' }, scopes: branchScopes('main') },
  ...{ ref: 'refs/heads/main', bytes: 1000, ...more },
});
const push = (more: Partial<Job> = {}): Job => onMain('push', { before: remote.left, forced: false }, more);
const ofPullRequest = (more: Partial<Job> = {}): Job => ({
  ...{ event: pullRequestEvent(remote), scopes: pullRequestScopes(7), ref: 'refs/pull/7/merge', bytes: 1500 },
  ...more,
});
/** A push of main when it was where the pull request left it. */
function atLeft(): Step['event'] {
  return { ...push().event, payload: { before: '0'.repeat(40) }, sha: remote.left };
}
/** A pull request's event by Dependabot, or of a fork. */
function strangers(login: string, fork: boolean): Step['event'] {
  const event = pullRequestEvent(remote, fork);
  const text = JSON.stringify(event.payload).replace('"login":"octocat"', `"login":"${login}"`);
  return { ...event, payload: JSON.parse(text) };
}

describe('a push', () => {
  it('leaves a snapshot that the pull request is compared with, and the next push', async () => {
    const seeding = await weigh(push());
    expect(seeding).toMatchObject({ code: 0, outputs: { 'size-delta': '' } });
    expect(seeding.summary).toContain(`no snapshot of the base ${remote.left.slice(0, 7)}`);
    expect(services.cache.entries).toMatchObject([{ scope: 'refs/heads/main', size: expect.any(Number) }]);

    const compared = await weigh(ofPullRequest());
    expect(compared).toMatchObject({
      code: 0,
      outputs: { 'size-delta': '500', 'comment-outcome': 'created' },
    });
    const [comment] = server.comments(7);
    expect(comment?.body).toContain('snapshot is from the Actions cache');
    expect(comment?.body).toContain(remote.main.slice(0, 7));

    const event = {
      ...push().event,
      payload: { before: remote.main },
      sha: remote.head,
      ref: 'refs/heads/feature',
    };
    const next = await weigh(
      push({ event, scopes: branchScopes('feature'), ref: 'refs/heads/feature', bytes: 900 }),
    );
    expect(next).toMatchObject({ code: 0, outputs: { 'size-delta': '-100' } });
    expect(services.cache.entries).toHaveLength(2);
    const again = await weigh(push());
    expect(again.code).toBe(0);
    expect(again.summary).not.toContain('not stored');
    expect(services.cache.entries).toHaveLength(2);
  });

  it('says that its token may only read', async () => {
    const ended = await weigh(push({ scopes: readOnly(branchScopes('main')) }));
    expect(ended.code).toBe(0);
    expect(ended.summary).toMatch(/not stored in the Actions cache.*may only read/s);
    expect(services.cache.entries).toEqual([]);
  });

  it('without a cache is quiet, unless one was asked for', async () => {
    const env = { ACTIONS_RESULTS_URL: '' };
    expect((await weigh(push({ env }))).summary).not.toContain('not stored');
    const asked = await weigh(push({ env, inputs: { baseline: 'cache' } }));
    expect(asked.code).toBe(0);
    expect(asked.summary).toContain('This step has no access to the Actions cache');
  });
});

describe('a cache that breaks', () => {
  it('makes no build red that cannot write to it', async () => {
    services.faults.add({ match: 'CreateCacheEntry', effect: 400 });
    const ended = await weigh(push());
    expect(ended.code).toBe(0);
    expect(ended.summary).toContain('The snapshot was not stored in the Actions cache');
  });

  it.each([500, 'reset'] as const)(
    'hides no red verdict, and is not taken for an empty base: %s',
    async effect => {
      await weigh(push());
      services.faults.add({ match: 'GetCacheEntryDownloadURL', effect });
      const inputs = { 'max-size': '1kB', baseline: 'cache' };
      const ended = await weigh(ofPullRequest({ inputs }));
      expect(ended).toMatchObject({ code: 1, outputs: { verdict: 'fail', 'size-delta': '' } });
      expect(ended.summary).toContain('could not be read from the Actions cache');
      expect(ended.summary).not.toMatch(/\+100|has a bug/);
    },
  );
});

describe('a pull request', () => {
  it('of a fork and of Dependabot is compared with a token that writes nothing', async () => {
    await weigh(push());
    const scopes = readOnly(pullRequestScopes(7));
    for (const event of [strangers('stranger', true), strangers('dependabot[bot]', false)]) {
      const ended = await weigh(ofPullRequest({ event, scopes, token: 'ghs_read' }));
      expect(ended).toMatchObject({ code: 0, outputs: { 'size-delta': '500', 'comment-outcome': 'failed' } });
      expect(ended.summary).toContain('snapshot is from the Actions cache');
      expect(ended.summary).not.toContain('not stored');
    }
  });

  it('is compared with the nearest ancestor, and says how far that is', async () => {
    const event = { ...push().event, sha: remote.left };
    await weigh(push({ event, ref: remote.left }));
    const ended = await weigh(ofPullRequest({ inputs: { baseline: 'cache' } }));
    expect(ended).toMatchObject({ code: 0, outputs: { 'size-delta': '500' } });
    const [body = ''] = server.comments(7).map(comment => comment.body);
    expect(body).toContain(`ancestor ${remote.left.slice(0, 7)}, 1 commit before it`);
  });

  it.each([
    ['corrupt', () => Buffer.from('no archive'), /A stored snapshot|cannot be read|not|Entry/],
    ['of another version', fromTheFuture, /has version 9, and this Deadweight reads 1/],
  ])('does not use an entry that is %s, and shows no figure for it', async (_name, change, why) => {
    await weigh(push());
    tamper(services, change);
    const ended = await weigh(ofPullRequest());
    expect(ended).toMatchObject({ code: 0, outputs: { 'size-delta': '' } });
    expect(ended.summary).toMatch(why);
    expect(ended.summary).toMatch(/\(Entry deadweight-snapshot-/);
    expect(ended.summary).not.toMatch(/\+100|\+1\.5\skB/);
  });

  it('of another title is another image', async () => {
    await weigh(push({ inputs: { title: 'a' } }));
    const ended = await weigh(ofPullRequest({ inputs: { title: 'b' } }));
    expect(ended.outputs['size-delta']).toBe('');
  });
});

describe('the other events', () => {
  it('compare with what the event says, and write nothing that nobody reads', async () => {
    await weigh(push());
    const queue = 'gh-readonly-queue/main/pr-7-1';
    const group = { merge_group: { base_sha: remote.main, base_ref: 'refs/heads/main' } };
    const event = { name: 'merge_group', payload: group, sha: remote.merge, ref: `refs/heads/${queue}` };
    const merged = await weigh(ofPullRequest({ event, scopes: branchScopes(queue) }));
    expect(merged).toMatchObject({ code: 0, outputs: { 'size-delta': '500', 'comment-outcome': '' } });

    const target = { ...pullRequestEvent(remote, true), name: 'pull_request_target', ref: 'refs/heads/main' };
    const scopes = readOnly(branchScopes('main'));
    const judged = await weigh(ofPullRequest({ event: target, scopes }));
    expect(judged).toMatchObject({ code: 0, outputs: { 'size-delta': '500', 'comment-outcome': 'created' } });

    const run = { workflow_run: { id: 1, event: 'push', head_sha: remote.main, head_branch: 'main' } };
    const after = await weigh(onMain('workflow_run', run));
    expect(after).toMatchObject({ code: 0, outputs: { 'size-delta': '' } });
    expect(services.cache.entries).toHaveLength(1);
  });

  it('compare an image of a pull request in a checkout of the base, where it may not be built', async () => {
    await weigh(onMain('push', { before: remote.left }, { event: atLeft(), ref: 'refs/tags/left' }));
    expect(services.cache.entries).toHaveLength(1);
    const comment = {
      action: 'created',
      issue: { number: 7, pull_request: { url: 'https://api.github.com/repos/octo/app/pulls/7' } },
    };
    const payload = pullRequestEvent(remote, true).payload;
    for (const event of [
      { name: 'pull_request_target', payload },
      { name: 'issue_comment', payload: comment },
    ]) {
      const ended = await weigh(onMain(event.name, event.payload, { bytes: 1500 }));
      expect(ended).toMatchObject({ code: 0, outputs: { 'size-delta': '500' } });
      expect(ended.outputs['comment-outcome']).toMatch(/created|unchanged/);
    }
    expect(server.comments(7)[0]?.body).toContain(`where ${remote.head.slice(0, 7)} left main`);
    expect(server.comments(7)[0]?.body).toContain(`this \`${remote.head.slice(0, 7)}\``);
  });

  it('compare a review and a dispatched run as the pull request that they are for', async () => {
    await weigh(push());
    const scopes = readOnly(branchScopes('main'));
    const review = await weigh(ofPullRequest({ event: reviewEvent(remote), scopes }));
    expect(review).toMatchObject({ code: 0, outputs: { 'size-delta': '500', 'comment-outcome': 'created' } });
    const dispatched = { name: 'workflow_dispatch', payload: { inputs: { pr: '7' } } };
    const event = { ...dispatched, sha: remote.merge, ref: 'refs/heads/main' };
    const inputs = { 'pr-number': '7' };
    const ended = await weigh(ofPullRequest({ event, scopes, inputs, bytes: 1700 }));
    expect(ended).toMatchObject({ code: 0, outputs: { 'size-delta': '700', 'comment-outcome': 'updated' } });
    const unknown = await weigh(ofPullRequest({ event, scopes, inputs: { 'pr-number': '8' } }));
    expect(unknown).toMatchObject({ code: 0, outputs: { 'size-delta': '' } });
    expect(unknown.summary).toMatch(/^### .*no comparison: pull request 8 could not be read$/m);
  });

  it('compare a tag with the tag before it, or say that there is none', async () => {
    await git(remote.origin, 'tag', 'v1.0.0', remote.main);
    await git(remote.origin, 'tag', 'v1.1.0', remote.merge);
    await weigh(push());
    const of = (tag: string, sha: string): Partial<Job> => {
      const payload = { before: '0'.repeat(40), ref: `refs/tags/${tag}`, created: true };
      return {
        event: { name: 'push', payload, sha, ref: `refs/tags/${tag}` },
        ref: `refs/tags/${tag}`,
        bytes: 1500,
      };
    };
    const second = await weigh(push(of('v1.1.0', remote.merge)));
    expect(second).toMatchObject({ code: 0, outputs: { 'size-delta': '500', 'comment-outcome': '' } });
    expect(second.summary).toContain('the tag v1.0.0 before v1.1.0');
    const first = await weigh(push(of('v1.0.0', remote.main)));
    expect(first.summary).toMatch(/^### .*no comparison: no tag comes before v1\.0\.0$/m);
    expect(services.cache.entries).toHaveLength(1);
  });

  it.each(['schedule', 'workflow_dispatch'])('%s seeds, and compares with what is named', async name => {
    const seeding = await weigh(onMain(name, { inputs: null }));
    expect(seeding).toMatchObject({ code: 0, outputs: { 'size-delta': '' } });
    const summary = seeding.summary.replaceAll('&#95;', '_');
    expect(summary).toContain(`no comparison: a ${name} event names no base`);
    expect(services.cache.entries).toHaveLength(1);
    const ref = 'refs/heads/feature';
    const event = { ...onMain(name, { inputs: null }).event, sha: remote.head, ref };
    const more = {
      event,
      ref,
      scopes: branchScopes('feature'),
      bytes: 1200,
      inputs: { against: remote.main },
    };
    const named = await weigh(onMain(name, { inputs: null }, more));
    expect(named).toMatchObject({ code: 0, outputs: { 'size-delta': '200' } });
  });
});
