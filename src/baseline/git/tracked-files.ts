import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Git } from './git.ts';

/** As git writes the mode of a submodule. */
export const SUBMODULE_MODE = '160000';

/** And of a symbolic link. */
export const LINK_MODE = '120000';

/** A path of a tree or an index, as git holds it. */
export interface TrackedFile {
  /** `100644`, `100755`, `120000` (a symbolic link) or `160000` (a submodule). */
  readonly mode: string;
  /** Of the blob, or of the submodule's commit. */
  readonly id: string;
}

/** @returns what a commit holds, by path */
export async function listCommit(objects: Git, commit: string): Promise<ReadonlyMap<string, TrackedFile>> {
  const files = new Map<string, TrackedFile>();
  const listed = await objects.run(['ls-tree', '-r', '-z', '--full-tree', commit]);
  for (const entry of listed.split('\0')) {
    const [, mode, id, path] = /^(\d+) \w+ ([0-9a-f]+)\t(.+)$/s.exec(entry) ?? [];
    // Of a name that is no UTF-8 nothing is known but that: BuildKit takes no such file.
    if (mode && id && path && !path.includes('\ufffd')) files.set(path, { mode, id });
  }
  return files;
}

/** What is checked out of a clone, by its index. */
export interface Checkout {
  readonly tracked: ReadonlyMap<string, TrackedFile>;
  /** Paths that a sparse checkout leaves out: what git was told to skip and is there all the same is not among them. */
  readonly leftOut: ReadonlySet<string>;
  /** Paths whose file may not be what the index has: edited, in conflict, or not looked at; null where git cannot tell. */
  readonly edited: ReadonlySet<string> | null;
  /** Paths that are known to be other than in the commit that is checked out, staged or not. */
  readonly uncommitted: readonly string[];
}

export async function readCheckout(clone: Git): Promise<Checkout> {
  const tracked = new Map<string, TrackedFile>();
  const leftOut = new Set<string>();
  const conflicts = new Set<string>();
  const unchecked = new Set<string>();
  for (const entry of (await clone.run(['ls-files', '--stage', '-v', '-z'])).split('\0')) {
    const [, tag, mode, id, stage, path] = /^(\S) (\d+) ([0-9a-f]+) (\d)\t(.+)$/s.exec(entry) ?? [];
    if (!mode || !id || !path) continue;
    tracked.set(path, { mode, id });
    // A small letter: git was told not to look whether it was edited.
    if (tag !== tag?.toUpperCase()) unchecked.add(path);
    if (tag?.toUpperCase() === 'S' && !existsSync(join(clone.directory, path))) leftOut.add(path);
    if (stage !== '0') conflicts.add(path);
  }
  // Not diff-files: it takes a file that was only touched for a changed one.
  const options = ['--porcelain=v1', '-z', '--untracked-files=no', '--ignore-submodules=all', '--no-renames'];
  const status = await clone.attempt(['status', ...options]);
  if (status.exitCode !== 0) return { tracked, leftOut, edited: null, uncommitted: [] };
  const entries = status.stdout.split('\0').filter(entry => entry.length > 3);
  const edited = entries.filter(entry => entry[1] !== ' ').map(entry => entry.slice(3));
  return {
    tracked,
    leftOut,
    edited: new Set([...conflicts, ...unchecked, ...edited]),
    uncommitted: entries.map(entry => entry.slice(3)),
  };
}

/** How a commit's files come into another tree. */
export interface CheckoutPlan {
  /** They are in the checkout as they would be checked out. */
  readonly copied: readonly string[];
  readonly checkedOut: readonly string[];
}

/**
 * Which files of a commit the checkout has, as it has them: by their blobs, whatever filters and settings made of them.
 * @param isInside whether a sparse checkout has a path; null where the checkout is whole
 */
export function planCheckout(
  commit: ReadonlyMap<string, TrackedFile>,
  { tracked, leftOut, edited }: Checkout,
  isInside: ((path: string) => boolean) | null,
): CheckoutPlan {
  const files = [...commit].filter(([, { mode }]) => mode !== SUBMODULE_MODE);
  const isSame = ([path, { mode, id }]: readonly [string, TrackedFile]): boolean => {
    const own = tracked.get(path);
    return own?.mode === mode && own.id === id;
  };
  // What attributes say of line ends and filters goes for all files below.
  const foldersOfAttributes = [...tracked.keys(), ...commit.keys()]
    .filter(path => /(?:^|\/)\.gitattributes$/.test(path))
    .filter(path => !isEqual(commit.get(path), tracked.get(path)) || edited?.has(path))
    .map(path => dirname(path));
  const hasOtherAttributes = (path: string): boolean =>
    foldersOfAttributes.some(directory => directory === '.' || path.startsWith(`${directory}/`));
  const copied: string[] = [];
  const checkedOut: string[] = [];
  for (const file of files) {
    const [path] = file;
    if (leftOut.has(path)) continue;
    if (isSame(file) && edited !== null && !edited.has(path) && !hasOtherAttributes(path)) copied.push(path);
    else if (isInside === null || isInside(path)) checkedOut.push(path);
  }
  return { copied, checkedOut };
}

function isEqual(a: TrackedFile | undefined, b: TrackedFile | undefined): boolean {
  return a?.mode === b?.mode && a?.id === b?.id;
}
