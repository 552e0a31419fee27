import { join } from 'node:path';
import { type Changes, folderOf } from '../folder.ts';
import { commit, createRepository, git } from './repository.ts';

/** A pull request as GitHub holds it, number 7 of `feature` into `main`. */
export interface PullRequestRemote {
  /** A bare repository with refs/pull/7/head and refs/pull/7/merge. */
  readonly origin: string;
  /** Where its commits were made. */
  readonly work: string;
  /** Commit that `feature` left main at: what the event says is its base. */
  readonly left: string;
  /** Tip of main, which has moved on since: the first parent of the merge commit. */
  readonly main: string;
  readonly head: string;
  readonly merge: string;
  /** Pushes another commit to `feature`, and merges anew. */
  push(changes: Changes): Promise<PullRequestRemote>;
}

/** A commit of a branch: what becomes of files, or what else is done in the folder before it is made. */
export type CommitSteps = Changes | ((work: string) => Promise<unknown>);

/** @param feature the commits of the branch, oldest first */
export async function pullRequest(base: Changes, ...feature: readonly Changes[]): Promise<PullRequestRemote> {
  const work = await createRepository(join(await folderOf(), 'work'));
  await commit(work, base, 'base');
  return openPullRequest(work, feature);
}

/**
 * @param work a repository with `main` checked out
 * @param feature the commits of the branch, oldest first
 * @param meanwhile what others commit to main in the meantime
 */
export async function openPullRequest(
  work: string,
  feature: readonly CommitSteps[],
  meanwhile: Changes = { 'other.txt': 'others went on' },
): Promise<PullRequestRemote> {
  const left = await git(work, 'rev-parse', 'main');
  await git(work, 'checkout', '--quiet', '-b', 'feature');
  for (const steps of feature) {
    if (typeof steps === 'function') await steps(work);
    await commit(work, typeof steps === 'function' ? {} : steps);
  }
  await git(work, 'checkout', '--quiet', 'main');
  await commit(work, meanwhile, 'meanwhile');
  const origin = join(await folderOf(), 'origin.git');
  await git(work, 'clone', '--quiet', '--mirror', work, origin);
  return publish(work, origin, left);
}

/** A pull request of `length` commits, the last of which moves a Dockerfile. */
export function longPullRequest(length = 3): Promise<PullRequestRemote> {
  const dockerfile = 'FROM scratch\n';
  return pullRequest(
    { Dockerfile: dockerfile, 'old/Dockerfile': dockerfile, 'app.txt': 'one' },
    ...Array.from({ length: length - 1 }, (_, index) => ({ 'app.txt': `feature ${index + 1}` })),
    { 'old/Dockerfile': null, 'new/Dockerfile': dockerfile },
  );
}

async function publish(work: string, origin: string, left: string): Promise<PullRequestRemote> {
  const main = await git(work, 'rev-parse', 'main');
  const head = await git(work, 'rev-parse', 'feature');
  await git(work, 'checkout', '--quiet', '--detach', main);
  await git(work, 'merge', '--quiet', '--no-ff', '-m', `Merge ${head} into ${main}`, head);
  const merge = await git(work, 'rev-parse', 'HEAD');
  const refs = [`${head}:refs/pull/7/head`, `${merge}:refs/pull/7/merge`, 'main', 'feature'];
  await git(work, 'push', '--quiet', '--force', origin, ...refs);
  return {
    origin,
    work,
    left,
    main,
    head,
    merge,
    async push(changes) {
      await git(work, 'checkout', '--quiet', 'feature');
      await commit(work, changes, 'another');
      return publish(work, origin, left);
    },
  };
}
