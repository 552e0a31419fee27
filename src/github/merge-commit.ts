import { z } from 'zod';
import type { RestAccess } from './artifact/run-artifacts.ts';
import { boundedRequest } from './bounded-request.ts';

export interface MergeQuestion {
  readonly sha: string;
  readonly pullRequest: number;
  readonly headSha: string;
}

const ANSWER_LIMIT = 8 * 1024 * 1024;

const pull = z.object({ merge_commit_sha: z.string().nullish(), head: z.object({ sha: z.string() }) });
const commit = z.object({ parents: z.array(z.object({ sha: z.string() })) });

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
  if (!/^[0-9a-f]{40,64}$/.test(sha)) return false;
  const state = await get(access, `pulls/${pullRequest}`, pull, signal);
  if (state?.merge_commit_sha === sha && state.head.sha === headSha) return true;
  const made = await get(access, `commits/${sha}`, commit, signal);
  return made?.parents.length === 2 && made.parents[1]?.sha === headSha;
}

/** null for an answer that is none, whatever the reason: what cannot be shown is not known. */
async function get<T>(
  access: RestAccess,
  path: string,
  shape: z.ZodType<T>,
  signal: AbortSignal,
): Promise<T | null> {
  const request = {
    method: 'GET',
    url: `${access.apiUrl.replace(/\/$/, '')}/repos/${access.repository}/${path}`,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${access.token}`,
      'x-github-api-version': '2022-11-28',
    },
    maxBytes: ANSWER_LIMIT,
    signal,
  } as const;
  const { status, body } = await boundedRequest(request, access.firstWaitMs);
  if (status !== 200) return null;
  try {
    return shape.safeParse(JSON.parse(body.toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}
