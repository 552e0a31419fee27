import type { GitHubApi } from '../api.ts';
import { type DiffHunk, diffHunks } from './diff-hunk.ts';

/**
 * The hunks of some files of a pull request, by path; a file that it does not change has none. GitHub leaves out the
 * patches of an answer that would have too many lines, so such a file is asked for again, alone.
 * @throws GitHubRequestError
 */
export async function changedHunks(
  api: GitHubApi,
  pullRequest: number,
  paths: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly DiffHunk[]>> {
  const found = new Map<string, readonly DiffHunk[]>();
  const left = new Set(paths);
  let index = 0;
  for await (const page of api.reviews.files(pullRequest)) {
    for (const file of page) {
      if (left.delete(file.path)) {
        const patch = file.patch ?? (await alone(api, pullRequest, index, file.path));
        if (patch !== null) found.set(file.path, diffHunks(patch));
      }
      index += 1;
    }
    if (left.size === 0) break;
  }
  return found;
}

async function alone(
  api: GitHubApi,
  pullRequest: number,
  index: number,
  path: string,
): Promise<string | null> {
  const file = await api.reviews.fileAt(pullRequest, index);
  return file?.path === path ? file.patch : null;
}
