import { closeSync, readSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { shortCommit } from '../../base/commit.ts';
import { DeadweightError, messageOf } from '../../base/errors.ts';
import { openInputFile } from '../../base/input-file.ts';
import type { Notice } from '../../base/notice.ts';
import { Retries, retry } from '../../base/retry.ts';
import type { Git } from './git.ts';
import type { GitRepository } from './repository.ts';
import { listSubmodules, submoduleRepository } from './submodules.ts';

/** A commit checked out beside the head. */
export interface Worktree {
  readonly directory: string;
  readonly notices: readonly Notice[];
}

/** Submodules of submodules. */
const MAX_DEPTH = 8;

/**
 * Checks a commit out, detached, in a folder below `temporaryFolder`, for as long as `body` runs; nothing of it
 * is left behind. Submodules and Git LFS files are there exactly when the head has them. Hooks do not run.
 * @throws DeadweightError `git-failed` when the commit cannot be fetched or checked out.
 */
export async function withWorktree<T>(
  repository: GitRepository,
  sha: string,
  temporaryFolder: string,
  body: (worktree: Worktree) => Promise<T>,
): Promise<T> {
  const folder = await makeFolder(temporaryFolder);
  const checkout = new Checkout();
  try {
    await checkout.add(repository, sha, join(folder, 'base'));
    return await body({ directory: join(folder, 'base'), notices: checkout.notices });
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    await checkout.forget();
  }
}

class Checkout {
  readonly notices: Notice[] = [];
  readonly #added: { readonly git: Git; readonly directory: string }[] = [];

  async add(repository: GitRepository, sha: string, directory: string, depth = 0): Promise<void> {
    await repository.ensureCommit(sha);
    const pointers = await hasLfsPointers(repository.git);
    const git = repository.git.in(repository.directory, pointers ? { GIT_LFS_SKIP_SMUDGE: '1' } : {});
    this.#added.push({ git, directory });
    await addWorktree(git, directory, sha);
    if (depth < MAX_DEPTH) await this.#addSubmodules(git, sha, directory, depth);
  }

  async #addSubmodules(git: Git, sha: string, directory: string, depth: number): Promise<void> {
    const { present, absent } = await listSubmodules(git, sha);
    // a head without any of its submodules is how people build it: nothing is missing
    if (present.length > 0)
      for (const path of absent) this.#incomplete(path, sha, 'the head does not have it');
    for (const submodule of present) {
      const inner = submoduleRepository(git, submodule);
      try {
        await this.add(inner, submodule.commit, join(directory, submodule.path), depth + 1);
      } catch (error) {
        if (!(error instanceof DeadweightError)) throw error;
        this.#incomplete(submodule.path, sha, messageOf(error));
      }
    }
  }

  #incomplete(path: string, sha: string, why: string): void {
    this.notices.push({
      code: 'base-submodule-missing',
      message: `The base ${shortCommit(sha)} was built without its submodule ${path}: ${why.replace(/\.$/, '')}.`,
    });
  }

  /** Removes the records of the worktrees, whose folders are gone; other people's worktrees stay untouched. */
  async forget(): Promise<void> {
    for (const { git, directory } of this.#added.reverse()) {
      const removed = await git.attempt(['worktree', 'remove', '--force', '--force', '--', directory]);
      // an interrupted checkout leaves a record that only prune removes
      if (removed.exitCode !== 0) await git.attempt(['worktree', 'prune']);
    }
  }
}

/** Git fails now and then where worktrees of one repository come and go at the same time. */
const POLICY = { maxAttempts: 3, firstWait: 0, maxWait: 0, maxTotalWait: 0 };

async function addWorktree(git: Git, directory: string, sha: string): Promise<void> {
  const add = async (attempt: number): Promise<void> => {
    if (attempt > 1) await rm(directory, { recursive: true, force: true });
    await git.run(['worktree', 'add', '--detach', '--force', '--quiet', '--', directory, sha]);
  };
  await retry(add, new Retries(POLICY), { ofError: () => ({ after: null }) });
}

async function makeFolder(parent: string): Promise<string> {
  try {
    return await mkdtemp(join(await realpath(parent), 'deadweight-base-'));
  } catch (cause) {
    throw new DeadweightError('git-failed', {
      message: `No folder for the base could be made in ${parent}: ${messageOf(cause)}.`,
      remedy:
        'Free some space there, or point TMPDIR (RUNNER_TEMP in a workflow) at a folder that can be written.',
      cause,
    });
  }
}

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md#the-pointer */
const POINTER = 'version https://git-lfs.github.com/spec/v1\n';
/** Files that are looked at. */
const MAX_SAMPLES = 20;

/**
 * Whether files of Git LFS are checked out as pointers here, as `actions/checkout` does without `lfs: true`.
 * The other commit must be checked out the same way, or every large file would show as a difference.
 */
async function hasLfsPointers(git: Git): Promise<boolean> {
  const listed = await git.attempt(['ls-files', '-z', '--', ':(attr:filter=lfs)']);
  if (listed.exitCode !== 0) return false;
  for (const path of listed.stdout.split('\0').filter(Boolean).slice(0, MAX_SAMPLES)) {
    if (readBeginning(join(git.directory, path)) === POINTER) return true;
  }
  return false;
}

/** Empty where it cannot be read. */
function readBeginning(path: string): string {
  try {
    const { descriptor } = openInputFile(path);
    try {
      const buffer = Buffer.alloc(POINTER.length);
      return buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, buffer.length, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return '';
  }
}
