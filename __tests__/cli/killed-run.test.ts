import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { CommentRun, HEAD, MAIN, MERGE } from '../action/comment-run.ts';
import { Canaries, contentsOf } from '../support/canaries/canaries.ts';
import { type HangingDocker, hangingDocker } from '../support/canaries/hanging-docker.ts';
import { startRun } from '../support/e2e/broken-run.ts';
import { COMMAND_LINE } from '../support/e2e/child-process.ts';
import { deadweight } from '../support/e2e/command-line.ts';
import { pullRequestEvent, runStep, stepProcess } from '../support/e2e/runner.ts';
import { folderOf } from '../support/folder.ts';

/** Each case starts several Nodes. */
vi.setConfig({ testTimeout: 60_000 });

/** Starts it, and kills it in the middle of its build. */
async function killAtBuild(
  docker: HangingDocker,
  script: string,
  args: readonly string[],
  place: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<void> {
  const run = startRun(script, args, place);
  await run.comesTo('the build', () => docker.hangs());
  run.kill('SIGKILL');
  expect((await run.ended).signal).toBe('SIGKILL');
  docker.end();
}

/** Values of a killed run lie in its own folder alone, which nobody else can enter, or are not there. */
async function expectHidden(canaries: Canaries, temporary: string): Promise<void> {
  const left = readdirSync(temporary).filter(name => /^deadweight-\w{6}$/.test(name));
  expect(left).toHaveLength(1);
  const folder = join(temporary, left[0] ?? '');
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  const everything = await contentsOf(temporary);
  expect(canaries.find(everything)).not.toEqual([]);
  const outside = Object.entries(everything).filter(([path]) => !path.startsWith(folder));
  expect(canaries.find(Object.fromEntries(outside))).toEqual([]);
  for (const [path, content] of Object.entries(everything)) {
    if (/\/secret-\d+$/.test(path) && canaries.find({ path: content }).length > 0)
      expect(statSync(path).mode & 0o777, path).toBe(0o600);
  }
}

it('a killed command leaves values in its own folder alone, and the next one clears it', async () => {
  const canaries = new Canaries();
  const [cwd, temporary, home] = [
    await folderOf({ Dockerfile: 'FROM scratch\n' }),
    await folderOf(),
    await folderOf(),
  ];
  const docker = await hangingDocker();
  const env = {
    PATH: docker.path,
    HOME: home,
    TMPDIR: temporary,
    DEADWEIGHT_CACHE_DIR: join(home, 'cache'),
    PLAIN: canaries.plant('the variable of a secret'),
    GITHUB_TOKEN: canaries.plant('GITHUB_TOKEN'),
  };
  const args = ['build', '.', '--secret', 'id=x,env=PLAIN'];
  const build = [...args, '--build-arg', `NPM_TOKEN=${canaries.plant('--build-arg')}`, '--build-arg', 'A=b'];
  await killAtBuild(docker, COMMAND_LINE, build, { cwd, env });
  await expectHidden(canaries, temporary);
  expect(canaries.find({ ...(await contentsOf(cwd)), ...(await contentsOf(home)) })).toEqual([]);

  await deadweight(['inspect', 'docker-archive:nope.tar'], { cwd, env });
  expect(readdirSync(temporary)).toEqual([]);
});

it('a killed step leaves values in its own folder alone, and the next one clears it', async () => {
  const canaries = new Canaries();
  const [workspace, home] = [await folderOf({ Dockerfile: 'FROM scratch\n' }), await folderOf()];
  const docker = await hangingDocker();
  const { server } = await CommentRun.start();
  const event = pullRequestEvent({ head: HEAD, left: MAIN, merge: MERGE });
  const token = canaries.plant('github-token');
  const inputs = {
    baseline: 'none',
    secrets: `ONE=${canaries.plant('secrets')}`,
    'build-args': `NPM_TOKEN=${canaries.plant('build-args')}`,
  };
  const env = { PATH: docker.path, ACTIONS_RUNTIME_TOKEN: canaries.plant('ACTIONS_RUNTIME_TOKEN') };
  const step = { workspace, event, server, token, inputs, env };
  const started = await stepProcess(step, home);
  await killAtBuild(docker, started.program, [], started);
  await expectHidden(canaries, started.at('temp'));
  const outside = Object.entries(await contentsOf(home)).filter(
    ([path]) => !path.startsWith(started.at('temp')),
  );
  expect(canaries.find(Object.fromEntries(outside))).toEqual([]);

  const next = await runStep({ ...step, inputs: { image: 'docker-archive:nope.tar' } }, home);
  expect(next.code).toBe(1);
  expect(canaries.find({ ...(await contentsOf(home)), ...(await contentsOf(workspace)) })).toEqual([]);
});
