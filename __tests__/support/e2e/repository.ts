import type { Changes } from '../folder.ts';
import { commit, createRepository, git } from '../git/repository.ts';

/** A repository with a commit on main and one on the branch that is checked out. */
export async function branched(base: Changes, head: Changes): Promise<string> {
  const directory = await createRepository();
  await commit(directory, base, 'base');
  await git(directory, 'checkout', '--quiet', '-b', 'change');
  await commit(directory, head, 'head');
  return directory;
}

/** Worktrees and edits that a run should not leave behind. */
export async function leftovers(directory: string): Promise<string> {
  const worktrees = (await git(directory, 'worktree', 'list')).split('\n').slice(1);
  const edits = await git(directory, 'status', '--porcelain');
  return [...worktrees, edits].join('\n').trim();
}
