import { shortCommit } from '../../base/commit.ts';
import type { Notice } from '../../base/notice.ts';
import { plural } from '../../base/number-text.ts';
import type { GitRepository } from './repository.ts';

/**
 * Says that the head lacks commits of the branch that it is compared with, where the clone knows that. Nothing is fetched.
 * @param ref as the user gave it
 * @param commit what it names
 */
export async function behindNotice(
  repository: GitRepository,
  ref: string,
  commit: string,
): Promise<Notice | null> {
  // Who names a commit means that commit.
  if (commit.startsWith(ref) || (await repository.isShallow())) return null;
  const objects = (await repository.objects()).with({ GIT_NO_LAZY_FETCH: '1' });
  const head = await repository.head();
  const base = await objects.attempt(['merge-base', commit, head]);
  const lacking = await objects.attempt(['rev-list', '--count', `${head}..${commit}`, '--']);
  const count = Number(lacking.stdout);
  if (base.exitCode !== 0 || lacking.exitCode !== 0 || !(count > 0)) return null;
  const left = base.stdout.trim();
  const name = await localName(repository, ref, commit);
  const remedy =
    name === null ? `--against ${shortCommit(left)}` : `--against $(git merge-base ${name} HEAD)`;
  return {
    code: 'head-behind-base',
    message: `${ref} has ${plural(count, 'commit')} that HEAD lacks: what changed there is in the difference, too. To see what changed since ${shortCommit(left)}, where HEAD left it, use \`${remedy}\`.`,
  };
}

/** What the user's git and shell call the commit; null where that is not sure. */
async function localName(repository: GitRepository, ref: string, commit: string): Promise<string | null> {
  if (!/^\w[\w./@-]*$/.test(ref)) return null;
  for (const name of [ref, `origin/${ref}`]) {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
    const { stdout } = await repository.git.attempt(args);
    if (stdout.trim() === commit) return name;
  }
  return null;
}
