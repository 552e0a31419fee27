import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Git } from '../../../src/baseline/git/git.ts';
import { GitRun } from '../../../src/baseline/git/git-run.ts';
import { RemoteRepository } from '../../../src/baseline/git/remote-repository.ts';
import { GitRepository } from '../../../src/baseline/git/repository.ts';
import { systemExec } from '../../../src/run/program-exec.ts';
import { folderOf } from '../../support/folder.ts';
import { commit, createRepository, git, gitEnv, realExec } from '../../support/git/repository.ts';

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** @param isSilent whether connections are taken and never answered */
async function serverAt(isSilent: boolean): Promise<string> {
  const server = createServer(socket => void (isSilent ? socket.resume() : socket.destroy()));
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  if (isSilent) servers.push(server);
  else await new Promise(resolve => void server.close(resolve));
  return `127.0.0.1:${port}`;
}

async function clonedFrom(url: string) {
  const folder = await createRepository();
  await commit(folder, { a: '1' });
  await git(folder, 'remote', 'add', 'origin', url);
  return folder;
}

async function contextOf(env: Readonly<Record<string, string>> = gitEnv) {
  const exec = realExec();
  const asked = () =>
    exec.calls.filter(args => args.some(arg => arg === 'ls-remote' || arg === 'fetch')).length;
  return { asked, exec, env, temporaryDir: await folderOf(), gitRun: new GitRun() };
}

describe('a host that does not answer', () => {
  it('is given up after ten seconds, and asked once in a run', async () => {
    const url = `http://${await serverAt(true)}/octo/app.git`;
    const context = await contextOf();
    const before = performance.now();
    const repository = await GitRepository.open(context, await clonedFrom(url));
    const failed = { code: 'git-failed', message: expect.stringContaining('Operation too slow') };
    await expect(repository.fetchBranch('main')).rejects.toMatchObject(failed);
    await expect(repository.ensureCommit('1'.repeat(40))).rejects.toMatchObject(failed);
    expect(performance.now() - before).toBeLessThan(18_000);
    expect(context.asked()).toBe(1);
  }, 40_000);

  it('is asked once, whichever of its repositories, and however', async () => {
    const host = await serverAt(false);
    const context = await contextOf();
    for (const url of [`http://${host}/octo/app.git`, `http://me@${host}/octo/lib.git`]) {
      const repository = await GitRepository.open(context, await clonedFrom(url));
      await expect(repository.fetchBranch('main')).rejects.toMatchObject({ code: 'git-failed' });
      await expect(repository.resolveCommit('nope')).rejects.toMatchObject({ code: 'git-ref-unknown' });
      expect([...(await repository.listTags())]).toEqual([]);
    }
    const head = { remote: `http://${host}/octo/app.git`, ref: 'main', settings: {} };
    const remote = await RemoteRepository.openRemote(context, head);
    await expect(remote.head()).rejects.toMatchObject({ code: 'git-failed' });
    expect(context.asked()).toBe(1);
  });

  it('is another than one that answers without what is asked for', async () => {
    const origin = await createRepository();
    await commit(origin, { b: '1' });
    const context = await contextOf();
    const repository = await GitRepository.open(context, await clonedFrom(`file://${origin}`));
    await expect(repository.ensureCommit('1'.repeat(40))).rejects.toMatchObject({ code: 'git-failed' });
    expect(await repository.fetchBranch('main')).toBe(await git(origin, 'rev-parse', 'HEAD'));
  });
});

describe('ssh', () => {
  async function saidTo(env: Readonly<Record<string, string>>, settings: Readonly<Record<string, string>>) {
    const bin = await folderOf({ ssh: '#!/bin/sh\necho "$0 $*" >>"$(dirname "$0")/said"\nexit 1\n' });
    await chmod(join(bin, 'ssh'), 0o755);
    const folder = await clonedFrom('ssh://git@example.org/octo/app.git');
    for (const [key, value] of Object.entries(settings)) await git(folder, 'config', key, `${bin}/${value}`);
    const own = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, `${bin}/${value}`]));
    const context = await contextOf({ ...gitEnv, ...own, PATH: `${bin}:${gitEnv['PATH']}` });
    const repository = await GitRepository.open(context, folder);
    await expect(repository.fetchBranch('main')).rejects.toMatchObject({ code: 'git-failed' });
    return readFile(join(bin, 'said'), 'utf8');
  }

  it('asks nobody for a password, and waits for no host', async () => {
    expect(await saidTo({}, {})).toMatch(/-o BatchMode=yes -o ConnectTimeout=10 .*git@example\.org/);
  });

  it.each([
    [{ GIT_SSH_COMMAND: 'ssh -v' }, {}],
    [{ GIT_SSH: 'ssh' }, {}],
    [{}, { 'core.sshCommand': 'ssh -v' }],
  ])('is as people set it (%o, %o)', async (env, settings) => {
    expect(await saidTo(env, settings)).not.toContain('BatchMode');
  });
});

it('makes a git directory of ours anew where that failed', async () => {
  const { gitRun } = await contextOf();
  const failing = () => Promise.reject(new Error('the disk is full'));
  await expect(gitRun.privateRepository('/a', failing)).rejects.toThrow('full');
  const { git: made } = await GitRepository.open(await contextOf(), await createRepository());
  expect(await gitRun.privateRepository('/a', async () => made)).toBe(made);
  expect(await gitRun.privateRepository('/a', failing)).toBe(made);
});

it('a filter that does not end is ended, and git is named', async () => {
  const folder = await createRepository();
  await commit(folder, { a: '1' });
  await git(folder, 'config', 'filter.slow.clean', 'sleep 60');
  await writeFile(join(folder, '.gitattributes'), 'a filter=slow\n');
  await writeFile(join(folder, 'a'), '2');
  const quiet = new Git({ exec: systemExec({}), env: { ...gitEnv }, maxSilence: 500 }, folder);
  await expect(quiet.run(['status', '--porcelain'])).rejects.toMatchObject({
    code: 'git-failed',
    message: `git status did not end in ${folder}: git said nothing for 0.5 seconds and was ended.`,
  });
});
