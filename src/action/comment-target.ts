import { sentenceOf } from '../base/errors.ts';
import type { Notice } from '../base/notice.ts';
import type { GitHubApi } from '../github/api.ts';
import type { GitHubEvent } from '../github/event.ts';
import { octokitApi } from '../github/octokit-api.ts';
import type { CommentTarget } from '../run/publish/comment-target.ts';
import { pullRequestPlace } from '../run/publish/pull-request-place.ts';

export function githubApi(token: string, { apiUrl, repository }: GitHubEvent): GitHubApi {
  const sleep = (milliseconds: number): Promise<void> => new Promise(wake => setTimeout(wake, milliseconds));
  return octokitApi({ token, apiUrl, repository, clock: { now: () => Date.now() }, sleep });
}

export interface TargetFound {
  /** null where there is no pull request. */
  readonly target: CommentTarget | null;
  readonly notice: Notice | null;
}

/**
 * The pull request to comment on: that of the event, or the one that the input `pr-number` names. A comment is no
 * reason to lose a report: what GitHub refuses is a notice.
 */
export async function commentTarget(
  token: string,
  wanted: number | null,
  event: GitHubEvent,
): Promise<TargetFound> {
  // What a run that followed another has built is not that pull request.
  if (event.name === 'workflow_run' && wanted === null) return { target: null, notice: null };
  const api = githubApi(token, event);
  const { run } = event;
  try {
    const place = await pullRequestPlace(event, wanted, api);
    if (place.pullRequest === null)
      return { target: null, notice: place.why === null ? null : notPosted(place.why) };
    return { target: { api, ...place, run: `${run.id}-${run.attempt}` }, notice: null };
  } catch (error) {
    return { target: null, notice: notPosted(sentenceOf(error)) };
  }
}

function notPosted(why: string): Notice {
  return { code: 'comment-not-posted', message: `There is no comment. ${why}` };
}
