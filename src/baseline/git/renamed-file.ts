import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { GitRepository } from './repository.ts';

/** What of a repository a build reads: relative to its top, with slashes. */
export interface BuildPlaces {
  readonly contexts: readonly string[];
  readonly dockerfile: string;
}

/**
 * What a commit calls the Dockerfile of the checkout, and its contexts: one that the commit has not is the folder that moved
 * with the Dockerfile.
 * @param tree has the files of the commit, and no others
 * @returns null where the Dockerfile is called the same, or was not renamed
 */
export async function findOldPlaces(
  repository: GitRepository,
  commit: string,
  { contexts, dockerfile }: BuildPlaces,
  tree: string,
): Promise<BuildPlaces | null> {
  const isThere = (path: string): boolean => existsSync(join(tree, path));
  if (isThere(dockerfile)) return null;
  const oldName = await findOldName(repository, commit, dockerfile);
  if (oldName === null) return null;
  const oldContexts = contexts.map(path => (isThere(path) ? path : oldFolder(path, dockerfile, oldName)));
  return { dockerfile: oldName, contexts: oldContexts };
}

/** As `git diff -M` tells: what is staged counts. */
async function findOldName(repository: GitRepository, commit: string, path: string): Promise<string | null> {
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
function oldFolder(folder: string, newName: string, oldName: string): string {
  const [newParts, oldParts] = [newName.split('/'), oldName.split('/')];
  while (newParts.length > 0 && newParts.at(-1) === oldParts.at(-1)) {
    newParts.pop();
    oldParts.pop();
  }
  const moved = newParts.join('/');
  if (folder !== moved && !folder.startsWith(`${moved}/`)) return folder;
  return `${oldParts.join('/')}${folder.slice(moved.length)}`;
}
