import type { Notice } from '../base/notice.ts';
import type { GitHubApi } from '../github/api.ts';
import type { GitHubEvent } from '../github/event.ts';
import type { OptionValues } from '../run/config/options.ts';
import { findPullRequest } from '../run/publish/pull-request.ts';
import type { CommentTarget } from '../run/publish/report-comment.ts';

export interface FoundCommentTarget {
  /** null where there is no pull request. */
  readonly target: CommentTarget | null;
  /** Why there is none, where somebody expects one. */
  readonly notices: readonly Notice[];
}

/**
 * The pull request that a step comments on. What a run that followed another has built is not the pull request of that
 * run.
 */
export async function findCommentTarget(
  options: OptionValues,
  event: GitHubEvent,
  api: GitHubApi,
): Promise<FoundCommentTarget> {
  const pullRequest = options['pr-number'];
  if (event.name === 'workflow_run' && pullRequest === null) return { target: null, notices: [] };
  const { place, notice } = await findPullRequest(event, pullRequest, api);
  const target = place && { api, ...place, run: `${event.run.id}-${event.run.attempt}` };
  return { target, notices: notice ? [notice] : [] };
}
