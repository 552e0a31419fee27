import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Exec } from '../../../src/base/effects.ts';
import { GitRun } from '../../../src/baseline/git/git-run.ts';
import { GitRepository } from '../../../src/baseline/git/repository.ts';
import { type Changes, changeFiles, folderOf } from '../folder.ts';

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
        const child = execFile(
          program,
          args,
          { cwd: options.cwd, env: options.env ?? process.env, maxBuffer: options.maxOutput ?? 2 ** 24 },
          (error, stdout, stderr) => {
            if (error === null) resolve({ exitCode: 0, stdout, stderr });
            else if (typeof error.code === 'number') resolve({ exitCode: error.code, stdout, stderr });
            else reject(error);
          },
        );
        child.stdin?.on('error', () => undefined).end(options.input ?? '');
      });
    },
  };
}

/** Runs git, and returns what it printed, without the newline that ends it. */
export async function git(directory: string, ...args: string[]): Promise<string> {
  const { stdout } = await execute('git', args, { cwd: directory, env: gitEnv });
  return stdout.trim();
}

/** An empty repository on `main`, in a folder of its own unless told which, for as long as the tests of the file run. */
export async function createRepository(directory?: string): Promise<string> {
  const folder = directory ?? join(await folderOf(), 'app');
  await mkdir(folder, { recursive: true });
  await git(folder, 'init', '--quiet');
  return folder;
}

/** Changes files and commits all that is in the folder. Returns the id of the commit. */
export async function commit(directory: string, changes: Changes, message = 'change'): Promise<string> {
  await changeFiles(directory, changes);
  await git(directory, 'add', '--all');
  await git(directory, 'commit', '--quiet', '--allow-empty', '-m', message);
  return git(directory, 'rev-parse', 'HEAD');
}

/** A clone with `main` checked out. */
export async function clone(origin: string, ...options: readonly string[]): Promise<string> {
  const folder = join(await folderOf(), 'clone');
  await git('/', 'clone', '--quiet', ...options, `file://${origin}`, folder);
  return folder;
}

/** What actions/checkout leaves of a commit or ref: it alone, detached, and `depth` commits; no branch. */
export async function checkout(origin: string, ref: string, depth = 1): Promise<string> {
  const folder = await createRepository();
  await git(folder, 'remote', 'add', 'origin', `file://${origin}`);
  const options = ['--quiet', '--no-tags', '--prune', '--no-recurse-submodules', `--depth=${depth}`];
  await git(folder, 'fetch', ...options, 'origin', ref);
  await git(folder, 'checkout', '--quiet', '--force', '--detach', 'FETCH_HEAD');
  return folder;
}

export async function open(directory: string, exec: Exec = realExec()): Promise<GitRepository> {
  return GitRepository.open(
    { exec, env: gitEnv, temporaryDir: await folderOf(), gitRun: new GitRun() },
    directory,
  );
}
