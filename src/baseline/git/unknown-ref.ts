import { DeadweightError } from '../../base/errors.ts';
import type { Git } from './git.ts';

/** Refs that are compared with what was given. */
const MAX_REFS = 2000;

/** What to do about a ref that names nothing here: the names near it, or how to fetch it into a shallow clone. */
export async function unknownRef(git: Git, ref: string, isShallow: boolean): Promise<DeadweightError> {
  const format = ['for-each-ref', `--count=${MAX_REFS}`, '--format=%(refname:short)'];
  const refs = await git.run([...format, 'refs/heads', 'refs/tags', 'refs/remotes']);
  const near = findNearRefs(ref, refs.split('\n').filter(Boolean));
  const meant = near.length > 0 ? ` Near it: ${near.join(', ')}.` : '';
  return new DeadweightError('git-ref-unknown', {
    message: `"${ref.slice(0, 100)}" names no commit in this clone.${meant}`,
    remedy: isShallow
      ? 'Fetch it first (`git fetch --depth=1 origin REF:refs/remotes/origin/REF`), or check out with `fetch-depth: 0`: the clone is shallow.'
      : 'Name a branch, a tag or a commit that `git rev-parse` knows.',
  });
}

/** Names that may have been meant, nearest first: at most three. Git compares no case and neither do we. */
function findNearRefs(wanted: string, refs: readonly string[]): string[] {
  const target = wanted.toLowerCase();
  // two edits are one transposition, the commonest slip; in a very short name they would be another name
  const allowed = target.length < 4 ? 1 : Math.max(2, Math.floor(target.length / 4));
  return refs
    .map(ref => ({ ref, distance: measureDistance(target, ref.toLowerCase(), allowed) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance || (a.ref < b.ref ? -1 : 1))
    .slice(0, 3)
    .map(({ ref }) => ref);
}

/** Whole path segments count as near (`main` for `origin/main`); otherwise edits. */
function measureDistance(wanted: string, ref: string, limit: number): number {
  if (ref === wanted || ref.endsWith(`/${wanted}`) || wanted.endsWith(`/${ref}`)) return 0;
  return Math.min(countEdits(wanted, ref, limit), countEdits(wanted, ref.slice(ref.indexOf('/') + 1), limit));
}

/** Levenshtein's distance, given up beyond the limit. */
function countEdits(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substituted = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substituted, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    if (Math.min(...current) > limit) return limit + 1;
    previous = current;
  }
  return previous[b.length] ?? limit + 1;
}
