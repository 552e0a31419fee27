import { DeadweightError } from '../base/errors.ts';
import type { GitHubApi } from '../github/api.ts';
import { eventName, type GitHubEvent } from '../github/event.ts';
import { isSameRepository } from '../github/event-details.ts';
import { GitHubRequestError } from '../github/request-error.ts';
import type { OptionValues } from '../run/config/options.ts';

type PrivilegeOptions = Pick<OptionValues, 'allow-privileged-build' | 'pr-number'>;

/**
 * Refuses to build what a pull request says where the run has a token that can write and the repository's secrets: its
 * Dockerfile would run with them. Call it before anything of the checkout is read, or git is run in it: both are the
 * pull request's too. `allow-privileged-build`, which no file of a checkout can set, allows it.
 * @throws DeadweightError `usage`
 * @see https://docs.github.com/actions/reference/security/secure-use
 */
export async function checkPrivilege(
  { 'allow-privileged-build': isAllowed, 'pr-number': named }: PrivilegeOptions,
  event: GitHubEvent,
  api: Pick<GitHubApi, 'getPullRequest'>,
): Promise<void> {
  if (isAllowed) return;
  const on = eventName(event);
  if (isPrivileged(event)) throw refusal(`builds no pull request on ${on}: its`);
  if (named === null || OF_THEIR_COMMIT.includes(event.name)) return;
  // Whoever starts the run by hand names a pull request whose code they need not have read.
  if (!(await isOwnPullRequest(named, event, api))) {
    throw refusal(
      `does not build pull request ${named} on ${on}: it is not known to be of this repository, and its`,
    );
  }
}

function refusal(what: string): DeadweightError {
  return new DeadweightError('usage', {
    message: `Deadweight ${what} Dockerfile could take the secrets and the token of this repository.`,
    remedy:
      'Build on pull_request and post the report from a second workflow (docs/forks.md), or name an image to weigh with the input image; allow-privileged-build builds all the same.',
  });
}

/** Runs for a pull request of a fork have a token that can only read, and no secrets. */
const UNPRIVILEGED: readonly string[] = [
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
] satisfies GitHubEvent['name'][];

/** Only people and tokens that may write to the repository start these, and what they build is their own commit. */
const OWN_EVENTS: readonly string[] = [
  'push',
  'schedule',
  'workflow_dispatch',
  'repository_dispatch',
  'merge_group',
  'release',
  'create',
  'delete',
];

/** The commit that is built is that of the event, whichever pull request it is reported to. */
const OF_THEIR_COMMIT: readonly string[] = [...UNPRIVILEGED, 'push', 'merge_group'];

/** What is checked out may be of a pull request, which has no say in what the run may do. */
function isPrivileged(event: GitHubEvent): boolean {
  if (event.name === 'workflow_run') {
    const { headRepository, repository } = event;
    const isOwn = headRepository !== null && isSameRepository(headRepository, repository);
    return !isOwn || !OWN_EVENTS.includes(event.event);
  }
  return ![...UNPRIVILEGED, ...OWN_EVENTS].includes(eventName(event));
}

/** Where GitHub does not tell, it is another's. */
async function isOwnPullRequest(
  number: number,
  { repository }: GitHubEvent,
  api: Pick<GitHubApi, 'getPullRequest'>,
): Promise<boolean> {
  try {
    const { headRepository } = await api.getPullRequest(number);
    return headRepository !== null && isSameRepository(headRepository, repository);
  } catch (error) {
    if (error instanceof GitHubRequestError) return false;
    throw error;
  }
}
