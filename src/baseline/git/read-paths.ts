import { dirname } from 'node:path';
import { ignoreFilePaths } from '../../dockerfile/ignore-file.ts';
import type { BuildPlaces } from './renamed-file.ts';
import { LINK_MODE, type TrackedFile } from './tracked-files.ts';

/** What of a repository a build reads, and where it runs. */
export interface ReadPlaces extends BuildPlaces {
  /** Working directory, relative to the top of the repository; empty for there, or above it. */
  readonly cwd: string;
}

/** Which paths of a repository are laid out for a build. */
export interface ReadPaths {
  isRead(path: string): boolean;
  /** Whether anything in a folder is read. */
  isReadIn(folder: string): boolean;
}

export const ALL_PATHS: ReadPaths = { isRead: () => true, isReadIn: () => true };

/**
 * The paths that a build reads of a commit: one image of many in a repository needs few of its files. All where more may be
 * needed to find them: where a link leads to them, or the commit may call them otherwise.
 * @param files what the commit holds
 */
export function readPaths(
  files: ReadonlyMap<string, TrackedFile>,
  { contexts, dockerfile, cwd }: ReadPlaces,
): ReadPaths {
  const folders = [...contexts, ...(cwd === '' ? [] : [cwd])];
  const single = [dockerfile, ...contexts.flatMap(context => ignoreFilePaths(dockerfile, context))];
  const isLink = (path: string): boolean => files.get(path)?.mode === LINK_MODE;
  if (folders.includes('') || !files.has(dockerfile)) return ALL_PATHS;
  if ([...folders, ...single].some(path => withParents(path).some(isLink))) return ALL_PATHS;
  const alone = new Set(single);
  const isIn = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
  return {
    isRead: path => alone.has(path) || folders.some(folder => isIn(path, folder)),
    isReadIn: folder =>
      folders.some(each => isIn(folder, each) || isIn(each, folder)) ||
      single.some(each => isIn(each, folder)),
  };
}

function withParents(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === '.' ? [path] : [path, ...withParents(parent)];
}
