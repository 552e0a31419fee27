import { NoAnswer, type RestAccess } from '../../github/bounded-request.ts';
import { type GitHubEvent, pullRequestOf } from '../../github/event.ts';
import { isSameRepository } from '../../github/event-details.ts';
import { isMergeOf } from '../../github/merge-commit.ts';
import type { PullRequestPlace } from './pull-request.ts';
import type { TrustedRun } from './trusted-report.ts';

/** For one question to GitHub. Milliseconds. */
const MAX_WAIT_MS = 10_000;

export function accessTo({ apiUrl, repository }: GitHubEvent, token: string): RestAccess {
  return { apiUrl, token, repository: `${repository.owner}/${repository.name}` };
}

/** The run whose reports are posted: the one that ended, or this one. */
export function reportedRun(event: GitHubEvent): { readonly id: number; readonly attempt: number } {
  return event.name === 'workflow_run' ? { id: event.runId, attempt: event.attempt } : event.run;
}

/** The run and its commits, as the event says them; GitHub is asked about any other commit, once, as long as it answers. */
export function trustedRun(
  event: GitHubEvent,
  place: PullRequestPlace | null,
  access: RestAccess,
): TrustedRun {
  const { serverUrl } = event;
  const repositoryUrl = `${serverUrl}/${access.repository}`;
  const { id } = reportedRun(event);
  const own = ownCommits(event, place);
  const asked = new Map<string, Promise<boolean>>();
  let silence: NoAnswer | null = null;
  const isMerge = async (sha: string): Promise<boolean> => {
    if (place === null) return false;
    if (silence !== null) throw silence;
    const question = { sha, pullRequest: place.pullRequest, headSha: place.headSha };
    try {
      return await isMergeOf(access, question, AbortSignal.timeout(MAX_WAIT_MS));
    } catch (error) {
      if (error instanceof NoAnswer) silence = error;
      throw error;
    }
  };
  const isOwnCommit = (sha: string): Promise<boolean> => {
    if (own.has(sha)) return Promise.resolve(true);
    const answer = asked.get(sha) ?? isMerge(sha);
    asked.set(sha, answer);
    return answer;
  };
  return {
    repositoryUrl,
    id,
    url: `${repositoryUrl}/actions/runs/${id}`,
    isForks: isForks(event),
    isOwnCommit,
  };
}

/** GITHUB_SHA of workflow_run and pull_request_target is the tip of a branch that nobody weighed. */
function ownCommits(event: GitHubEvent, place: PullRequestPlace | null): ReadonlySet<string> {
  const head = place === null ? [] : [place.headSha];
  if (event.name === 'workflow_run') return new Set([event.headSha, ...head]);
  return new Set(event.name === 'pull_request_target' ? head : [event.sha, ...head]);
}

/** Whether the event shows that the run was of this repository's own code: an event that names no head shows nothing. */
export function isOwnCode(event: GitHubEvent): boolean {
  return (pullRequestOf(event) !== null || event.name === 'workflow_run') && !isForks(event);
}

function isForks(event: GitHubEvent): boolean {
  const pullRequest = pullRequestOf(event);
  if (pullRequest !== null) return pullRequest.fromFork;
  if (event.name !== 'workflow_run') return false;
  const { headRepository, repository } = event;
  return headRepository === null || !isSameRepository(headRepository, repository);
}
