import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { noise, tarOf } from '../e2e/lessons.ts';
import { branched } from '../e2e/repository.ts';
import { type Changes, type Files, folderOf } from '../folder.ts';
import type { Pull, Tree } from './pull.ts';

/** The files of a tree with all their bytes. */
async function filesOf(tree: Tree): Promise<Files> {
  const entries = Object.entries(tree).map(async ([path, content]) => {
    if (typeof content === 'string') return [path, content] as const;
    const bytes =
      'tar' in content ? await tarOf(await filesOf(content.tar)) : noise(content.seed, content.size);
    return [path, bytes] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** A repository with the base on main, and the head on the branch `change`, which is checked out. */
export async function checkoutOf({ base, head }: Pull): Promise<string> {
  const [before, after] = [await filesOf(base), await filesOf(head)];
  const gone = Object.keys(before).filter(path => !Object.hasOwn(after, path));
  const changes: Changes = { ...after, ...Object.fromEntries(gone.map(path => [path, null])) };
  return branched(before, changes);
}

/** Builds images from their contexts, by tag. */
export async function buildImages(
  images: Readonly<Record<string, Tree>>,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [tag, tree] of Object.entries(images)) {
    const folder = await folderOf(await filesOf(tree));
    await promisify(execFile)('docker', ['buildx', 'build', '--load', '-q', '-t', tag, folder], { env });
  }
}
