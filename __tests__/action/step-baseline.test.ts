import { afterEach, describe, expect, it, vi } from 'vitest';
import { actionsCache } from '../../src/action/environment.ts';
import { actionInputs } from '../../src/action/inputs.ts';
import { baselineOfStep, findStepCommit, seedsCache } from '../../src/action/step-baseline.ts';
import { type GitHubEvent, readCommitRequest, readEvent } from '../../src/github/event.ts';
import type { OptionValues } from '../../src/run/config/options.ts';
import { apiOf, server } from '../github/server-fixture.ts';
import { pullRequestEvent, reviewEvent, type Step } from '../support/e2e/runner.ts';
import { silentLog } from '../support/silent-log.ts';

afterEach(() => vi.unstubAllEnvs());

const [HEAD, BASE, MERGE] = ['1'.repeat(40), '2'.repeat(40), '3'.repeat(40)];
const main = { sha: HEAD, ref: 'refs/heads/main' };
const events: Readonly<Record<string, Step['event']>> = {
  pull_request: pullRequestEvent({ head: HEAD, left: BASE, merge: MERGE }),
  pull_request_target: {
    ...pullRequestEvent({ head: HEAD, left: BASE, merge: MERGE }, true),
    ...{ name: 'pull_request_target', ref: 'refs/heads/main' },
  },
  pull_request_review: reviewEvent({ head: HEAD, left: BASE, merge: MERGE }),
  push: { name: 'push', payload: { before: BASE }, ...main },
  'push of a tag': { name: 'push', payload: { before: '0'.repeat(40) }, sha: HEAD, ref: 'refs/tags/v1' },
  merge_group: {
    name: 'merge_group',
    payload: { merge_group: { base_sha: BASE, base_ref: 'refs/heads/main' } },
    ...{ sha: HEAD, ref: 'refs/heads/gh-readonly-queue/main/pr-7-2222' },
  },
  workflow_dispatch: { name: 'workflow_dispatch', payload: { inputs: null }, ...main },
  issue_comment: {
    name: 'issue_comment',
    payload: { action: 'created', issue: { number: 7, pull_request: { url: 'https://x.example' } } },
    ...main,
  },
  schedule: { name: 'schedule', payload: {}, ...main },
  workflow_run: {
    name: 'workflow_run',
    payload: { workflow_run: { id: 1, event: 'pull_request', head_sha: HEAD } },
    ...main,
  },
};

function eventOf(name: string): GitHubEvent {
  const event = events[name];
  if (!event) throw new Error(name);
  const env = {
    ...{ GITHUB_EVENT_NAME: event.name, GITHUB_SHA: event.sha, GITHUB_REF: event.ref },
    ...{ GITHUB_REPOSITORY: 'octo/app', GITHUB_RUN_ID: '1' },
  };
  return readEvent(env, JSON.stringify(event.payload));
}

const baselineFor = (options: OptionValues, event: GitHubEvent) =>
  baselineOfStep(options, event, readCommitRequest(event));

function given(inputs: Readonly<Record<string, string>> = {}) {
  for (const [name, value] of Object.entries(inputs)) vi.stubEnv(`INPUT_${name.toUpperCase()}`, value);
  return actionInputs().options;
}

const cached = {
  ...{ ACTIONS_RESULTS_URL: 'https://results.example/', ACTIONS_RUNTIME_TOKEN: 't' },
  ...{ ACTIONS_CACHE_SERVICE_V2: 'True' },
};

describe('the baseline of an event', () => {
  it.each([
    ['pull_request', { kind: 'pull-request', mergeSha: MERGE }, true],
    ['pull_request_target', { kind: 'pull-request', mergeSha: null }, true],
    ['merge_group', { kind: 'merge-group', baseSha: BASE }, true],
    ['push', { kind: 'push', before: BASE }, false],
    ['push of a tag', { kind: 'tag', tag: 'v1', before: null }, true],
    ['pull_request_review', { kind: 'pull-request', mergeSha: MERGE }, true],
  ])('%s is built only where that is worth it', (name, commit, builds) => {
    expect(baselineFor(given(), eventOf(name))).toMatchObject({ kind: 'auto', commit, builds });
    expect(baselineFor(given({ baseline: 'rebuild' }), eventOf(name))).toMatchObject({
      kind: 'rebuild',
      commit,
    });
    expect(baselineFor(given({ baseline: 'cache' }), eventOf(name))).toMatchObject({
      kind: 'cache',
      commit,
    });
  });

  it.each(['workflow_dispatch', 'schedule', 'workflow_run'])('%s has none but what is named', name => {
    const event = eventOf(name);
    const why = `There is no comparison: a ${name} event names no base. Name a commit with \`against\`, or a pull request with \`pr-number\`.`;
    expect(baselineFor(given(), event)).toMatchObject({ kind: 'auto', commit: { kind: 'none', why } });
    const ref = { kind: 'explicit', ref: 'main' };
    expect(baselineFor(given({ against: 'main' }), event)).toEqual({
      kind: 'auto',
      commit: ref,
      builds: true,
    });
    vi.stubEnv('INPUT_AGAINST', '');
    expect(baselineFor(given({ baseline: 'file', 'baseline-file': 'a.json\nb.json' }), event)).toEqual({
      ...{ kind: 'file', paths: ['a.json', 'b.json'], required: false },
    });
  });

  it.each([
    ['pull_request', 'main'],
    ['merge_group', 'main'],
    ['push', 'main'],
    ['push of a tag', null],
    ['schedule', 'main'],
  ])('%s names the branch of a registry image', (name, branch) => {
    const inputs = given({ baseline: 'registry', 'baseline-image': 'ghcr.io/octo/app:{branch}' });
    expect(baselineFor(inputs, eventOf(name))).toMatchObject({
      ...{ kind: 'registry', branch, template: 'ghcr.io/octo/app:{branch}' },
    });
  });

  it.each(['workflow_dispatch', 'schedule', 'issue_comment'])(
    '%s is compared as the pull request that is named, which GitHub tells of',
    async name => {
      const github = await server({ pullRequests: [{ headSha: HEAD, baseSha: BASE, mergeSha: MERGE }] });
      const event = eventOf(name);
      const named = { kind: 'pull-request', number: 7, headSha: HEAD, baseRef: 'main', baseSha: BASE };
      const inputs = name === 'issue_comment' ? given() : given({ 'pr-number': '7' });
      const commit = await findStepCommit(inputs, event, apiOf(github));
      expect(commit).toEqual({ ...named, repositoryUrl: `${event.serverUrl}/octo/app`, mergeSha: MERGE });
      expect(baselineOfStep(inputs, event, commit)).toEqual({ kind: 'auto', commit, builds: true });
      const image = given({ image: 'app' });
      expect(baselineOfStep(image, event, commit)).toMatchObject({ commit: { isHeadImage: true } });
      const missing = await findStepCommit(given({ 'pr-number': '8' }), event, apiOf(github));
      expect(missing).toEqual({
        kind: 'none',
        why: expect.stringMatching(/^There is no comparison: pull request 8 could not be read\. .*404/),
      });
    },
  );

  it('of an event that names its commits does not ask GitHub', async () => {
    const github = await server();
    for (const name of ['pull_request', 'pull_request_review', 'push', 'merge_group']) {
      const event = eventOf(name);
      const commit = await findStepCommit(given({ 'pr-number': '7' }), event, apiOf(github));
      expect(commit).toEqual(readCommitRequest(event));
    }
    expect(github.requests).toEqual([]);
  });

  it('is none where none is wanted', () => {
    for (const inputs of [{ baseline: 'none' }, { against: 'none' }]) {
      expect(baselineFor(given(inputs), eventOf('pull_request'))).toBeNull();
      vi.unstubAllEnvs();
    }
  });

  it.each([
    [{ baseline: 'cached' }, /The input baseline is "cached"/],
    [{ baseline: 'file' }, /baseline-file is empty/],
    [{ baseline: 'registry' }, /baseline-image is empty/],
    [{ 'baseline-file': 'a.json' }, /baseline-file is not read: baseline is auto/],
    [{ baseline: 'file', 'baseline-file': 'a', 'baseline-image': 'b' }, /baseline-image is not read/],
  ])('is refused: %j', (inputs, message) => {
    expect(() => given(inputs)).toThrow(message);
  });
});

const cacheIn = (env: Record<string, string>) => actionsCache(env, '/nowhere', silentLog);

describe('seeding', () => {
  it.each([
    ['push', true],
    ['schedule', true],
    ['workflow_dispatch', true],
    ['push of a tag', false],
    ['pull_request', false],
    ['pull_request_target', false],
    ['merge_group', false],
    ['workflow_run', false],
  ])('is done on a branch, where others can read it: %s %s', (name, seeds) => {
    expect(seedsCache(given(), eventOf(name), cacheIn(cached))).toBe(seeds);
    expect(seedsCache(given({ baseline: 'cache' }), eventOf(name), cacheIn({}))).toBe(seeds);
  });

  it('is left where there is no cache, or where nobody reads it', () => {
    expect(seedsCache(given(), eventOf('push'), cacheIn({}))).toBe(false);
    const enterprise = { ...cached, GITHUB_SERVER_URL: 'https://github.example.com' };
    expect(seedsCache(given(), eventOf('push'), cacheIn(enterprise))).toBe(false);
    expect(seedsCache(given({ 'pr-number': '7' }), eventOf('workflow_dispatch'), cacheIn(cached))).toBe(
      false,
    );
    vi.unstubAllEnvs();
    for (const baseline of ['rebuild', 'none']) {
      expect(seedsCache(given({ baseline }), eventOf('push'), cacheIn(cached))).toBe(false);
    }
  });
});
