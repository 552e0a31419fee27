import type { BaselineRequest, CommitRequest } from '../baseline/baseline-request.ts';
import type { SnapshotCache } from '../baseline/store/snapshot-store.ts';
import { type GitHubEvent, readCommitRequest } from '../github/event.ts';
import type { OptionValues } from '../run/config/options.ts';

/** The options that say where the baseline of the comparison comes from. */
type BaselineOptions = Pick<OptionValues, 'against' | 'baseline' | 'baseline-file' | 'baseline-image'>;

/** The baseline that the inputs and the event name; null where nothing is to be compared with. */
export function baselineOfStep(options: BaselineOptions, event: GitHubEvent): BaselineRequest | null {
  const { against, baseline: kind, 'baseline-file': files, 'baseline-image': image } = options;
  if (kind === 'none' || against === 'none') return null;
  if (kind === 'file') return { kind, paths: files, required: false };
  const commit = commitOf(against, event);
  if (kind === 'registry') return { kind, commit, branch: branchOf(event), template: image ?? '' };
  if (commit === null) return null;
  // A push compares for the trend alone, which is not worth a second build; the push before it left its snapshot.
  return kind === 'auto' ? { kind, commit, builds: commit.kind !== 'push' } : { kind, commit };
}

function commitOf(against: string | null, event: GitHubEvent): CommitRequest | null {
  if (against !== null && against !== 'auto') return { kind: 'explicit', ref: against };
  const request = readCommitRequest(event);
  return request.kind === 'none' ? null : request;
}

/** The branch that the baseline is on. */
function branchOf(event: GitHubEvent): string | null {
  switch (event.name) {
    case 'pull_request':
    case 'pull_request_target':
      return event.pullRequest.baseRef;
    case 'merge_group':
      return event.baseRef;
    default:
      return event.ref.startsWith(BRANCHES) ? event.ref.slice(BRANCHES.length) : null;
  }
}

const BRANCHES = 'refs/heads/';

/**
 * Whether what the head weighs goes to the cache. A pull request can read the entries of its base and of the default
 * branch only, so what runs on a branch writes them. A pull request's own entries serve nobody but itself, and a merge
 * group's die with its temporary branch: that would be an upload for nothing. On an Enterprise Server, which has no
 * such cache, `auto` does without; who asks for `cache` gets a notice.
 */
export function seedsCache(
  { baseline }: BaselineOptions,
  event: GitHubEvent,
  cache: SnapshotCache | null,
): boolean {
  const isOnBranch = ['push', 'schedule', 'workflow_dispatch'].includes(event.name);
  if (!isOnBranch || !event.ref.startsWith(BRANCHES)) return false;
  return baseline === 'cache' || (baseline === 'auto' && cache?.isExpected === true);
}
