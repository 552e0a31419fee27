import { z } from 'zod';
import { isCommitId } from '../base/commit.ts';
import { parseBoundedJson } from '../base/json-shape.ts';
import { lazy } from '../base/lazy.ts';
import { type RestAccess, restGet } from './bounded-request.ts';

interface MergeQuestion {
  readonly sha: string;
  readonly pullRequest: number;
  readonly headSha: string;
}

const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

const pull = lazy(() =>
  z.object({ merge_commit_sha: z.string().nullish(), head: z.object({ sha: z.string() }) }),
);
const commit = lazy(() => z.object({ parents: z.array(z.object({ sha: z.string() })) }));

/**
 * Whether a commit is the merge of this head into its base that GitHub makes for a pull request. It may be one that
 * GitHub has made anew since: then the commit's own parents tell, which takes `contents: read` in a private repository.
 * @throws DeadweightError `github-request-failed`, `limit-exceeded`
 */
export async function isMergeOf(
  access: RestAccess,
  { sha, pullRequest, headSha }: MergeQuestion,
  signal: AbortSignal,
): Promise<boolean> {
  if (!isCommitId(sha)) return false;
  const state = await read(access, `pulls/${pullRequest}`, pull(), signal);
  if (state?.merge_commit_sha === sha && state.head.sha === headSha) return true;
  const made = await read(access, `commits/${sha}`, commit(), signal);
  return made?.parents.length === 2 && made.parents[1]?.sha === headSha;
}

/** null for an answer that is none, whatever the reason: what cannot be shown is not known. */
async function read<T>(
  access: RestAccess,
  path: string,
  shape: z.ZodType<T>,
  signal: AbortSignal,
): Promise<T | null> {
  const { status, body } = await restGet(access, path, MAX_ANSWER_BYTES, signal);
  if (status !== 200) return null;
  try {
    return shape.safeParse(parseBoundedJson(body.toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}
