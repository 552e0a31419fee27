import { DeadweightError } from '../base/errors.ts';
import type { Notice } from '../base/notice.ts';
import type { BaselineCommit } from './baseline-commit.ts';
import type { BaselineContext, BaselineHead, HeadBuild } from './baseline-source.ts';
import { listSurroundings, type UncommittedFile } from './git/surroundings.ts';
import { relocateBuild } from './relocated-build.ts';
import { isOfGit, storedElsewhereNotice } from './uncommitted-files.ts';

/**
 * What the heads hold that no commit does. Parallel to the heads; null for one that any job makes the same, as far as is
 * known.
 */
export type HeadSurroundings = (heads: readonly BaselineHead[]) => Promise<readonly (Notice | null)[]>;

/** @param build how the heads were built; null when they were not built here */
export function headSurroundings(
  commit: Pick<BaselineCommit, 'repository'>,
  build: HeadBuild | null,
  context: Pick<BaselineContext, 'cwd'>,
): HeadSurroundings {
  let files: Promise<readonly UncommittedFile[]> | null = null;
  return async heads => {
    files ??= listUncommitted(commit, build, context);
    const found = await files;
    return heads.map(({ analysis }) => storedElsewhereNotice(found, analysis));
  };
}

/** What a command of both sides makes is made of a commit. */
async function listUncommitted(
  { repository }: Pick<BaselineCommit, 'repository'>,
  build: HeadBuild | null,
  { cwd }: Pick<BaselineContext, 'cwd'>,
): Promise<readonly UncommittedFile[]> {
  if (build === null) return [];
  const { directory, git } = repository;
  const relocated = await relocateBuild(build.inputs, directory, cwd);
  if (relocated === null) return [];
  try {
    const tracked = new Set((await git.run(['ls-files', '-z', '--recurse-submodules'])).split('\0'));
    const files = await listSurroundings({
      ...relocated,
      from: directory,
      tracked,
      leftOut: new Set(),
      gitOf: null,
    });
    return build.prepare === null ? files : files.filter(({ path }) => isOfGit(path));
  } catch (error) {
    if (error instanceof DeadweightError) return [];
    throw error;
  }
}
