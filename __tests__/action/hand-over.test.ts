import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { pullRequestEvent, runStep, type Step, type StepResult } from '../support/e2e/runner.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
import { folderOf } from '../support/folder.ts';
import { CommentRun, HEAD, MAIN, MERGE, workflowRunEvent } from './comment-run.ts';

/** Each case starts a Node or two. */
vi.setConfig({ testTimeout: 60_000 });

const event = pullRequestEvent({ head: HEAD, left: MAIN, merge: MERGE });

/** A step that weighs an archive of two layers. */
async function weigh(run: CommentRun, inputs: Step['inputs'], more: Partial<Step> = {}): Promise<StepResult> {
  const steps = [
    { createdBy: 'ADD rootfs.tar / # buildkit', layer: { 'bin/sh': file(4000) } },
    { createdBy: 'RUN make # buildkit', layer: { app: file(9000) } },
  ];
  const image = await fabricateImage({ tags: ['app:1'], steps });
  const workspace = await folderOf();
  await writeFile(join(workspace, 'app.tar'), await dockerArchive([image]));
  const named = { image: 'docker-archive:app.tar', title: 'app', ...inputs };
  return runStep({ workspace, event, server: run.server, ...more, inputs: named });
}

/** Where the clients of GitHub believe themselves on github.com. */
function hosted(run: CommentRun): Pick<Step, 'server' | 'env'> {
  const grant = { scopes: [], runBackendId: 'run-4711', jobBackendId: 'job-1' };
  const server = { url: run.server.url, serverUrl: 'https://github.com' };
  return { server, env: { ...run.services.runnerEnv(grant), GITHUB_API_URL: server.url } };
}

describe('upload: true', () => {
  const comment = (run: CommentRun) =>
    run.step({ event: workflowRunEvent({ id: 4711 }), server: hosted(run).server });

  it('hands the report over to the run that comments', async () => {
    const run = await CommentRun.start();
    const built = await weigh(run, { upload: 'true', comment: 'never' }, hosted(run));
    expect(built).toMatchObject({ code: 0, stderr: '', outputs: { 'comment-outcome': 'skipped' } });
    expect(run.services.artifacts.artifacts.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^deadweight-report-app-linux-amd64-[0-9a-f]{8}$/),
    ]);
    expect((await comment(run)).outputs).toMatchObject({ 'comment-outcome': 'created' });
    expect(run.comments()[0]).toMatch(/### app: \*\*13\.0\skB\*\*/);
  });

  it('says which image it was when nothing could be weighed', async () => {
    const run = await CommentRun.start();
    const inputs = { upload: 'true', comment: 'never', image: 'docker-archive:nope.tar' };
    const built = await weigh(run, inputs, hosted(run));
    expect(built.code).toBe(1);
    expect((await comment(run)).outputs).toMatchObject({ 'comment-outcome': 'created' });
    expect(run.comments()[0]).toContain('### app: **not weighed**');
    expect(run.comments()[0]).toContain('nope.tar');
  });

  it('is a warning when it fails, and no red build', async () => {
    const run = await CommentRun.start();
    const built = await weigh(run, { upload: 'true' }, { env: { GITHUB_SERVER_URL: 'https://github.com' } });
    expect(built).toMatchObject({ code: 0, outputs: { 'comment-outcome': 'created' } });
    expect(built.stdout).toMatch(/::warning::The report could not be uploaded/);
  });
});

describe('html', () => {
  const PAGE = /^deadweight-page-app-linux-amd64-[0-9a-f]{8}\.html$/;

  it('uploads the page as it is, and the comment links to it', async () => {
    const run = await CommentRun.start();
    const ended = await weigh(run, { html: 'out/app.html' }, hosted(run));
    expect(ended).toMatchObject({ code: 0, stderr: '', outputs: { 'comment-outcome': 'created' } });
    const [page, ...others] = run.services.artifacts.artifacts;
    expect(page).toMatchObject({ name: expect.stringMatching(PAGE), mimeType: 'text/html' });
    expect(others).toEqual([]);
    const text = await readFile(ended.outputs['html'] ?? '', 'utf8');
    expect(text).toMatch(/^<!doctype html>/i);
    const address = `https://github.com/octo/app/actions/runs/4711/artifacts/${page?.id}`;
    expect(run.comments()[0]).toContain(`[All files and lines](${address})`);
  });

  it('that cannot be uploaded is a warning, and the file is there', async () => {
    const run = await CommentRun.start();
    const ended = await weigh(
      run,
      { html: 'app.html' },
      { env: { GITHUB_SERVER_URL: 'https://github.com' } },
    );
    expect(ended).toMatchObject({ code: 0, outputs: { 'comment-outcome': 'created' } });
    expect(ended.stdout).toMatch(/::warning::The page could not be uploaded/);
    expect(run.comments()[0]).not.toContain('artifacts/');
    expect(await readFile(ended.outputs['html'] ?? '', 'utf8')).toMatch(/^<!doctype html>/i);
  });
});

describe('a label', () => {
  const labeled = (name: string): Step['event'] => {
    const text = JSON.stringify(event.payload).replace(
      '"labels":[]',
      `"labels":[${JSON.stringify({ name })}]`,
    );
    const payload: unknown = JSON.parse(text);
    return { ...event, payload };
  };

  it('waives the budgets of its pull request, and the comment says so', async () => {
    const run = await CommentRun.start();
    const ended = await weigh(run, { 'max-layers': '1' }, { event: labeled('deadweight: waive') });
    expect(ended).toMatchObject({ code: 0, outputs: { verdict: 'warn' } });
    const [body = ''] = run.comments();
    expect(body).toContain('1 budget exceeded (waived)');
    expect(body).toContain('The label "deadweight: waive" waives the budgets for this pull request.');
    expect(body).not.toContain('[!CAUTION]');
  });

  it('of another name waives nothing', async () => {
    const run = await CommentRun.start();
    const inputs = { 'max-layers': '1', 'waive-label': 'let it pass' };
    const ended = await weigh(run, inputs, { event: labeled('deadweight: waive') });
    expect(ended).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(run.comments()[0]).toContain('[!CAUTION]');
  });
});

describe('pr-number', () => {
  const manual: Step['event'] = { name: 'workflow_dispatch', payload: {}, sha: MAIN, ref: 'refs/heads/main' };

  it('names the pull request of a run that has none', async () => {
    const run = await CommentRun.start();
    const named = await weigh(run, { 'pr-number': '7' }, { event: manual });
    expect(named).toMatchObject({ code: 0, outputs: { 'comment-outcome': 'created' } });
    expect(run.comments()[0]).toContain(`head=${HEAD}`);
    const unnamed = await weigh(run, {}, { event: manual });
    expect(unnamed).toMatchObject({ code: 0, outputs: { 'comment-outcome': '' } });
  });

  it('that is not there is a warning; one that is no number is an error', async () => {
    const run = await CommentRun.start();
    const absent = await weigh(run, { 'pr-number': '99' }, { event: manual });
    expect(absent).toMatchObject({ code: 0, outputs: { verdict: 'pass' } });
    expect(absent.stdout).toMatch(/::warning::There is no comment\. GitHub did not show pull request 99/);
    const wrong = await weigh(run, { 'pr-number': '7; x' }, { event: manual });
    expect(wrong).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('The input pr-number is "7; x", which is invalid.'),
    });
  });
});
