import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeadweightError } from '../../src/base/errors.ts';
import { readCommitRequest, readEvent } from '../../src/github/event.ts';
import { NESTED_JSON, WIDE_JSON } from '../support/large-json.ts';
import { times } from '../support/long.ts';

const SHA = '1'.repeat(40);
const HEAD = '2'.repeat(40);
const BASE = '3'.repeat(40);

function environment(
  name: string,
  changes: Record<string, string | undefined> = {},
): Record<string, string | undefined> {
  return {
    GITHUB_EVENT_NAME: name,
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_SHA: SHA,
    GITHUB_REF: 'refs/pull/7/merge',
    GITHUB_RUN_ID: '17025',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_ACTOR: 'ada',
    ...changes,
  };
}

function pullRequest(changes: object = {}): object {
  return {
    action: 'synchronize',
    number: 7,
    pull_request: {
      number: 7,
      head: { sha: HEAD, ref: 'feature', repo: { full_name: 'octo/app' } },
      base: { sha: BASE, ref: 'main', repo: { full_name: 'octo/app' } },
      labels: [{ name: 'size: ok' }],
      user: { login: 'ada' },
      ...changes,
    },
  };
}

function read(name: string, payload: unknown, changes: Record<string, string | undefined> = {}) {
  return readEvent(environment(name, changes), JSON.stringify(payload));
}

describe('the run', () => {
  it('is read from the variables', () => {
    expect(read('schedule', {})).toEqual({
      name: 'schedule',
      repository: { owner: 'octo', name: 'app' },
      sha: SHA,
      ref: 'refs/pull/7/merge',
      run: { id: 17025, attempt: 1, url: 'https://github.com/octo/app/actions/runs/17025' },
      privateRepository: true,
      serverUrl: 'https://github.com',
      apiUrl: 'https://api.github.com',
      actor: 'ada',
    });
  });

  it('tells a public repository from one that may be private', () => {
    expect(read('schedule', { repository: { private: false } }).privateRepository).toBe(false);
    expect(read('schedule', { repository: { private: true } }).privateRepository).toBe(true);
    expect(read('schedule', { repository: 'odd' }).privateRepository).toBe(true);
  });

  it('knows re-runs and Enterprise Servers', () => {
    const event = read(
      'schedule',
      {},
      {
        GITHUB_RUN_ATTEMPT: '3',
        GITHUB_SERVER_URL: 'https://git.example.org/',
        GITHUB_API_URL: 'https://git.example.org/api/v3/',
      },
    );
    expect(event.run.url).toBe('https://git.example.org/octo/app/actions/runs/17025/attempts/3');
    expect(event.apiUrl).toBe('https://git.example.org/api/v3');
  });

  it.each([
    ['GITHUB_REPOSITORY', 'octo'],
    ['GITHUB_REPOSITORY', 'octo/app/../evil'],
    ['GITHUB_REPOSITORY', undefined],
    ['GITHUB_SHA', 'main'],
    ['GITHUB_RUN_ID', 'x'],
    ['GITHUB_RUN_ID', undefined],
    ['GITHUB_API_URL', 'file:///etc/passwd'],
    ['GITHUB_EVENT_NAME', ''],
  ])('is refused when %s is %s', (name, value) => {
    expect(() => read('schedule', {}, { [name]: value })).toThrow(
      expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining(name) }),
    );
  });
});

describe('pull requests', () => {
  it('are read', () => {
    expect(read('pull_request', pullRequest())).toMatchObject({
      name: 'pull_request',
      action: 'synchronize',
      pullRequest: {
        number: 7,
        headSha: HEAD,
        headRef: 'feature',
        baseSha: BASE,
        baseRef: 'main',
        fromFork: false,
        labels: ['size: ok'],
        author: 'ada',
        isDependabot: false,
      },
    });
  });

  it.each([
    ['of a fork', { head: { sha: HEAD, ref: 'main', repo: { full_name: 'eve/app' } } }, { fromFork: true }],
    ['of a deleted fork', { head: { sha: HEAD, ref: 'main', repo: null } }, { fromFork: true }],
    [
      'of the same repository in other case',
      { head: { sha: HEAD, ref: 'x', repo: { full_name: 'Octo/App' } } },
      { fromFork: false },
    ],
    ['of Dependabot', { user: { login: 'dependabot[bot]' } }, { isDependabot: true }],
    ['of a deleted account', { user: null }, { author: '' }],
    ['without labels', { labels: undefined }, { labels: [] }],
  ])('are told: %s', (_name, changes, expected) => {
    expect(read('pull_request', pullRequest(changes))).toMatchObject({ pullRequest: expected });
  });

  it('say their base: the merge commit counts for pull_request only', () => {
    const repositoryUrl = 'https://github.com/octo/app';
    const commits = { headSha: HEAD, baseRef: 'main', baseSha: BASE };
    const base = { kind: 'pull-request', number: 7, repositoryUrl, ...commits };
    expect(readCommitRequest(read('pull_request', pullRequest()))).toEqual({ ...base, mergeSha: SHA });
    expect(readCommitRequest(read('pull_request_target', pullRequest()))).toEqual({
      ...base,
      mergeSha: null,
    });
  });
});

describe('other events', () => {
  it.each([
    [BASE, BASE],
    ['0'.repeat(40), null],
    [undefined, null],
    ['--upload-pack=x', null],
  ])('push: before %s is %s', (before, expected) => {
    const event = read('push', { before, after: SHA, forced: true });
    expect(event).toMatchObject({ name: 'push', before: expected, forced: true, headCommit: null });
    expect(readCommitRequest(event)).toEqual({ kind: 'push', before: expected });
  });

  it('merge_group', () => {
    const event = read('merge_group', {
      merge_group: { base_sha: BASE, base_ref: 'refs/heads/main', head_sha: HEAD },
    });
    expect(event).toMatchObject({ baseSha: BASE, baseRef: 'main' });
    expect(readCommitRequest(event)).toEqual({ kind: 'merge-group', baseSha: BASE });
  });

  it('workflow_run of a fork, which lists no pull request', () => {
    const run = {
      id: 5,
      run_attempt: 2,
      event: 'pull_request',
      conclusion: 'success',
      head_sha: HEAD,
      head_branch: 'fix',
    };
    const payload = {
      workflow_run: { ...run, head_repository: { full_name: 'eve/app' }, pull_requests: [] },
    };
    expect(read('workflow_run', payload)).toMatchObject({
      runId: 5,
      attempt: 2,
      headSha: HEAD,
      headBranch: 'fix',
      headRepository: { owner: 'eve', name: 'app' },
      pullRequests: [],
    });
    expect(read('workflow_run', { workflow_run: run })).toMatchObject({ headRepository: null });
  });

  it('workflow_dispatch, whose inputs are text whatever they are', () => {
    const event = read('workflow_dispatch', { inputs: { 'pr-number': 7, debug: true, empty: null } });
    expect(event).toMatchObject({ inputs: { 'pr-number': '7', debug: 'true', empty: '' } });
    expect(read('workflow_dispatch', { inputs: null })).toMatchObject({ inputs: {} });
  });

  it.each(['push', 'release', 'workflow_dispatch'])(
    '%s of a tag is compared with the tag before it',
    name => {
      const event = read(name, { before: '0'.repeat(40) }, { GITHUB_REF: 'refs/tags/api/v1.2' });
      expect(readCommitRequest(event)).toEqual({ kind: 'tag', tag: 'api/v1.2', before: null });
      const moved = read('push', { before: BASE }, { GITHUB_REF: 'refs/tags/v1' });
      expect(readCommitRequest(moved)).toEqual({ kind: 'tag', tag: 'v1', before: BASE });
    },
  );

  it.each(['pull_request_review', 'pull_request_review_comment'])('%s has its pull request', name => {
    const { number: _number, ...payload } = { number: 7, ...pullRequest() };
    const event = read(name, { ...payload, review: { state: 'approved' } });
    expect(event).toMatchObject({ name, pullRequest: { number: 7, headSha: HEAD } });
    expect(readCommitRequest(event)).toMatchObject({ kind: 'pull-request', mergeSha: SHA });
  });

  it.each([
    [{ number: 7, pull_request: { url: 'https://api.github.com' } }, 7],
    [{ number: 7, pull_request: null }, null],
    [{ number: 7 }, null],
  ])('issue_comment on %j is of pull request %s', (issue, pullRequestNumber) => {
    expect(read('issue_comment', { action: 'created', issue })).toMatchObject({ pullRequestNumber });
  });

  it.each(['schedule', 'workflow_dispatch', 'release'])('%s has no base, and says so', name => {
    expect(readCommitRequest(read(name, {}))).toEqual({ kind: 'none', why: expect.stringContaining(name) });
  });
});

describe('hostile payloads', () => {
  const names = [
    'pull_request',
    'push',
    'merge_group',
    'workflow_run',
    'workflow_dispatch',
    'schedule',
    'release',
  ];

  it.each(['', '{', '[]', 'null', '{"pull_request":{}}', '{"pull_request":{"number":"7"}}'])(
    '%s is refused',
    text => {
      expect(() => readEvent(environment('pull_request'), text)).toThrow(
        expect.objectContaining({ code: 'input-corrupt' }),
      );
    },
  );

  it('are read or refused, and never anything else', () => {
    const payloads = fc.oneof(
      fc.json(),
      fc
        .record({
          pull_request: fc.object(),
          merge_group: fc.object(),
          workflow_run: fc.object(),
          inputs: fc.object(),
        })
        .map(value => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...names), payloads, (name, payload) => {
        try {
          readEvent(environment(name), payload);
        } catch (error) {
          expect(error).toBeInstanceOf(DeadweightError);
        }
      }),
      { numRuns: times(500) },
    );
  });
});

it.each([
  [NESTED_JSON, "The event's payload nests more than 100 deep."],
  [WIDE_JSON, "The event's payload has more than 4,000,000 values."],
])('a payload that GitHub does not write is refused', (payload, message) => {
  expect(() => readEvent(environment('push', {}), payload)).toThrow(
    expect.objectContaining({ code: 'limit-exceeded', message }),
  );
});
