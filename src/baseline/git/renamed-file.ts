import type { GitRepository } from './repository.ts';

/**
 * What a file of the checkout was called in a commit, as `git diff -M` tells: what is staged counts.
 * @param path relative to the top of the checkout
 * @returns null when it was not renamed
 */
export async function findOldName(
  repository: GitRepository,
  commit: string,
  path: string,
): Promise<string | null> {
  const objects = await repository.objects();
  const index = await repository.git.run(['rev-parse', '--path-format=absolute', '--git-path', 'index']);
  const options = ['diff-index', '--cached', '-M', '--diff-filter=R', '--name-status', '-z', commit, '--'];
  const listed = await objects.with({ GIT_INDEX_FILE: index }).attempt(options);
  if (listed.exitCode !== 0) return null;
  // R100, the old name, the new name
  const fields = listed.stdout.split('\0');
  for (let at = 0; at + 2 < fields.length; at += 3) {
    if (fields[at + 2] === path) return fields[at + 1] ?? null;
  }
  return null;
}

/** The folder that became another when a file in it was renamed: `a/x/F` for `b/x/F` makes `b/x` out of `a/x`. */
export function oldFolder(folder: string, newName: string, oldName: string): string {
  const [newParts, oldParts] = [newName.split('/'), oldName.split('/')];
  while (newParts.length > 0 && newParts.at(-1) === oldParts.at(-1)) {
    newParts.pop();
    oldParts.pop();
  }
  const moved = newParts.join('/');
  if (folder !== moved && !folder.startsWith(`${moved}/`)) return folder;
  return `${oldParts.join('/')}${folder.slice(moved.length)}`;
}
