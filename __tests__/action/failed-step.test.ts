import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { fixtureText } from '../build/recorded-build.ts';
import { fakeDocker } from '../support/e2e/fake-docker.ts';
import {
  forgedCommands,
  pullRequestEvent,
  runStep,
  type Step,
  type StepResult,
} from '../support/e2e/runner.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
import { folderOf } from '../support/folder.ts';
import { CommentRun, HEAD, MAIN, MERGE } from './comment-run.ts';

/** Each case starts a Node or two. */
vi.setConfig({ testTimeout: 60_000 });

const event = pullRequestEvent({ head: HEAD, left: MAIN, merge: MERGE });
const LOGGED = ['group', 'endgroup', 'warning', 'notice', 'error', 'debug'];

const FAILED = fixtureText('failed-run.overlay2.progress.ndjson');

/** A step that builds this Dockerfile, whose third line fails. */
async function build(
  run: CommentRun,
  stderr: string,
  inputs: Step['inputs'] = {},
  more: Partial<Step> = {},
): Promise<StepResult> {
  const Dockerfile = 'FROM x\nWORKDIR /x\nRUN echo hi && \\\n  exit 3\n';
  const workspace = await folderOf({ Dockerfile });
  const env = { PATH: await fakeDocker({ build: stderr }) };
  const named = { title: 'app', baseline: 'none', ...inputs };
  return runStep({ workspace, event, server: run.server, env, ...more, inputs: named });
}

/** A step that weighs an archive of one layer. */
async function weigh(run: CommentRun, more: Partial<Step> = {}): Promise<StepResult> {
  const image = await fabricateImage({
    tags: ['app:1'],
    steps: [{ createdBy: 'RUN make # buildkit', layer: { app: file(9000) } }],
  });
  const workspace = await folderOf();
  await writeFile(join(workspace, 'app.tar'), await dockerArchive([image]));
  const inputs = { image: 'docker-archive:app.tar', title: 'app', ...more.inputs };
  return runStep({ workspace, event, server: run.server, ...more, inputs });
}

describe('a failed build', () => {
  it('turns the comment of its image red, and is in the summary and at its line', async () => {
    const run = await CommentRun.start();
    expect(await weigh(run)).toMatchObject({ code: 0, outputs: { 'comment-outcome': 'created' } });
    expect(run.comments()[0]).toMatch(/### app: \*\*9\.0\skB\*\*/);
    const ended = await build(run, FAILED);
    expect(ended).toMatchObject({ code: 1, outputs: { 'comment-outcome': 'updated' } });
    expect(ended.outputs['verdict']).toBeUndefined();
    expect(run.comments()).toHaveLength(1);
    for (const text of [run.comments()[0] ?? '', ended.summary, ended.outputs['comment-body'] ?? '']) {
      expect(text).toContain('### app: **the build failed**');
      expect(text).toContain('The build failed at Dockerfile:3 (RUN echo hi');
      expect(text).toContain(`The last lines of [Dockerfile:3](${run.repositoryUrl}/blob/`);
      expect(text).toContain('```text\nhi\nbad\n```');
    }
    expect(ended.stdout).toMatch(/^::error title=The build failed,file=Dockerfile,line=3,endLine=4::/m);
    expect(ended.stdout).toMatch(/^::error::The build failed at Dockerfile:3 /m);
    expect(forgedCommands(ended.stdout, ...LOGGED)).toEqual([]);
    // Green again.
    expect((await weigh(run)).outputs).toMatchObject({ 'comment-outcome': 'updated' });
    expect(run.comments()[0]).toMatch(/\*\*9\.0\skB\*\*/);
  });

  it('is a first comment as the policy says', async () => {
    for (const [comment, outcome] of [
      ['auto', 'created'],
      ['on-failure', 'created'],
      ['on-change', 'skipped'],
      ['never', 'skipped'],
    ] as const) {
      const run = await CommentRun.start();
      const ended = await build(run, FAILED, { comment });
      expect(ended).toMatchObject({ code: 1, outputs: { 'comment-outcome': outcome } });
      expect(ended.summary).toContain('**the build failed**');
    }
  });

  it('tells no secret that the step printed', async () => {
    const run = await CommentRun.start();
    const printed = FAILED.replaceAll(
      Buffer.from('bad\n').toString('base64'),
      Buffer.from('bad hush-hush swordfish ghs_write\n::error::x\n').toString('base64'),
    );
    expect(printed).not.toBe(FAILED);
    const inputs = { secrets: 'key=hush-hush', 'build-args': 'PASSWORD=swordfish' };
    const ended = await build(run, printed, inputs);
    const told = [ended.summary, ended.outputs['comment-body'] ?? '', ...run.comments()].join('\n');
    expect(told).toContain('bad *** $PASSWORD ***\n\\::error::x\n');
    expect(told).not.toMatch(/hush-hush|swordfish|ghs_write|^\s*::/m);
  });

  it('that is a push says so', async () => {
    const run = await CommentRun.start();
    const said = 'failed to push r.example/app:1: unexpected status from POST request: 403 Forbidden';
    const vertex = { digest: 'sha256:e', name: 'exporting to image', error: said };
    const stderr = `${JSON.stringify({ vertexes: [vertex] })}\nERROR: failed to build: failed to solve: ${said}\n`;
    const ended = await build(run, stderr, { tags: 'r.example/app:1', push: 'true' });
    expect(ended).toMatchObject({ code: 1, outputs: { 'comment-outcome': 'created' } });
    expect(run.comments()[0]).toContain('### app: **the push failed**');
    expect(ended.summary).toContain('403 Forbidden');
    expect(ended.stdout).toMatch(/^::error::The image was built, and the push failed: failed to push/m);
  });
});

it('secrets that are left out are warnings, once each and also where the build fails; a comment is no secret', async () => {
  const run = await CommentRun.start();
  const secrets = 'EMPTY=\nhush-nokv\n# a comment line\nKEY=hush-value';
  const ended = await build(run, FAILED, {
    secrets,
    'secret-envs': '# one',
    'secret-files': 'key=no-such-file',
  });
  expect(ended.code).toBe(1);
  const warnings = ended.stdout.match(/^::warning::.*left out of the build.*$/gm);
  expect(warnings).toEqual([
    '::warning::An entry of secret-envs that is not of the form id=value was left out of the build.',
    '::warning::The secret EMPTY of secrets, which has no value, was left out of the build.',
    '::warning::An entry of secrets that is not of the form id=value was left out of the build.',
    '::warning::An entry of secrets that is not of the form id=value was left out of the build.',
    '::warning::The secret key of secret-files, whose file no-such-file does not exist, was left out of the build.',
  ]);
  // What is no comment may be a line of a secret that lacks its quotes.
  expect(ended.stdout.match(/^::add-mask::.*$/gm)?.toSorted()).toEqual([
    '::add-mask::hush-nokv',
    '::add-mask::hush-value',
  ]);
});

describe('what cannot be weighed', () => {
  it.each([
    ['an engine that does not answer', {}, /does not answer/],
    ['an image that is not there', { image: 'docker-archive:nope.tar' }, /nope\.tar/],
  ])('is told: %s', async (_name, inputs, words) => {
    const run = await CommentRun.start();
    const env = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
    const unreachable = 'Driver: docker\nError: Cannot connect to the Docker daemon at unix:///nonexistent\n';
    const PATH = await fakeDocker({ build: '', inspect: unreachable });
    const ended = await build(run, '', inputs, { env: { ...env, PATH } });
    expect(ended).toMatchObject({ code: 1, outputs: { 'comment-outcome': 'created' } });
    expect(ended.summary).toContain('### app: **not weighed**');
    expect(ended.summary).toMatch(words);
    expect(run.comments()[0]).toMatch(words);
    expect(ended.stdout).toMatch(/^::error::/m);
  });

  it('of a wrong workflow is in the summary, and no word on the image', async () => {
    const run = await CommentRun.start();
    for (const inputs of [{ 'max-size': 'lots' }, { push: 'yes' }, { builder: 'a', call: 'check' }]) {
      const ended = await build(run, FAILED, inputs);
      expect(ended.code).toBe(1);
      expect(ended.summary).toContain('> [!CAUTION]');
    }
    expect(run.comments()).toEqual([]);
  });
});

describe('a token', () => {
  it.each([
    ['that is empty', '', /github-token is empty/, 0],
    ['that may only read', 'ghs_read', /pull-requests: write/, 403],
    ['that is none', 'ghs_nobody', /token that is valid/, 401],
  ])('%s costs the comment alone', async (_name, token, why, status) => {
    const run = await CommentRun.start();
    const ended = await weigh(run, { token });
    expect(ended).toMatchObject({ code: 0, outputs: { 'comment-outcome': 'failed', verdict: 'pass' } });
    expect(ended.summary).toMatch(/### app: \*\*9\.0\skB\*\*/);
    expect(ended.summary).toMatch(why);
    expect(ended.stdout).toMatch(/^::warning::The comment could not be posted/m);
    expect(ended.stdout + ended.stderr).not.toContain('has a bug');
    expect(run.github.requests.some(request => request.status === status)).toBe(status > 0);
    const failed = await build(run, FAILED, {}, { token });
    expect(failed).toMatchObject({ code: 1, outputs: { 'comment-outcome': 'failed' } });
    expect(failed.summary).toContain('**the build failed**');
    expect(run.comments()).toEqual([]);
  });

  it('that is empty is no bug in mode comment either', async () => {
    const run = await CommentRun.start();
    const ended = await run.step({ token: '' });
    expect(ended.stdout + ended.stderr).not.toContain('has a bug');
    expect(ended.code).toBe(0);
  });
});

it('the log ends with figures, verdict and the address of the comment', async () => {
  const run = await CommentRun.start();
  const ended = await weigh(run, { inputs: { 'max-layers': '100' } });
  const lines = ended.stdout.trimEnd().split('\n');
  expect(lines.at(-2)).toMatch(/^app · linux\/amd64: 9\.0 kB; within budget/);
  expect(lines.at(-1)).toMatch(/^Comment: https:\/\/.*\/octo\/app\/pull\/7#issuecomment-\d+$/);
});

it.each([
  ['after the image was weighed', {}],
  [
    'before and after',
    {
      event: { name: 'workflow_dispatch', payload: { inputs: null }, sha: MAIN, ref: 'refs/heads/main' },
      inputs: { 'pr-number': '7' },
    },
  ],
] satisfies [string, Partial<Step>][])(
  'an API that hangs costs the comment, and not the step: %s',
  async (_name, more) => {
    const run = await CommentRun.start();
    run.github.gate = () => new Promise(() => undefined);
    const ended = await weigh(run, more);
    expect(ended).toMatchObject({ code: 0, outputs: { verdict: 'pass' } });
    expect(ended.outputs['comment-outcome']).toBe('event' in more ? '' : 'failed');
    expect(ended.summary).toMatch(/\*\*9\.0\skB\*\*/);
    expect(ended.summary).toMatch(/no answer/);
    // Asked once more each, it would have cost minutes.
    expect(run.github.requests).toHaveLength(1);
  },
);
