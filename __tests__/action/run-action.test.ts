import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { forgedCommands, runStep, type Step, type StepResult } from '../support/e2e/runner.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file, whiteout } from '../support/fabricate/node.ts';
import { changeFiles, folderOf } from '../support/folder.ts';

/** Each case starts a Node of its own. */
vi.setConfig({ testTimeout: 60_000 });

const server = { url: 'http://127.0.0.1:9', serverUrl: 'https://github.example' };
const push: Step['event'] = {
  ...{ name: 'push', payload: { before: '0'.repeat(40) }, sha: 'a'.repeat(40), ref: 'refs/heads/main' },
};

async function step(inputs: Step['inputs'], more: Partial<Step> = {}): Promise<StepResult> {
  const workspace = await folderOf({ Dockerfile: 'FROM scratch\n' });
  const image = await fabricateImage({
    tags: ['app:1'],
    steps: [
      { createdBy: 'ADD rootfs.tar / # buildkit', layer: { 'bin/sh': file(4000) } },
      { createdBy: 'RUN ::error::a ##[error]b # buildkit', layer: { 'tmp/::error::c': file(9000) } },
      { createdBy: 'RUN rm # buildkit', layer: { 'tmp/::error::c': whiteout() } },
    ],
  });
  await writeFile(join(workspace, 'app.tar'), await dockerArchive([image]));
  await changeFiles(workspace, { '.keep': '' });
  return runStep({
    workspace,
    event: push,
    server,
    ...(inputs ? { inputs } : {}),
    ...more,
  });
}

describe('a step without an engine', () => {
  it('weighs an archive: outputs, summary, files, and no forged command', async () => {
    const inputs = { image: 'docker-archive:app.tar', json: 'out/r.json', title: 'App' };
    const ended = await step(inputs);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.outputs).toMatchObject({
      ...{ size: '13000', layers: '3', 'wasted-bytes': '9000', verdict: 'pass', 'size-delta': '' },
      ...{ 'compressed-size': expect.any(String), 'comment-outcome': '' },
      json: expect.stringMatching(/\/out\/r\.json$/),
    });
    expect(ended.summary).toContain('### App: ');
    expect(forgedCommands(ended.stdout, 'notice', 'warning', 'debug')).toEqual([]);
  });

  it('fails where a budget does, and sets its outputs before', async () => {
    const ended = await step({
      image: 'docker-archive:app.tar',
      'max-layers': '2',
      'max-wasted': 'warn 1kB',
    });
    expect(ended).toMatchObject({ code: 1, outputs: { verdict: 'fail', layers: '3' } });
    expect(ended.stdout).toMatch(/^::error::The image is over budget: max-layers\./m);
  });

  it.each([
    ['no image there', { image: 'docker-archive:nope.tar' }, /^::error::.*nope\.tar/m],
    ['a wrong limit', { image: 'x', 'max-size': 'lots' }, /^::error::The budget max-size is "lots"/m],
    ['no Dockerfile', { file: 'nope' }, /^::error::There is no Dockerfile at nope/m],
    ['no engine', {}, /^::error::.*([Bb]uildx|Docker engine)/m],
  ])('fails in one line for %s', async (_name, inputs, message) => {
    const env = { DOCKER_HOST: 'unix:///nonexistent/docker.sock', DOCKER_CONFIG: '/nonexistent' };
    const ended = await step(inputs, { env });
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(message);
    expect(ended.stdout + ended.stderr).not.toMatch(/\bat .*:\d+:\d+|has a bug/);
  });

  it('fails in one line where the variables or the payload are not those of a run', async () => {
    const bare = await step({}, { env: { GITHUB_REPOSITORY: '' } });
    expect(bare.stdout).toMatch(
      /^::error::These are not the variables of a workflow run: GITHUB_REPOSITORY/m,
    );
    const strange = await step({}, { event: { ...push, name: 'pull_request', payload: { action: 7 } } });
    expect(strange.stdout).toMatch(/^::error::The payload is not that of a pull_request event/m);
    expect([bare.code, strange.code]).toEqual([1, 1]);
  });
});
