import { DeadweightError } from '../../base/errors.ts';
import { GitRepository } from '../../baseline/git/repository.ts';
import type { Environment } from '../environment.ts';

/** The commit that is checked out; null where there is no repository. */
export async function headCommit(environment: Environment): Promise<string | null> {
  return orNull(async () => (await open(environment)).head());
}

/** The same where the files are exactly those of the commit: an edited checkout is no commit. */
export async function cleanHead(environment: Environment): Promise<string | null> {
  return orNull(async () => {
    const repository = await open(environment);
    const changes = await repository.git.run(['status', '--porcelain', '--untracked-files=no']);
    return changes === '' ? repository.head() : null;
  });
}

/** Top of the checked out repository; the working directory where there is none. */
export async function repositoryDirectory(environment: Environment): Promise<string> {
  return (await orNull(async () => (await open(environment)).directory)) ?? environment.cwd;
}

function open({ exec, env, cwd }: Environment): Promise<GitRepository> {
  return GitRepository.open({ exec, env }, cwd);
}

async function orNull<T>(body: () => Promise<T>): Promise<T | null> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof DeadweightError) return null;
    throw error;
  }
}
