import { DeadweightError } from '../base/errors.ts';
import type { GitHubEvent } from '../github/event.ts';
import { isSameRepository } from '../github/event-details.ts';

/**
 * Refuses to build what a pull request says where the run has a token that can write and the repository's secrets: its
 * Dockerfile would run with them.
 * @param isAllowed by the input `allow-privileged-build`, which no file of a checkout can set
 * @throws DeadweightError `usage`
 * @see https://docs.github.com/actions/reference/security/secure-use
 */
export function checkPrivilege(event: GitHubEvent, isAllowed: boolean): void {
  if (isAllowed || !isPrivileged(event)) return;
  throw new DeadweightError('usage', {
    message: `Deadweight builds no pull request on ${event.name}: its Dockerfile could take the secrets and the token of this repository.`,
    remedy:
      'Build on pull_request and post the report from a second workflow (docs/forks.md), or name an image to weigh with the input image; allow-privileged-build builds all the same.',
  });
}

/** Events of runs that code from outside cannot start. */
const OWN_EVENTS = ['push', 'schedule', 'workflow_dispatch', 'merge_group', 'release'];

/** What is checked out may be of a pull request, which has no say in what the run may do. */
function isPrivileged(event: GitHubEvent): boolean {
  switch (event.name) {
    case 'pull_request_target':
    case 'issue_comment':
      return true;
    case 'workflow_run': {
      const { headRepository, repository } = event;
      const isOwn = headRepository !== null && isSameRepository(headRepository, repository);
      return !isOwn || !OWN_EVENTS.includes(event.event);
    }
    default:
      return false;
  }
}
