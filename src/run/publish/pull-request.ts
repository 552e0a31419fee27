import { shortCommit } from '../../base/commit.ts';
import { sentenceOf } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import type { GitHubApi } from '../../github/api.ts';
import { type GitHubEvent, pullRequestOf } from '../../github/event.ts';

/** The pull request that a run is for. */
export interface PullRequestPlace {
  readonly pullRequest: number;
  readonly headSha: string;
}

export interface PullRequestFound {
  /** null where there is none. */
  readonly place: PullRequestPlace | null;
  /** Why there is none, where somebody expects one. */
  readonly notice: Notice | null;
}

/**
 * Finds the pull request by the event and by GitHub alone: what an artifact says about it is worth nothing. What GitHub
 * refuses is a notice: a comment is no reason to lose a report.
 * @param wanted the input `pr-number`; null takes that of the event
 */
export async function findPullRequest(
  event: GitHubEvent,
  wanted: number | null,
  api: GitHubApi,
): Promise<PullRequestFound> {
  try {
    if (event.name === 'workflow_run') return await findOfRun(event, wanted, api);
    const own = pullRequestOf(event);
    if (own !== null && (wanted === null || wanted === own.number)) return foundAt(own.number, own.headSha);
    const number = wanted ?? (event.name === 'issue_comment' ? event.pullRequestNumber : null);
    if (number === null) return NOT_EXPECTED;
    return foundAt(number, (await api.getPullRequest(number)).headSha);
  } catch (error) {
    return notFound(sentenceOf(error));
  }
}

const NOT_EXPECTED: PullRequestFound = { place: null, notice: null };

function foundAt(pullRequest: number, headSha: string): PullRequestFound {
  return { place: { pullRequest, headSha }, notice: null };
}

function notFound(why: string): PullRequestFound {
  return { place: null, notice: { code: 'comment-not-posted', message: `There is no comment. ${why}` } };
}

type RunEvent = Extract<GitHubEvent, { readonly name: 'workflow_run' }>;

/** GitHub lists no pull request of a fork with the run, so its head tells: commit, branch and owner. */
async function findOfRun(event: RunEvent, wanted: number | null, api: GitHubApi): Promise<PullRequestFound> {
  const { headSha, headBranch, headRepository, pullRequests } = event;
  if (wanted === null && !event.event.startsWith('pull_request')) return NOT_EXPECTED;
  if (headBranch === null || headRepository === null) {
    return notFound('The branch of the run, or its repository, was deleted, so its pull request is unknown.');
  }
  const head = { owner: headRepository.owner, branch: headBranch, sha: headSha };
  const open = (await api.findPullRequests(head)).map(({ number }) => number);
  const listed = open.filter(number => pullRequests.includes(number));
  const candidates = wanted === null && listed.length === 1 ? listed : open;
  const chosen = candidates.filter(number => wanted === null || number === wanted);
  const [only] = chosen;
  if (only !== undefined && chosen.length === 1) return foundAt(only, headSha);
  const short = shortCommit(headSha);
  if (wanted !== null) return notFound(`Pull request ${wanted} is not open, or its head is not ${short}.`);
  if (open.length > 1) {
    return notFound(
      `Pull requests ${open.join(', ')} have the head ${short}; name one with the input pr-number.`,
    );
  }
  return notFound(`No open pull request has the head ${short}: it was closed, or has newer commits.`);
}
