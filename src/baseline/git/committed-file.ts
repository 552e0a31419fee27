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

/**
 * What leads to a path in a commit: its folders and itself, each as its mode and, but for folders, its id. Links are not
 * followed: where two commits have the same, the files may yet differ behind one.
 * @param path relative to the top, with slashes
 */
export async function findEntries(objects: Git, commit: string, path: string): Promise<readonly string[]> {
  const names = path.split('/');
  const entries: string[] = [];
  for (let count = 1; count <= names.length; count += 1) {
    const name = names.slice(0, count).join('/');
    const listed = await objects.run(['ls-tree', '-z', '--full-tree', commit, '--', name]);
    const [, mode = '', type = '', id = ''] = /^(\d+) (\w+) ([0-9a-f]+)\t/.exec(listed) ?? [];
    if (mode === '') return entries;
    entries.push(type === 'tree' ? mode : `${mode} ${id}`);
  }
  return entries;
}

/** The text of a blob. */
export function readBlob(objects: Git, id: string): Promise<string> {
  return objects.run(['cat-file', 'blob', id]);
}
