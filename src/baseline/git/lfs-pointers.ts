import { closeSync, readSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { openInputFile } from '../../base/input-file.ts';
import type { Git } from './git.ts';

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md#the-pointer */
const POINTER = 'version https://git-lfs.github.com/spec/v1\n';

/** Paths of Git LFS, by what is checked out of them. */
export interface LfsPaths {
  readonly pointers: readonly string[];
  readonly contents: readonly string[];
}

/**
 * Which files of another commit come as pointers: those whose file is a pointer in the checkout, as `actions/checkout` leaves
 * them without `lfs: true`. Else every large file would show as a difference. One that the checkout has not comes as the files
 * of Git LFS near it are.
 * @param clone where the head is checked out
 * @param tree git whose index is that of the other commit
 * @param paths of that commit
 */
export async function splitLfsPaths(clone: Git, tree: Git, paths: readonly string[]): Promise<LfsPaths> {
  const [pointers, contents]: [string[], string[]] = [[], []];
  let near: readonly string[] | null = null;
  for (const path of await listLfsPaths(tree, paths)) {
    let here: string | null = path;
    let beginning = readBeginning(join(clone.directory, path));
    if (beginning === null) {
      near ??= await listCheckedOut(clone);
      here = findNear(path, near);
      beginning = here === null ? null : readBeginning(join(clone.directory, here));
    }
    (beginning === POINTER ? pointers : contents).push(path);
  }
  return { pointers, contents };
}

/**
 * Settings by which Git LFS smudges although `git lfs install --skip-smudge` told it not to: what of a checkout is there then
 * came by `git lfs pull`.
 */
export async function smudgingSettings(clone: Git): Promise<readonly (readonly [string, string])[]> {
  const settings: (readonly [string, string])[] = [];
  for (const key of ['filter.lfs.smudge', 'filter.lfs.process']) {
    const command = (await clone.attempt(['config', '--get', key])).stdout.trim();
    const smudging = command.replace(/ --skip(?= |$)/g, '');
    if (smudging !== command) settings.push([key, smudging]);
  }
  return settings;
}

async function listLfsPaths(tree: Git, paths: readonly string[]): Promise<readonly string[]> {
  const list = paths.map(path => `${path}\0`).join('');
  const checked = await tree.run(['check-attr', '--cached', '-z', '--stdin', 'filter'], list);
  // the path, `filter`, its value
  const fields = checked.split('\0');
  return paths.filter((_path, at) => fields[3 * at + 2] === 'lfs');
}

async function listCheckedOut(clone: Git): Promise<readonly string[]> {
  const listed = await clone.attempt(['ls-files', '-z', '--', ':(attr:filter=lfs)']);
  return listed.stdout.split('\0').filter(path => path !== '' && readBeginning(join(clone.directory, path)));
}

/** In the nearest folder that has one, with the same extension if there is one. */
function findNear(path: string, others: readonly string[]): string | null {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const below = folder === '.' ? others : others.filter(each => each.startsWith(`${folder}/`));
    const near = below.find(each => extname(each) === extname(path)) ?? below[0];
    if (near !== undefined) return near;
    // A tree that is not as git writes one may have a name with a slash at its beginning.
    if (folder === dirname(folder)) return null;
  }
}

/** null where it cannot be read. */
function readBeginning(path: string): string | null {
  try {
    const { descriptor } = openInputFile(path);
    try {
      const buffer = Buffer.alloc(POINTER.length);
      return buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, buffer.length, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}
