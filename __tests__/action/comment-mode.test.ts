import { symlink } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { renderJson } from '../../src/report/json.ts';
import { parseMarker } from '../../src/report/marker.ts';
import type { Report } from '../../src/report/report.ts';
import { zipOf } from '../github/artifact/zip-fixture.ts';
import { hostile } from '../report/hostile-report.ts';
import { failing, unchanged } from '../report/reports.ts';
import { forgedCommands, pullRequestEvent } from '../support/e2e/runner.ts';
import { changeFiles, folderOf } from '../support/folder.ts';
import { BUILD_RUN, CommentRun, HEAD, MAIN, MERGE, workflowRunEvent } from './comment-run.ts';

const PLATFORMS = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64' },
] as const;

/** Four images for two platforms. */
function matrix(run: CommentRun): readonly Report[] {
  return PLATFORMS.flatMap(platform =>
    ['api', 'batch', 'tools', 'web'].map(title => {
      const report = title === 'api' ? failing() : unchanged();
      return run.ofRun({ ...report, image: { ...report.image, platform } }, title);
    }),
  );
}

const rowsOf = (markdown = '') =>
  [...markdown.matchAll(/^\| (?:❌|⚠️|✅) (.+?) \|/gmu)].map(([, name]) => name);

function failureOf(run: CommentRun, title: string) {
  const { schemaVersion, tool, generatedAt, context } = run.ofRun(failing(), title);
  const error = {
    code: 'build-failed',
    message: 'The build failed at Dockerfile:3 (RUN make): exit code: 2',
  };
  const key = `${title}:linux/arm64`;
  return {
    ...{ schemaVersion, kind: 'failure', tool, generatedAt, key, title, platforms: ['linux/arm64'] },
    ...{ context, error },
  };
}

describe('mode: comment', () => {
  it('posts the report of a fork on the pull request that its head names', async () => {
    const run = await CommentRun.start();
    run.reported(run.ofRun(failing(), 'app'));
    const ended = await run.step();
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const [body, ...others] = run.comments();
    expect(others).toEqual([]);
    expect(parseMarker(body ?? '')).toEqual({
      key: 'CI deadweight-report-*',
      head: HEAD,
      base: null,
      run: `${BUILD_RUN}-1`,
    });
    expect(body).toMatch(/### app: 371\.1 → 410\.5\sMB, \*\*\+39\.4\sMB \(\+10\.6\s%\)\*\*/);
    expect(body).toContain(`${run.repositoryUrl}/actions/runs/${BUILD_RUN}`);
    expect(body).toContain('Note: These figures come from the code of a fork');
    expect(ended.outputs).toMatchObject({ verdict: 'fail', 'comment-outcome': 'created' });
    expect(ended.outputs['comment-body']).toContain('### app');
    expect(ended.summary).toContain('### app: ');

    expect((await run.step()).outputs).toMatchObject({ 'comment-outcome': 'unchanged' });
    expect(run.comments()).toHaveLength(1);
  });

  it('makes one comment of four images and two platforms, with a row for those that are the same', async () => {
    const run = await CommentRun.start();
    run.reported(...matrix(run));
    expect(await run.step()).toMatchObject({ code: 0, outputs: { 'comment-outcome': 'created' } });
    expect(run.comments()).toHaveLength(1);
    const [body] = run.comments();
    expect(rowsOf(body)).toEqual([
      'api · linux/amd64, linux/arm64',
      'batch · linux/amd64, linux/arm64',
      'tools · linux/amd64, linux/arm64',
      'web · linux/amd64, linux/arm64',
    ]);
    expect(body).toMatch(
      /### 4 images × 2 platforms: \*\*2 over budget\*\*, 2 grew by up to 39\.4\sMB \(\+10\.6\s%\), 6 unchanged\n/,
    );
  });

  it('names the leg that failed, and the one that nobody heard of', async () => {
    const run = await CommentRun.start();
    run.reported(...matrix(run).slice(0, 7));
    run.uploaded(failureOf(run, 'web'), 'deadweight-report-web-linux-arm64-0');
    await run.step({ inputs: { expected: 'api, web · linux/arm64, ghost · linux/amd64' } });
    const [body] = run.comments();
    expect(rowsOf(body).at(-1)).toBe('web · linux/amd64');
    expect(body).toMatch(/### 9 images: .*, 2 without a report, .*, 5 unchanged\n/);
    expect(body).toContain('**web · linux/arm64** has no report: The build failed at Dockerfile:3');
    expect(body).toContain('**ghost · linux/amd64** has no report: No report arrived');
    expect(body?.match(/has no report/g)).toHaveLength(2);
  });

  it('forgets the failure of a leg that was run again and came through', async () => {
    const run = await CommentRun.start();
    run.reported(...matrix(run));
    run.uploaded(failureOf(run, 'web'), 'deadweight-report-web-linux-arm64-0');
    await run.step();
    expect(run.comments()[0]).not.toContain('has no report');
  });

  it('reads files of its own run, in the pull request', async () => {
    const run = await CommentRun.start();
    const workspace = await folderOf();
    const reports = matrix(run).slice(0, 2);
    for (const report of reports) {
      const own = run.ofRun(report, report.title, 4711);
      await changeFiles(workspace, { [`reports/${report.title}.json`]: renderJson(own) });
    }
    const event = pullRequestEvent({ head: HEAD, left: MAIN, merge: MERGE });
    const inputs = { reports: 'reports/*.json' };
    expect(await run.step({ workspace, event, inputs })).toMatchObject({ code: 0, stderr: '' });
    expect(rowsOf(run.comments()[0])).toEqual(['api', 'batch']);
    expect(run.comments()[0]).toMatch(/### 2 images: .*, 1 unchanged\n/);
    expect(parseMarker(run.comments()[0] ?? '')?.run).toBe('4711-1');
  });

  it('follows no link that came with an artifact, and no configuration', async () => {
    const run = await CommentRun.start();
    const secret = await folderOf({ 'secret.json': JSON.stringify(run.ofRun(failing(), 'secret', 4711)) });
    const workspace = await folderOf({ '.deadweight.yml': 'comment: never\n', 'reports/x.txt': '' });
    await symlink(`${secret}/secret.json`, `${workspace}/reports/file.json`);
    await symlink(secret, `${workspace}/reports/folder`);
    await changeFiles(workspace, { 'reports/own.json': renderJson(run.ofRun(failing(), 'own', 4711)) });
    const event = pullRequestEvent({ head: HEAD, left: MAIN, merge: MERGE });
    await run.step({ workspace, event, inputs: { reports: 'reports/*.json, reports/folder/*.json' } });
    expect(rowsOf(run.comments()[0])).toEqual(['own']);
    expect(run.comments()[0]?.match(/The file was not read/g)).toHaveLength(2);
    expect(run.comments()[0]).not.toContain('secret ·');
  });

  it('believes a merge that GitHub has made anew since, by its parents', async () => {
    const older = 'e'.repeat(40);
    const pullRequests = [
      { number: 7, headSha: HEAD, headRepository: 'eve/app', headRef: 'fix', mergeSha: MERGE },
    ];
    const run = await CommentRun.start({ pullRequests, commits: { [older]: [MAIN, HEAD] } });
    const report = run.ofRun(failing(), 'app');
    run.reported({ ...report, context: { ...report.context, commit: older } });
    expect((await run.step()).outputs).toMatchObject({ 'comment-outcome': 'created' });
  });

  it('says nothing where nothing changed, and turns a red comment green', async () => {
    const run = await CommentRun.start();
    run.reported(run.ofRun(unchanged(), 'app'));
    expect((await run.step()).outputs).toMatchObject({ 'comment-outcome': 'skipped' });
    const again = await CommentRun.start();
    again.reported(again.ofRun(failing(), 'app'));
    await again.step();
    again.reported(again.ofRun(unchanged(), 'app'));
    expect((await again.step()).outputs).toMatchObject({ 'comment-outcome': 'updated' });
    expect(again.comments()[0]).toContain('unchanged at');
  });

  it('ends with a warning where a proxy answers, and posts all the same where only GraphQL is amiss', async () => {
    const headers = { 'content-type': 'text/html' };
    const page = { status: 200, body: '<html>Sign in</html>', headers };
    const run = await CommentRun.start();
    run.reported(run.ofRun(failing(), 'app'));
    const isComments = ({ path }: { path: string }): boolean => path.endsWith('/issues/7/comments');
    run.github.inject({ matches: isComments, answer: page });
    const ended = await run.step();
    expect(ended).toMatchObject({ code: 0, outputs: { verdict: 'fail', 'comment-outcome': 'failed' } });
    expect(ended.stdout).toMatch(/::warning::.*did not list the comments: its answer cannot be read/);
    run.github.inject({ matches: ({ path }) => path === '/graphql', answer: page, times: 100 });
    expect((await run.step()).outputs).toMatchObject({ 'comment-outcome': 'created' });
    expect((await run.step()).outputs).toMatchObject({ 'comment-outcome': 'unchanged' });
  });

  it('ends with a warning where the token may not write', async () => {
    const run = await CommentRun.start();
    run.reported(run.ofRun(failing(), 'app'));
    const ended = await run.step({ token: 'ghs_read' });
    expect(ended).toMatchObject({ code: 0, outputs: { 'comment-outcome': 'failed' } });
    expect(ended.stdout).toMatch(/::warning::.*pull-requests: write/);
    expect(ended.summary).toContain('### app');
  });
});

describe('mode: comment posts nothing and says why', () => {
  const nothing = async (run: CommentRun, why: RegExp, changes: Parameters<CommentRun['step']>[0] = {}) => {
    const ended = await run.step(changes);
    expect(ended).toMatchObject({ code: 0, stderr: '', outputs: { 'comment-outcome': 'skipped' } });
    expect(ended.stdout).toMatch(why);
    expect(forgedCommands(ended.stdout, 'warning', 'debug')).toEqual([]);
    expect(run.github.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    return ended;
  };

  it('when the report is of another repository', async () => {
    const run = await CommentRun.start();
    const report = run.ofRun(failing(), 'app');
    const repositoryUrl = 'https://github.com/victim/app';
    const context = { ...report.context, repositoryUrl, pullRequest: 9 };
    const foreign = { ...report, pullRequest: 9, context };
    run.uploaded(renderJson(foreign), 'deadweight-report-a');
    await nothing(run, /It is of another repository \("https:\/\/github\.com\/victim\/app"\)/);
  });

  it('when the report is of another run, or of another commit', async () => {
    const run = await CommentRun.start();
    const report = run.ofRun(failing(), 'app');
    run.uploaded(renderJson(run.ofRun(failing(), 'app', 4699)), 'deadweight-report-a');
    const other = { ...report.context, commit: 'c'.repeat(40) };
    run.uploaded(renderJson({ ...report, context: other }), 'deadweight-report-b');
    const path = { ...report.context, commit: '../../../pulls/8' };
    run.uploaded(renderJson({ ...report, context: path }), 'deadweight-report-c');
    const ended = await nothing(run, /It is of another run/);
    expect(ended.stdout.match(/It is of another commit/g)).toHaveLength(2);
    expect(run.github.requests.map(({ path: asked }) => asked)).not.toContainEqual(
      expect.stringContaining('..'),
    );
  });

  it('when nothing in the artifacts is a report', async () => {
    const run = await CommentRun.start();
    run.uploaded('{"schemaVersion":1}', 'deadweight-report-schema');
    run.uploaded('not JSON\n::error::forged', 'deadweight-report-json');
    run.uploaded(' '.repeat(9 * 1024 * 1024), 'deadweight-report-large');
    const report = renderJson(run.ofRun(failing(), 'app'));
    const seed = (name: string, entry: string) =>
      run.services.artifacts.seed(`run-${BUILD_RUN}`, name, zipOf([{ name: entry, content: report }]));
    seed('deadweight-report-dots', '../report.json');
    seed('deadweight-report-other', 'else.json');
    const ended = await nothing(run, /The report is invalid: it is not JSON/);
    for (const why of [
      /The report is invalid: tool is missing/,
      /no report has more than/,
      /the name .* is not allowed/,
    ]) {
      expect(ended.stdout).toMatch(why);
    }
    expect(ended.summary).toContain('There is nothing to post');
  });

  it('when the pull request is closed, has newer commits, or its branch is gone', async () => {
    for (const [changes, why] of [
      [{ head_sha: 'f'.repeat(40) }, /No open pull request has the head fffffff/],
      [{ head_branch: 'other' }, /No open pull request has the head/],
      [{ head_repository: null }, /was deleted, so its pull request is unknown/],
    ] as const) {
      const run = await CommentRun.start();
      run.reported(run.ofRun(failing(), 'app'));
      await nothing(run, why, { event: workflowRunEvent(changes) });
    }
  });

  it('when the pull request that the workflow names is not that of the run', async () => {
    const pullRequests = [
      { number: 7, headSha: HEAD, headRepository: 'eve/app', headRef: 'fix', mergeSha: MERGE },
      { number: 8, headSha: 'c'.repeat(40) },
    ];
    const run = await CommentRun.start({ pullRequests });
    run.reported(run.ofRun(failing(), 'app'));
    await nothing(run, /Pull request 8 is not open, or its head is not aaaaaaa/, {
      inputs: { 'pr-number': '8' },
    });
  });

  it('when two pull requests have the head, until one is named', async () => {
    const fork = { headSha: HEAD, headRepository: 'eve/app', headRef: 'fix', mergeSha: MERGE };
    const run = await CommentRun.start({
      pullRequests: [
        { ...fork, number: 7 },
        { ...fork, number: 8 },
      ],
    });
    run.reported(run.ofRun(failing(), 'app'));
    await nothing(run, /Pull requests 7, 8 have the head aaaaaaa/);
    await run.step({ inputs: { 'pr-number': '8' } });
    expect([run.comments(7).length, run.comments(8).length]).toEqual([0, 1]);
  });
});

it('a report whose every name is hostile becomes a comment that harms nobody', async () => {
  const run = await CommentRun.start();
  const evil = run.ofRun(hostile(), '<!-- deadweight v1 key=x --> @octocat [x](https://evil.example)');
  const warning = { rule: 'x', message: 'y', file: 'Dockerfile', startLine: 1, endLine: 1 };
  const build = evil.build && {
    ...evil.build,
    warnings: [{ ...warning, url: 'https://evil.example/login' }],
  };
  run.reported({ ...evil, build, context: { ...evil.context, baseline: null } });
  const ended = await run.step();
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  const [body = ''] = run.comments();
  expect(parseMarker(body)?.key).toBe('CI deadweight-report-*');
  const shown = body.slice(body.indexOf('\n')).replace(/<code>.*?<\/code>|`[^`\n]*`/g, '');
  expect(shown).not.toMatch(/<!--|@octocat|evil\.example|<b>|\]\(javascript/);
  expect(forgedCommands(ended.stdout, 'warning', 'debug')).toEqual([]);
});
