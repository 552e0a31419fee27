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
}

function trace(
  github: GitHubServer,
  { name = 'push', ref = 'refs/heads/main', payload = pushed(), history = true, number = null }: Run = {},
) {
  const variables = {
    GITHUB_EVENT_NAME: name,
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_SHA: SHA,
    GITHUB_REF: ref,
  };
  const event = readEvent(
    { ...variables, GITHUB_RUN_ID: '4711', GITHUB_RUN_ATTEMPT: '2' },
    JSON.stringify(payload),
  );
  const options = { history, 'history-branch': BRANCH, 'pr-number': number };
  const effects = { clock: { now: () => NOW }, log: silentLog };
  return traceReports([REPORT], options, event, SHA, apiOf(github), effects);
}

function pushed(message = 'Merge pull request #12 from octo/feature\n\nMore', more: object = {}): object {
  const timestamp = '2026-11-20T01:02:03+01:00';
  return {
    head_commit: { id: SHA, message, timestamp, ...more },
    repository: { default_branch: 'main', private: false },
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
    ['another commit', pushed('x (#3)', { id: 'e'.repeat(40) })],
    ['no commit', { head_commit: null }],
    ['no date', pushed('x', { timestamp: 'soon' })],
    ['a strange commit', { head_commit: 7 }],
    ['nothing', {}],
  ])('has the time of the run where the payload has %s', async (_name, payload) => {
    expect(await lineAfter({ payload })).toMatchObject({
      line: { commit: SHA, pullRequest: null, time: new Date(NOW).toISOString() },
    });
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
