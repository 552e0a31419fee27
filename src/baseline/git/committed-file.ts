import { isCommitId } from '../../base/commit.ts';
import type { Git } from './git.ts';

/**
 * Which content a commit has at a path, through links inside of the repository.
 * @param objects git that sees the commit
 * @param path relative to the top, with slashes
 * @returns the id of a blob; null where there is no file
 */
export async function findBlob(objects: Git, commit: string, path: string): Promise<string | null> {
  // A line of input names one object.
  if (path.includes('\n')) return null;
  const answer = await objects.run(['cat-file', '--batch-check', '--follow-symlinks'], `${commit}:${path}\n`);
  const [id = '', type] = answer.split(' ');
  return type === 'blob' && isCommitId(id) ? id : null;
}

/** The text of a blob. */
export function readBlob(objects: Git, id: string): Promise<string> {
  return objects.run(['cat-file', 'blob', id]);
}
