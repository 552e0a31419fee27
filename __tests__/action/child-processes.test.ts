import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { Canaries } from '../support/canaries/canaries.ts';
import { echoingDocker } from '../support/canaries/echoing-docker.ts';
import { recordedPrograms } from '../support/canaries/recorded-programs.ts';
import { pullRequestEvent, runStep } from '../support/e2e/runner.ts';
import { folderOf } from '../support/folder.ts';
import { pullRequest } from '../support/git/pull-request.ts';
import { checkout } from '../support/git/repository.ts';
import { CommentRun } from './comment-run.ts';

/** It starts a Node, and git. */
vi.setConfig({ testTimeout: 60_000 });

it('what a step starts has no secret on its command line, and no input in its environment', async () => {
  const canaries = new Canaries();
  const remote = await pullRequest({ Dockerfile: 'FROM scratch\n' }, { a: 'a' });
  const fake = (await echoingDocker('build')).split(':', 1)[0] ?? '';
  const programs = await recordedPrograms({ docker: join(fake, 'docker'), git: '/usr/bin/git' });
  const secrets = await folderOf({
    key: canaries.plant('a key of ssh'),
    three: canaries.plant('secret-files'),
  });
  const inputs = {
    title: 'app',
    secrets: `ONE=${canaries.plant('secrets')}`,
    'secret-envs': 'TWO=PLAIN',
    'secret-files': `THREE=${secrets}/three`,
    ssh: `default=${secrets}/key`,
    'build-args': `NPM_TOKEN=${canaries.plant('build-args')}\nAPI_PASSWORD`,
  };
  const env = {
    PATH: programs.path,
    PLAIN: canaries.plant('secret-envs'),
    API_PASSWORD: canaries.plant('a variable'),
    ACTIONS_RUNTIME_TOKEN: canaries.plant('ACTIONS_RUNTIME_TOKEN'),
    INPUT_OF_THE_JOB: 'kept',
  };
  const workspace = await checkout(remote.origin, 'refs/pull/7/merge');
  const { server } = await CommentRun.start({ pullRequests: [{ number: 7, headSha: remote.head }] });
  const token = canaries.plant('github-token');
  const ended = await runStep({ workspace, event: pullRequestEvent(remote), server, token, inputs, env });
  expect(ended.code).toBe(1);
  const lines = await programs.commandLines();
  expect(Object.keys(lines).map(name => name.split('.', 1)[0])).toEqual(
    expect.arrayContaining(['docker', 'git']),
  );
  expect(canaries.find(lines)).toEqual([]);
  for (const [name, environment] of Object.entries(await programs.environments())) {
    const variables = `${environment}`.split('\0').map(variable => variable.split('=', 1)[0]);
    expect(
      variables.filter(variable => variable?.startsWith('INPUT_')),
      name,
    ).toEqual(['INPUT_OF_THE_JOB']);
  }
});
