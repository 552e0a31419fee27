import type { GitHubApi } from '../../github/api.ts';
import type { GitHubEvent } from '../../github/event.ts';

/** The pull request that a run is for. */
export interface PullRequestPlace {
  readonly pullRequest: number;
  readonly headSha: string;
}

/** `why` is a sentence, or null where nobody expects a pull request. */
export type PlaceFound = PullRequestPlace | { readonly pullRequest: null; readonly why: string | null };

/**
 * Finds the pull request by the event and by GitHub alone: what an artifact says about it is worth nothing.
 * @param wanted the input `pr-number`
 * @throws GitHubRequestError
 */
export async function pullRequestPlace(
  event: GitHubEvent,
  wanted: number | null,
  api: GitHubApi,
): Promise<PlaceFound> {
  if (event.name === 'workflow_run') return placeOfRun(event, wanted, api);
  const isOwn = event.name === 'pull_request' || event.name === 'pull_request_target';
  if (isOwn && (wanted === null || wanted === event.pullRequest.number)) {
    return { pullRequest: event.pullRequest.number, headSha: event.pullRequest.headSha };
  }
  if (wanted === null) return { pullRequest: null, why: null };
  return { pullRequest: wanted, headSha: (await api.getPullRequest(wanted)).headSha };
}

type RunEvent = Extract<GitHubEvent, { readonly name: 'workflow_run' }>;

/** GitHub lists no pull request of a fork with the run, so its head tells: commit, branch and owner. */
async function placeOfRun(event: RunEvent, wanted: number | null, api: GitHubApi): Promise<PlaceFound> {
  const { headSha, headBranch, headRepository, pullRequests } = event;
  if (wanted === null && !event.event.startsWith('pull_request')) return { pullRequest: null, why: null };
  if (headBranch === null || headRepository === null) {
    return nowhere('The branch of the run, or its repository, was deleted: nothing tells its pull request.');
  }
  const head = { owner: headRepository.owner, branch: headBranch, sha: headSha };
  const open = (await api.findPullRequests(head)).map(({ number }) => number);
  const listed = open.filter(number => pullRequests.includes(number));
  const candidates = wanted === null && listed.length === 1 ? listed : open;
  const chosen = candidates.filter(number => wanted === null || number === wanted);
  const [only] = chosen;
  if (only !== undefined && chosen.length === 1) return { pullRequest: only, headSha };
  const short = headSha.slice(0, 7);
  if (wanted !== null) return nowhere(`Pull request ${wanted} is not open, or its head is not ${short}.`);
  if (open.length > 1) {
    return nowhere(
      `Pull requests ${open.join(', ')} have the head ${short}; name one with the input pr-number.`,
    );
  }
  return nowhere(`No open pull request has the head ${short}: it was closed, or has newer commits.`);
}

function nowhere(why: string): PlaceFound {
  return { pullRequest: null, why };
}
