import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { isRunFolderName } from '../../src/base/run-folder-name.ts';
import { fixtureText } from '../build/recorded-build.ts';
import { dockerCalls, fakeDocker } from '../support/e2e/fake-docker.ts';
import { pullRequestEvent, runPost, runStep, type Step, stepProcess } from '../support/e2e/runner.ts';
import { folderOf } from '../support/folder.ts';
import { CommentRun, HEAD, MAIN, MERGE } from './comment-run.ts';

/** Each case starts a Node or two. */
vi.setConfig({ testTimeout: 60_000 });

const event = pullRequestEvent({ head: HEAD, left: MAIN, merge: MERGE });

/** A step that would build and push. */
async function pushStep(inputs: Step['inputs'] = {}): Promise<Step & { readonly path: string }> {
  const { server } = await CommentRun.start();
  const workspace = await folderOf({ Dockerfile: 'FROM x\nRUN false\n' });
  const path = await fakeDocker({ build: fixtureText('failed-run.overlay2.progress.ndjson') });
  const named = { baseline: 'none', tags: 'r.example/app:1', push: 'true', ...inputs };
  return { workspace, event, server, inputs: named, env: { PATH: path }, path };
}

/** The post step did nothing, and says nothing of what the step said. */
const SILENT = { code: 0, stdout: '', stderr: '', summary: '', outputs: {} };

describe('after a step that failed before it did anything, the post step', () => {
  it.each([
    ['a list that is not CSV', { secrets: '"K=unbalanced' }, /opens a double quote and never closes it/],
    ['a wrong option', { 'max-size': 'lots' }, /max-size/],
    ['options that exclude each other', { baseline: 'file' }, /baseline-file/],
  ])('does nothing: %s', async (_name, inputs, message) => {
    const step = await pushStep(inputs);
    const home = await folderOf();
    const ended = await runStep(step, home);
    expect(ended.code).toBe(1);
    expect(ended.stdout.match(/^::error::.*$/gm)).toEqual([expect.stringMatching(message)]);
    expect(await runPost(step, home)).toMatchObject(SILENT);
    expect(await dockerCalls(step.path)).toEqual([]);
  });

  it('does nothing where no folder could be made', async () => {
    const step = await pushStep();
    const home = await folderOf();
    await writeFile(join(home, 'file'), '');
    const env = { ...step.env, RUNNER_TEMP: join(home, 'file') };
    expect(await runStep({ ...step, env }, home)).toMatchObject({ code: 1 });
    expect(await runPost({ ...step, env }, home)).toMatchObject(SILENT);
    expect(await dockerCalls(step.path)).toEqual([]);
  });
});

it('the post step does nothing after a step that was cancelled at its start', async () => {
  const step = await pushStep();
  const { program, cwd, env, at } = await stepProcess(step);
  // Each writer waits for a reader: the step stands still where it would save something for the second time.
  await rm(at('state'));
  execFileSync('mkfifo', [at('state')]);
  const child = spawn(process.execPath, [program], { cwd, env, stdio: 'ignore' });
  const ended = once(child, 'exit');
  const state = await createReadStream(at('state'), 'utf8').toArray();
  child.kill('SIGINT');
  await ended;
  await rm(at('state'));
  const home = await folderOf({ state: state.join('') });
  // It was the first that the step has done.
  expect(state.join('')).not.toContain('folder');
  expect(await runPost(step, home)).toMatchObject(SILENT);
  expect(await dockerCalls(step.path)).toEqual([]);
});

it('the post step does nothing after a step that was killed before its first line', async () => {
  const step = await pushStep();
  const home = await folderOf({ state: '' });
  expect(await runPost(step, home)).toMatchObject(SILENT);
  expect(await dockerCalls(step.path)).toEqual([]);
});

describe('after a step that failed later, the post step', () => {
  it('removes its folder, and builds nothing again', async () => {
    const step = await pushStep();
    const home = await folderOf();
    const ended = await runStep(step, home);
    expect(ended).toMatchObject({ code: 1, stdout: expect.stringContaining('::error::The build failed') });
    const calls = await dockerCalls(step.path);
    expect(calls.filter(call => call.startsWith('buildx build'))).toHaveLength(1);
    const post = await runPost(step, home);
    expect(post).toMatchObject({ code: 0, summary: '' });
    expect(post.stdout).toMatch(/^::group::Removing /);
    expect(post.stdout).not.toContain('::error');
    expect((await readdir(ended.temporary)).filter(isRunFolderName)).toEqual([]);
    expect(await dockerCalls(step.path)).toEqual(calls);
  });

  it('does not fail where the event cannot be read', async () => {
    const step = await pushStep();
    const home = await folderOf();
    expect(await runStep(step, home)).toMatchObject({ code: 1 });
    const env = { ...step.env, GITHUB_REPOSITORY: 'none' };
    const post = await runPost({ ...step, env }, home);
    expect(post).toMatchObject({ code: 0, summary: '' });
    expect(post.stdout).not.toContain('::error');
  });
});

it('a step that no runner started keeps nothing', async () => {
  const step = await pushStep({ secrets: '"K=unbalanced' });
  const ended = await runStep({ ...step, env: { ...step.env, GITHUB_STATE: '' } });
  expect(ended.code).toBe(1);
  expect(ended.stdout).not.toContain('save-state');
});
