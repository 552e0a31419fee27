import { join } from 'node:path';
import { commit, git, initialize } from '../../baseline/git-fixture.ts';
import { folderOf } from './folder.ts';

type Changes = Readonly<Record<string, string | null>>;

/** A pull request as GitHub holds it, number 7 of `feature` into `main`. */
export interface PullRequestRemote {
  /** A bare repository with refs/pull/7/merge. */
  readonly origin: string;
  /** Commit that `feature` left main at: what the event says is its base. */
  readonly left: string;
  /** Tip of main, which has moved on since: the first parent of the merge commit. */
  readonly main: string;
  readonly head: string;
  readonly merge: string;
  /** Pushes another commit to `feature`, and merges anew. */
  push(changes: Changes): Promise<PullRequestRemote>;
}

export async function pullRequest(base: Changes, head: Changes): Promise<PullRequestRemote> {
  const folder = await folderOf();
  const work = await initialize(join(folder, 'work'));
  const left = await commit(work, base, 'base');
  await git(work, 'checkout', '--quiet', '-b', 'feature');
  await commit(work, head, 'change');
  await git(work, 'checkout', '--quiet', 'main');
  await commit(work, { 'elsewhere.txt': 'others went on' }, 'meanwhile');
  const origin = join(folder, 'origin.git');
  await git(folder, 'clone', '--quiet', '--mirror', work, origin);
  return published(work, origin, left);
}

async function published(work: string, origin: string, left: string): Promise<PullRequestRemote> {
  const main = await git(work, 'rev-parse', 'main');
  const head = await git(work, 'rev-parse', 'feature');
  await git(work, 'checkout', '--quiet', '--detach', main);
  await git(work, 'merge', '--quiet', '--no-ff', '-m', `Merge ${head} into ${main}`, head);
  const merge = await git(work, 'rev-parse', 'HEAD');
  await git(work, 'push', '--quiet', '--force', origin, `${merge}:refs/pull/7/merge`, 'main', 'feature');
  return {
    ...{ origin, left, main, head, merge },
    async push(changes) {
      await git(work, 'checkout', '--quiet', 'feature');
      await commit(work, changes, 'another');
      return published(work, origin, left);
    },
  };
}

/** What actions/checkout leaves: one commit, detached, at depth 1. */
export async function checkout(origin: string, ref: string): Promise<string> {
  const clone = await initialize(join(await folderOf(), 'app'));
  await git(clone, 'remote', 'add', 'origin', `file://${origin}`);
  const options = ['--quiet', '--no-tags', '--prune', '--no-recurse-submodules', '--depth=1'];
  await git(clone, 'fetch', ...options, 'origin', `+${ref}:refs/remotes/checkout`);
  await git(clone, 'checkout', '--quiet', '--force', '--detach', 'refs/remotes/checkout');
  return clone;
}
