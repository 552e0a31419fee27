import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { trimEndOf } from '../../base/trim.ts';
import type { Git } from './git.ts';
import type { GitRepository } from './repository.ts';
import { SUBMODULE_MODE } from './tracked-files.ts';

/** A submodule of a commit that is checked out in the head as well. */
export interface Submodule {
  /** Relative to the top of the repository, as git writes paths. */
  readonly path: string;
  readonly commit: string;
}

export interface Submodules {
  readonly present: readonly Submodule[];
  /** Paths of those that the head does not have checked out: they stay empty in the base. */
  readonly absent: readonly string[];
}

/**
 * The submodules of a commit, from its own .gitmodules and its tree.
 * @param head git where the head is checked out
 * @param objects git where the commit is
 */
export async function listSubmodules(head: Git, objects: Git, commit: string): Promise<Submodules> {
  const paths = await listPaths(objects, commit);
  if (paths.length === 0) return { present: [], absent: [] };
  const tree = await objects.run(['--literal-pathspecs', 'ls-tree', '-z', commit, '--', ...paths]);
  const links = tree.split('\0').flatMap(entry => {
    const match = /^(\d+) commit ([0-9a-f]+)\t(.+)$/s.exec(entry);
    const [, mode, id, path] = match ?? [];
    return mode === SUBMODULE_MODE && id && path && isInside(path) ? [{ path, commit: id }] : [];
  });
  const present: Submodule[] = [];
  const absent: string[] = [];
  for (const link of links) {
    if (await isCheckedOut(join(head.directory, link.path))) present.push(link);
    else absent.push(link.path);
  }
  return { present, absent };
}

/** The submodule's own clone in the head: it has the objects, or the credentials to fetch them. */
export function submoduleRepository(head: GitRepository, submodule: Submodule): GitRepository {
  return head.inside(submodule.path);
}

async function listPaths(git: Git, commit: string): Promise<string[]> {
  const listed = await git.attempt([
    'config',
    '-z',
    '--blob',
    `${commit}:.gitmodules`,
    '--get-regexp',
    '^submodule\\..*\\.path$',
  ]);
  if (listed.exitCode !== 0) return [];
  const values = listed.stdout.split('\0').map(entry => entry.slice(entry.indexOf('\n') + 1));
  return values.map(value => trimEndOf(value, '/')).filter(isInside);
}

function isInside(path: string): boolean {
  return path !== '' && !path.split('/').some(part => ['', '.', '..', '.git'].includes(part.toLowerCase()));
}

async function isCheckedOut(directory: string): Promise<boolean> {
  return stat(join(directory, '.git')).then(
    () => true,
    () => false,
  );
}
