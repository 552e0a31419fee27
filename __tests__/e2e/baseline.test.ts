import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ActionsServices } from '../support/actions-services/actions-services.ts';
import {
  branchScopes,
  pullRequestScopes,
  type TokenScope,
} from '../support/actions-services/runtime-token.ts';
import { cacheEnv, tamper } from '../support/e2e/cached-job.ts';
import { deadweight } from '../support/e2e/command-line.ts';
import { BASE, dockerEnv, fresh, SMALL_BASE, STORES } from '../support/e2e/engines.ts';
import { reportOf } from '../support/e2e/report-file.ts';
import { leftovers } from '../support/e2e/repository.ts';
import { pullRequestEvent, runStep, type Step, type StepResult } from '../support/e2e/runner.ts';
import { folderOf } from '../support/folder.ts';
import { type PullRequestRemote, pullRequest } from '../support/git/pull-request.ts';
import { checkout } from '../support/git/repository.ts';
import { type GitHubServer, startGitHubServer } from '../support/github-server/server.ts';

interface World {
  readonly remote: PullRequestRemote;
  readonly services: ActionsServices;
  readonly server: GitHubServer;
  push(inputs?: Step['inputs']): Promise<StepResult>;
  pullRequest(inputs?: Step['inputs']): Promise<StepResult>;
}

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(each => each.close()));
});

/** A pull request that adds 200 kB to the 1 MB of its base, a cache, and steps that build. */
async function world(engine: string | undefined, base = '', from = SMALL_BASE): Promise<World> {
  const dockerfile = `FROM ${from}\nENV SEED=${fresh()}\n${base}RUN head -c 1000000 /dev/urandom > /app\n`;
  const changed = `${dockerfile.replace(base, '')}RUN head -c 200000 /dev/urandom > /more\n`;
  const remote = await pullRequest({ Dockerfile: dockerfile }, { Dockerfile: changed });
  const services = await ActionsServices.start();
  const server = await startGitHubServer({ pullRequests: [{ number: 7, headSha: remote.head }] });
  open.push(server, { close: () => services.stop() });
  const run = async (
    ref: string,
    event: Step['event'],
    scopes: readonly TokenScope[],
    inputs: Step['inputs'] = {},
  ): Promise<StepResult> => {
    const workspace = await checkout(remote.origin, ref);
    const env = { ...dockerEnv(engine), ...cacheEnv(services, server, scopes) };
    const ended = await runStep({ workspace, server, event, env, inputs });
    expect(await leftovers(workspace)).toBe('');
    return ended;
  };
  const before = { before: remote.left, forced: false };
  const main = { name: 'push', payload: before, sha: remote.main, ref: 'refs/heads/main' };
  return {
    ...{ remote, services, server },
    push: inputs => run('refs/heads/main', main, branchScopes('main'), inputs),
    pullRequest: inputs => run('refs/pull/7/merge', pullRequestEvent(remote), pullRequestScopes(7), inputs),
  };
}

describe.each(STORES)('a baseline on %s', (_store, engine) => {
  const real = it.skipIf(engine === undefined);

  real('is stored by a push, found by the pull request, and the same as if it was built', async () => {
    const { push, pullRequest: compare, services, server, remote } = await world(engine, '', BASE);
    const seeding = await push();
    expect(seeding).toMatchObject({ code: 0, stderr: '', outputs: { 'size-delta': '' } });
    expect(seeding.stdout).not.toContain('::group::Build the base');
    const keys = services.cache.entries.map(({ key }) => key);
    expect(keys.filter(key => !key.startsWith('deadweight-scans-'))).toHaveLength(1);

    const cached = await compare();
    expect(cached).toMatchObject({ code: 0, stderr: '', outputs: { 'size-delta': '200000' } });
    expect(cached.stdout).not.toContain('::group::Build the base');
    const [comment] = server.comments(7);
    expect(comment?.body).toContain(`The base is ${remote.main.slice(0, 7)}`);
    expect(comment?.body).toContain('Its snapshot is from the Actions cache.');

    const rebuilt = await compare({ baseline: 'rebuild' });
    expect(rebuilt.stdout).toContain('::group::Build the base');
    expect(server.comments(7)[0]?.body).toContain('It was built here with the same builder.');
    const figures = [
      'size',
      'size-delta',
      'layers-delta',
      'wasted-delta',
      'efficiency-delta',
      'compressed-size',
    ];
    for (const name of figures) expect(rebuilt.outputs[name]).toBe(cached.outputs[name]);
  });
});

const host = STORES.find(([, found]) => found !== undefined)?.[1];

describe.skipIf(host === undefined)('the automatic baseline', () => {
  it('rebuilds where the cache has nothing, or nothing that can be used', async () => {
    const { push, pullRequest: compare, services, server } = await world(host);
    const missed = await compare();
    expect(missed).toMatchObject({ code: 0, outputs: { 'size-delta': '200000' } });
    expect(missed.stdout).toContain('::group::Build the base');
    expect(server.comments(7)[0]?.body).not.toContain('Note:');

    await push();
    tamper(services, () => Buffer.from('no archive'));
    const refused = await compare();
    expect(refused).toMatchObject({ code: 0, outputs: { 'size-delta': '200000' } });
    expect(refused.summary).toMatch(/\(Entry deadweight-snapshot-/);
    expect(refused.summary).toContain('It was built here');
  });

  it('lets an ancestor stand in for a base that does not build, and nothing for no ancestor', async () => {
    const {
      pullRequest: compare,
      services,
      server,
      remote,
    } = await world(host, 'ARG ENDS_WITH=false\nRUN $ENDS_WITH\n');
    const none = await compare();
    expect(none).toMatchObject({ code: 0, outputs: { 'size-delta': '' } });
    expect(none.summary).toMatch(/no comparison: the base .{0,40} does not build/);
    expect(none.summary).not.toMatch(/\+100/);
    expect(server.comments(7)).toHaveLength(1);

    expect(await seededAs(remote.left, { services, server, remote })).toMatchObject({ code: 0 });
    const near = await compare();
    expect(near).toMatchObject({ code: 0, outputs: { 'size-delta': '200000' } });
    expect(near.summary).toMatch(/ancestor .{0,20}, 1 commit before it/);
    expect(near.summary).toContain('The base was not built:');
  });
});

describe.skipIf(host === undefined)('a baseline that is named', () => {
  const registry = process.env['DEADWEIGHT_REGISTRY'];

  it.skipIf(registry === undefined)('is an image of a registry', async () => {
    const { push, pullRequest: compare, remote } = await world(host);
    const name = `${registry}/deadweight-e2e-baseline-${fresh()}`;
    const tags = `${name}:main\n${name}:${remote.main}`;
    expect(await push({ tags, push: 'true', baseline: 'none' })).toMatchObject({ code: 0 });
    for (const tag of ['{sha}', '{branch}']) {
      const ended = await compare({ baseline: 'registry', 'baseline-image': `${name}:${tag}` });
      expect(ended).toMatchObject({ code: 0, outputs: { 'size-delta': '200000', 'layers-delta': '1' } });
      expect(ended.stdout).not.toContain('::group::Build the base');
      expect(ended.summary).toMatch(/in its registry/);
    }
    const missing = await compare({ baseline: 'registry', 'baseline-image': `${name}:nope` });
    expect(missing).toMatchObject({ code: 0, outputs: { 'size-delta': '' } });
    expect(missing.summary).toMatch(/no comparison: .*nope/);
    const needed = { baseline: 'registry', 'baseline-image': `${name}:nope`, 'max-size-increase': '1MB' };
    const warned = await compare(needed);
    expect(warned).toMatchObject({ code: 0, outputs: { verdict: 'warn' } });
    expect(warned.summary).toContain('1 budget not checked');
    const failed = await compare({ ...needed, 'missing-baseline': 'fail' });
    expect(failed).toMatchObject({ code: 1, outputs: { verdict: 'fail' } });
    expect(failed.stdout).toMatch(/^::error::The budget max-size-increase was not checked/m);
  });

  it('is a file that an earlier run wrote, in the Action and at a terminal', async () => {
    const { push, pullRequest: compare, remote } = await world(host);
    const snapshot = join(await folderOf(), 'base.json');
    await push({ snapshot, baseline: 'none' });
    const ended = await compare({ baseline: 'file', 'baseline-file': snapshot });
    expect(ended).toMatchObject({ code: 0, outputs: { 'size-delta': '200000' } });
    expect(ended.summary).toContain(`of ${remote.main.slice(0, 7)}`);
    const missing = await compare({ baseline: 'file', 'baseline-file': 'nope.json' });
    expect(missing).toMatchObject({ code: 0, outputs: { 'size-delta': '' } });
    expect(missing.summary).toContain('no comparison: There is no snapshot nope.json');

    const cwd = await checkout(remote.origin, 'refs/pull/7/merge');
    const args = ['build', '--json', '-', '-q', '--baseline-file'];
    const told = await deadweight([...args, snapshot], { cwd, env: dockerEnv(host) });
    const report = await reportOf(told.stdout);
    expect(report.comparison?.delta.size).toBe(200_000);
    expect(report.context.baseline).toContain('base.json');
    const refused = await deadweight([...args, 'nope.json'], { cwd, env: dockerEnv(host) });
    expect(refused).toMatchObject({ code: 4, stdout: '' });
    expect(refused.stderr).toContain('There is no snapshot nope.json.');
  });
});

/** A push of a commit that builds with an argument which steps of pull requests do not give. */
async function seededAs(
  sha: string,
  { services, server, remote }: Pick<World, 'services' | 'server' | 'remote'>,
): Promise<StepResult> {
  const workspace = await checkout(remote.origin, sha);
  const event = { name: 'push', payload: { before: '0'.repeat(40) }, sha, ref: 'refs/heads/main' };
  const env = { ...dockerEnv(host), ...cacheEnv(services, server, branchScopes('main')) };
  return runStep({ workspace, server, event, env, inputs: { 'build-args': 'ENDS_WITH=true' } });
}
