import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';
import type { Exec } from '../../src/base/effects.ts';
import { GitRepository } from '../../src/baseline/git/repository.ts';

const execute = promisify(execFile);

/** No configuration of the machine or the user reaches these repositories; submodules may be local folders. */
export const gitEnv: Record<string, string> = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_COUNT: '2',
  GIT_CONFIG_KEY_0: 'protocol.file.allow',
  GIT_CONFIG_VALUE_0: 'always',
  GIT_CONFIG_KEY_1: 'init.defaultBranch',
  GIT_CONFIG_VALUE_1: 'main',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};

/** Runs programs for real, and keeps the arguments. */
export function realExec(): Exec & { readonly calls: (readonly string[])[] } {
  const calls: (readonly string[])[] = [];
  return {
    calls,
    async run(program, args, options = {}) {
      calls.push(args);
      return new Promise((resolve, reject) => {
        execFile(
          program,
          args,
          { cwd: options.cwd, env: options.env ?? process.env },
          (error, stdout, stderr) => {
            if (error === null) resolve({ exitCode: 0, stdout, stderr });
            else if (typeof error.code === 'number') resolve({ exitCode: error.code, stdout, stderr });
            else reject(error);
          },
        );
      });
    },
  };
}

const folders: string[] = [];

export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'deadweight-git-')));
  folders.push(folder);
  return folder;
}

export function removeFolders(): void {
  afterAll(async () => {
    await Promise.all(folders.splice(0).map(folder => rm(folder, { recursive: true, force: true })));
  });
}

export async function git(directory: string, ...args: string[]): Promise<string> {
  const { stdout } = await execute('git', args, { cwd: directory, env: gitEnv });
  return stdout.trim();
}

/** Writes files (null removes one) and commits all of them. */
export async function commit(
  directory: string,
  files: Readonly<Record<string, string | null>>,
  message = 'change',
): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    if (text === null) await rm(file);
    else await writeFile(file, text);
  }
  await git(directory, 'add', '--all');
  await git(directory, 'commit', '--quiet', '--allow-empty', '-m', message);
  return git(directory, 'rev-parse', 'HEAD');
}

export async function initialize(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  await git(directory, 'init', '--quiet');
  return directory;
}

export function open(directory: string, exec: Exec = realExec()): Promise<GitRepository> {
  return GitRepository.open({ exec, env: gitEnv }, directory);
}

export interface PullRequestRemote {
  /** A bare repository, as GitHub holds it. */
  readonly origin: string;
  /** Commit that the branch left main at. */
  readonly left: string;
  /** Tip of main, which has moved on since. */
  readonly main: string;
  readonly head: string;
  /** refs/pull/7/merge: main and the head, merged. */
  readonly merge: string;
}

/**
 * main ─ left ─ … ─ main, and a branch from `left` with `length` commits; refs/pull/7/{head,merge} as on GitHub.
 */
export async function pullRequestRemote(length = 3): Promise<PullRequestRemote> {
  const folder = await temporaryFolder();
  const work = await initialize(join(folder, 'work'));
  await commit(work, { Dockerfile: 'FROM scratch\n', 'old/Dockerfile': 'FROM scratch\n' }, 'first');
  const left = await commit(work, { 'app.txt': 'one' });
  await git(work, 'checkout', '--quiet', '-b', 'feature/thing');
  for (let index = 1; index < length; index += 1) await commit(work, { 'app.txt': `feature ${index}` });
  const head = await commit(work, { 'old/Dockerfile': null, 'new/Dockerfile': 'FROM scratch\n' }, 'move');
  await git(work, 'checkout', '--quiet', 'main');
  const main = await commit(work, { 'other.txt': "someone else's" });
  await git(work, 'merge', '--quiet', '--no-ff', '-m', 'Merge', head);
  const merge = await git(work, 'rev-parse', 'HEAD');
  await git(work, 'reset', '--quiet', '--hard', main);
  await git(work, 'update-ref', 'refs/pull/7/head', head);
  await git(work, 'update-ref', 'refs/pull/7/merge', merge);
  const origin = join(folder, 'origin.git');
  await git(folder, 'clone', '--quiet', '--mirror', work, origin);
  return { origin, left, main, head, merge };
}

/** What actions/checkout does: one commit at depth 1, no branches. */
export async function shallowCheckout(origin: string, sha: string, depth = 1): Promise<string> {
  const clone = await initialize(join(await temporaryFolder(), 'clone'));
  await git(clone, 'remote', 'add', 'origin', `file://${origin}`);
  await git(clone, 'fetch', '--quiet', '--no-tags', `--depth=${depth}`, 'origin', sha);
  await git(clone, 'checkout', '--quiet', '--detach', sha);
  return clone;
}
