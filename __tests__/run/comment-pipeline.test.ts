import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEvent } from '../../src/github/event.ts';
import { renderJson } from '../../src/report/json.ts';
import { commentOnReports } from '../../src/run/comment-pipeline.ts';
import { added } from '../github/review/review-fixture.ts';
import { apiOf, BASE, HEAD, server } from '../github/server-fixture.ts';
import { DOCKERFILE_LINES, patched } from '../report/patched-report.ts';
import { traced } from '../report/traced-report.ts';
import { folderOf } from '../support/folder.ts';

const MERGE = 'd'.repeat(40);

interface Given {
  readonly headRepository?: string;
  readonly file?: string;
  readonly eventName?: string;
  readonly suggests?: boolean;
  readonly policy?: 'auto' | 'never';
}

/** The job that comments on what the legs of a matrix handed over, in the same run. */
async function commented(given: Given = {}) {
  const { headRepository = 'octo/app', file = 'Dockerfile', eventName = 'pull_request', ...more } = given;
  const github = await server({ pullRequests: [{ number: 7, files: [added(DOCKERFILE_LINES, file)] }] });
  const cwd = await folderOf();
  const summaryPath = join(cwd, 'summary.md');
  await writeFile(summaryPath, '');
  const report = { ...patched(), trend: traced().trend };
  const context = { ...report.context, repositoryUrl: 'https://github.com/octo/app', commit: MERGE };
  const runUrl = 'https://github.com/octo/app/actions/runs/4711';
  await writeFile(join(cwd, 'app.json'), renderJson({ ...report, context: { ...context, runUrl } }));
  const head = { sha: HEAD, ref: 'feature', repo: { full_name: headRepository } };
  const pull_request = { number: 7, head, base: { sha: BASE, ref: 'main' } };
  const variables = { GITHUB_EVENT_NAME: eventName, GITHUB_REPOSITORY: 'octo/app', GITHUB_SHA: MERGE };
  const event = readEvent(
    { ...variables, GITHUB_RUN_ID: '4711' },
    JSON.stringify({ action: 'opened', pull_request }),
  );
  const outcome = await commentOnReports({
    ...{ event, api: apiOf(github), token: 'ghs_write', patterns: ['*.json'], expected: [] },
    ...{ pullRequest: 7, key: 'CI', policy: 'auto', threshold: { bytes: null, percent: null } },
    ...{ suggests: true, summaryPath, cwd, ...more },
  });
  return { github, outcome };
}

describe('mode: comment', () => {
  it('suggests fixes from reports alone, where the diff has their lines', async () => {
    const { github, outcome } = await commented();
    expect(outcome.reports).toHaveLength(1);
    expect(github.reviewComments(7).map(({ original }) => original.start)).toEqual([3, 6]);
    expect(github.reviewComments(7)[0]?.body).toContain('key=CI ');
  });

  it('tells how the base has grown, but for a fork, which cannot say so', async () => {
    expect((await commented()).outcome.body).toMatch(/`main` has grown 40\.2\sMB/);
    expect((await commented({ headRepository: 'eve/app' })).outcome.body).not.toContain('has grown');
  });

  it.each([
    ['reports of a fork', { headRepository: 'eve/app' }],
    ['an event that names no head', { eventName: 'workflow_dispatch' }],
    ['a Dockerfile elsewhere', { file: 'app/Dockerfile' }],
    ['the input that says so', { suggests: false }],
    ['the policy never', { policy: 'never' }],
  ] as const)('suggests nothing for %s', async (_what, given) => {
    const { github, outcome } = await commented(given);
    expect(outcome.reports).toHaveLength(1);
    expect(github.reviews(7)).toEqual([]);
  });
});
