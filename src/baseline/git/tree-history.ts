import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initRepository, quotePath } from './private-repository.ts';
import type { GitRepository } from './repository.ts';

/**
 * Gives a tree a git directory of its own: its commit is checked out, detached, with the clone's tags and as much of its
 * history, so that `git describe` tells of this commit. It reads the clone's objects and writes its own; it has no remote
 * and none of the clone's settings, which may hold tokens.
 * @param directory the files of the commit
 * @returns the git directory
 * @throws DeadweightError `git-failed`, and the system's errors
 */
export async function makeTreeHistory(
  repository: GitRepository,
  commit: string,
  directory: string,
): Promise<string> {
  const objects = await repository.objects();
  const pathOf = (name: string): Promise<string> =>
    objects.run(['rev-parse', '--path-format=absolute', '--git-path', name]);
  const folder = join(directory, '.git');
  const own = objects.with({
    GIT_DIR: folder,
    GIT_WORK_TREE: directory,
    GIT_INDEX_FILE: join(folder, 'index'),
    GIT_CONFIG_COUNT: '0',
  });
  await initRepository(repository.git, folder, commit.length === 64 ? 'sha256' : 'sha1');
  await own.run(['config', '--file', join(folder, 'config'), 'core.bare', 'false']);
  await mkdir(join(folder, 'objects/info'), { recursive: true });
  await writeFile(join(folder, 'objects/info/alternates'), `${quotePath(await pathOf('objects'))}\n`);
  const shallow = await objects.run(['rev-parse', '--is-shallow-repository']);
  if (shallow === 'true') await copyFile(await pathOf('shallow'), join(folder, 'shallow'));
  const tags = await repository.git.run(['for-each-ref', '--format=%(objectname) %(refname)', 'refs/tags']);
  if (tags !== '') await writeFile(join(folder, 'packed-refs'), `${tags}\n`);
  await own.run(['update-ref', '--no-deref', 'HEAD', commit]);
  await own.run(['read-tree', commit]);
  // Else every file looks as if it was edited; a filter that is missing here makes that of some all the same.
  await own.in(directory).attempt(['update-index', '--quiet', '--refresh']);
  return folder;
}
