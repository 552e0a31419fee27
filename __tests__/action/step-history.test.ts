import { describe, expect, it } from 'vitest';
import { traceReports } from '../../src/action/step-history.ts';
import { readEvent } from '../../src/github/event.ts';
import { historyFileName, readHistory, writeHistory } from '../../src/trend/history.ts';
import { apiOf, server } from '../github/server-fixture.ts';
import { first } from '../report/reports.ts';
import type { GitHubServer } from '../support/github-server/server.ts';
import { silentLog } from '../support/silent-log.ts';
import { growing, historyOf, NOW } from '../trend/history-fixture.ts';

const SHA = 'd'.repeat(40);
const BRANCH = 'deadweight-history';
const REPORT = first();
const FILE = historyFileName(REPORT.key);

interface Run {
  readonly name?: string;
  readonly ref?: string;
  readonly payload?: unknown;
  readonly history?: boolean;
  readonly number?: number | null;
  /** Commit. */
  readonly sha?: string;
  readonly run?: string;
  /** When it ends. Milliseconds since the epoch. */
  readonly now?: number;
}

function trace(github: GitHubServer, run: Run = {}) {
  const { name = 'push', ref = 'refs/heads/main', payload = pushed(), history = true, number = null } = run;
  const { sha = SHA, run: id = '4711', now = NOW } = run;
  const variables = {
    GITHUB_EVENT_NAME: name,
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_SHA: sha,
    GITHUB_REF: ref,
  };
  const event = readEvent(
    { ...variables, GITHUB_RUN_ID: id, GITHUB_RUN_ATTEMPT: '2' },
    JSON.stringify(payload),
  );
  const options = { history, 'history-branch': BRANCH, 'pr-number': number };
  const effects = { clock: { now: () => now }, log: silentLog };
  return traceReports([REPORT], options, event, sha, apiOf(github), effects);
}

/** When GitHub took the push. */
const PUSHED = Date.UTC(2026, 10, 20, 0, 2, 3);

function pushed(
  message = 'Merge pull request #12 from octo/feature\n\nMore',
  { commit = {}, repository = {} }: { readonly commit?: object; readonly repository?: object } = {},
): object {
  const timestamp = '2026-11-19T01:02:03+01:00';
  return {
    head_commit: { id: SHA, message, timestamp, ...commit },
    repository: { default_branch: 'main', private: false, pushed_at: PUSHED / 1000, ...repository },
  };
}

async function lineAfter(run: Run) {
  const github = await server();
  await trace(github, run);
  return readHistory(github.git.files(BRANCH).get(FILE) ?? '').entries[0];
}

describe('a push of the default branch', () => {
  it.each([
    ['Merge pull request #12 from octo/feature\n\nMore', 12],
    ['Add a tool (#34)\n\n* closes #5', 34],
    ['Revert "Add a tool (#34)" (#35)', 35],
    ['Fix #7', null],
    ['(#0)', null],
    ['::error:: (#99999999999)', null],
  ])('is recorded: %j', async (message, pullRequest) => {
    expect(await lineAfter({ payload: pushed(message) })).toMatchObject({
      line: { commit: SHA, branch: 'main', run: '4711-2', pullRequest, time: '2026-11-20T00:02:03.000Z' },
    });
  });

  it.each([
    ['no date', pushed('x', { repository: { pushed_at: null } })],
    ['a strange date', pushed('x', { repository: { pushed_at: 'soon' } })],
    ['a date beyond all', pushed('x', { repository: { pushed_at: 1e15 } })],
    ['a strange repository', { repository: 7 }],
    ['nothing', {}],
  ])('has the time of the run where the payload has %s', async (_name, payload) => {
    expect(await lineAfter({ payload })).toMatchObject({
      line: { commit: SHA, pullRequest: null, time: new Date(NOW).toISOString() },
    });
  });

  it.each([
    ['another commit', pushed('x (#3)', { commit: { id: 'e'.repeat(40) } })],
    ['no commit', { ...pushed(), head_commit: null }],
    ['a strange commit', { ...pushed(), head_commit: 7 }],
    ['a date as text', pushed('x', { repository: { pushed_at: '2026-11-20T01:02:03+01:00' } })],
  ])('has its own time and no pull request where the payload has %s', async (_name, payload) => {
    expect(await lineAfter({ payload })).toMatchObject({
      line: { commit: SHA, pullRequest: null, time: new Date(PUSHED).toISOString() },
    });
  });

  it('has its place whatever its commits are dated, whenever its run ends, and when that is repeated', async () => {
    const github = await server();
    const minutes = (count: number) => ({ pushed_at: PUSHED / 1000 + 60 * count });
    const run = (letter: string, count: number, timestamp: string): Run => ({
      sha: letter.repeat(40),
      run: String(4711 + count),
      payload: pushed('x', { commit: { id: letter.repeat(40), timestamp }, repository: minutes(count) }),
    });
    const [first, hostile, old, revert] = [
      run('a', 1, '2026-11-19T00:00:00Z'),
      run('b', 2, '2099-01-01T00:00:00Z'),
      run('c', 3, '1970-01-01T00:00:00Z'),
      run('d', 4, '2026-11-20T00:00:00Z'),
    ];
    const ended = [hostile, first, revert, old];
    for (const [index, each] of ended.entries()) await trace(github, { ...each, now: NOW + index });
    const again = await trace(github, { ...first, now: NOW + 30 * 86_400_000 });
    const commits = again.reports[0]?.trend?.points.map(({ commit }) => commit.slice(0, 1));
    expect(commits).toEqual(['a', 'b', 'c', 'd']);
  });
});

it.each<[string, Run]>([
  ['a push without the input', { history: false }],
  ['a push of another branch', { ref: 'refs/heads/feature' }],
  ['a tag', { ref: 'refs/tags/v1' }],
  ['a run for a pull request', { number: 7 }],
  ['a schedule', { name: 'schedule', payload: {} }],
])('%s is not recorded, and asks GitHub nothing', async (_name, run) => {
  const github = await server();
  expect(await trace(github, run)).toEqual({ reports: [REPORT], notices: [] });
  expect(github.requests).toEqual([]);
});

it('a pull request reads, and never writes', async () => {
  const github = await server();
  github.git.push(BRANCH, [{ path: FILE, content: writeHistory(historyOf(growing())) }]);
  const payload = {
    action: 'opened',
    pull_request: { number: 7, head: { sha: SHA, ref: 'feature' }, base: { sha: SHA, ref: 'main' } },
  };
  const { reports } = await trace(github, { name: 'pull_request', ref: 'refs/pull/7/merge', payload });
  expect(reports[0]?.trend?.pointCount).toBe(40);
  expect(new Set(github.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
});
