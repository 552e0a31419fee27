import { expect, it, vi } from 'vitest';
import { runtimeToken } from '../support/actions-services/runtime-token.ts';
import { Canaries, contentsOf } from '../support/canaries/canaries.ts';
import { echoingDocker } from '../support/canaries/echoing-docker.ts';
import { echoingFront } from '../support/canaries/echoing-front.ts';
import { pullRequestEvent, runStep } from '../support/e2e/runner.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
import { changeFiles, folderOf } from '../support/folder.ts';
import { CommentRun, HEAD, MAIN, MERGE } from './comment-run.ts';

/** Each case starts a Node. */
vi.setConfig({ testTimeout: 60_000 });

it.each(['build', 'inspect', 'engine'] as const)(
  'a failed step tells nothing that docker repeats: %s',
  async fault => {
    const canaries = new Canaries();
    const [run, home] = [await CommentRun.start(), await folderOf()];
    const workspace = await folderOf({ Dockerfile: 'FROM scratch\n' });
    const inputs = {
      title: 'app',
      baseline: 'none',
      secrets: `id="${canaries.plant('secrets')}" \\ %/+`,
      'secret-envs': 'id2=PLAIN',
      'secret-files': `id3=${await folderOf({ secret: canaries.plant('secret-files') })}/secret`,
      'build-args': `NPM_TOKEN=${canaries.plant('build-args')}`,
      'build-contexts': `x=https://user:${canaries.plant('build-contexts')}@127.0.0.1:9/r.git`,
      'cache-from': `type=gha,token=${canaries.plant('cache-from')}`,
    };
    const env = {
      PATH: await echoingDocker(fault),
      PLAIN: canaries.plant('secret-envs'),
      ACTIONS_RUNTIME_TOKEN: canaries.plant('ACTIONS_RUNTIME_TOKEN'),
      HTTPS_PROXY: `http://user:${canaries.plant('HTTPS_PROXY')}@127.0.0.1:9`,
    };
    const event = pullRequestEvent({ head: HEAD, left: MAIN, merge: MERGE });
    const ended = await runStep({ workspace, event, server: run.server, inputs, env }, home);
    expect(ended.code).toBe(1);
    // A builder that does not exist is wrong in the workflow, and no word on the image.
    expect(run.comments()).toHaveLength(fault === 'inspect' ? 0 : 1);
    expect(ended.summary).not.toBe('');
    // The runner is told what to hide, and takes these lines out.
    const stdout = ended.stdout.replace(/^::add-mask::.*$/gm, '');
    const sent = run.github.requests.map(({ query, body }) => `${query} ${body}`).join('\n');
    const places = {
      stdout,
      stderr: ended.stderr,
      sent,
      ...(await contentsOf(workspace)),
      ...(await contentsOf(home)),
    };
    expect(canaries.find(places)).toEqual([]);
  },
);

it.each([403, 404])(
  'a weighed image, its comment and its log tell nothing that services repeat: %i',
  async status => {
    const canaries = new Canaries();
    const run = await CommentRun.start();
    const github = await echoingFront(run.server.serverUrl, { matches: /./, status });
    const results = await echoingFront(run.server.serverUrl, { matches: /./, status });
    const [workspace, home] = [await folderOf(), await folderOf()];
    const image = await fabricateImage({
      tags: ['app:1'],
      steps: [{ createdBy: 'RUN make', layer: { app: file(9000) } }],
    });
    await changeFiles(workspace, { 'app.tar': await dockerArchive([image]) });
    const claims = runtimeToken({ scopes: [], runBackendId: 'run-1', jobBackendId: 'job-1' });
    const env = {
      ACTIONS_RUNTIME_TOKEN: `${claims.split('.').slice(0, 2).join('.')}.${canaries.plant('ACTIONS_RUNTIME_TOKEN')}`,
      ACTIONS_RESULTS_URL: `http://${results.host}/`,
      ACTIONS_CACHE_SERVICE_V2: 'true',
      MY_PASSWORD: canaries.plant('MY_PASSWORD'),
    };
    const inputs = {
      image: 'docker-archive:app.tar',
      title: 'app',
      upload: 'true',
      comment: 'always',
      suggest: 'true',
    };
    const event = pullRequestEvent({ head: HEAD, left: MAIN, merge: MERGE });
    const url = `http://${github.host}`;
    const token = canaries.plant('github-token');
    const ended = await runStep(
      { workspace, event, server: { url, serverUrl: url }, token, inputs, env },
      home,
    );
    await Promise.all([github.close(), results.close()]);
    expect(ended.stdout).toContain('::warning::');
    expect(ended.stdout).not.toContain('has a bug');
    expect(ended.summary).toContain('### app');
    const stdout = ended.stdout.replace(/^::add-mask::.*$/gm, '');
    expect(canaries.find({ stdout, stderr: ended.stderr, ...(await contentsOf(home)) })).toEqual([]);
  },
);
