import type { CommitRequest } from '../baseline/baseline-request.ts';
import type { GitHubEvent } from './event.ts';

/** What an event says about the commit to compare with. */
export function baselineOfEvent(event: GitHubEvent): CommitRequest {
  switch (event.name) {
    case 'pull_request':
    case 'pull_request_target': {
      const { number, headSha, baseRef, baseSha } = event.pullRequest;
      // GITHUB_SHA of pull_request_target is the tip of the base branch: no merge of this pull request
      const mergeSha = event.name === 'pull_request' ? event.sha : null;
      return { kind: 'pull-request', number, headSha, baseRef, baseSha, mergeSha };
    }
    case 'push':
      return { kind: 'push', before: event.before };
    case 'merge_group':
      return { kind: 'merge-group', baseSha: event.baseSha };
    case 'workflow_run':
    case 'workflow_dispatch':
    case 'schedule':
      return { kind: 'none', why: `There is no comparison: a ${event.name} event names no base.` };
    case 'other':
      return { kind: 'none', why: `There is no comparison: a ${event.event} event names no base.` };
  }
}
