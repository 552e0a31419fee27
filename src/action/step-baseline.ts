import { sentenceOf } from '../base/errors.ts';
import type { BaselineRequest, CommitRequest } from '../baseline/baseline-request.ts';
import type { SnapshotCache } from '../baseline/store/snapshot-store.ts';
import type { GitHubApi } from '../github/api.ts';
import { type GitHubEvent, readCommitRequest, repositoryUrlOf } from '../github/event.ts';
import { GitHubRequestError } from '../github/request-error.ts';
import type { OptionValues } from '../run/config/options.ts';

/** The options that say where the baseline of the comparison comes from. */
type BaselineOptions = Pick<
  OptionValues,
  'against' | 'baseline' | 'baseline-file' | 'baseline-image' | 'image' | 'pr-number'
>;

/**
 * The commit that a step is compared with, as its event names it, or as GitHub tells of the pull request that `pr-number` or
 * the event of a comment names. Where there is none it says why.
 */
export async function findStepCommit(
  { 'pr-number': wanted }: Pick<OptionValues, 'pr-number'>,
  event: GitHubEvent,
  api: Pick<GitHubApi, 'getPullRequest'>,
): Promise<CommitRequest> {
  const request = readCommitRequest(event);
  if (event.name === 'push' || event.name === 'merge_group' || request.kind === 'pull-request')
    return request;
  const number = wanted ?? (event.name === 'issue_comment' ? event.pullRequestNumber : null);
  if (number === null) return request;
  try {
    const { headSha, baseRef, baseSha, mergeSha } = await api.getPullRequest(number);
    const repositoryUrl = repositoryUrlOf(event);
    return { kind: 'pull-request', number, headSha, repositoryUrl, baseRef, baseSha, mergeSha };
  } catch (error) {
    if (!(error instanceof GitHubRequestError)) throw error;
    const why = `There is no comparison: pull request ${number} could not be read. ${sentenceOf(error)}`;
    return { kind: 'none', why };
  }
}

/**
 * The baseline that the inputs and the event name; null where nothing is to be compared with.
 * @param named the commit of `findStepCommit`
 */
export function baselineOfStep(
  options: BaselineOptions,
  event: GitHubEvent,
  named: CommitRequest,
): BaselineRequest | null {
  const { against, baseline: kind, 'baseline-file': files, 'baseline-image': image } = options;
  if (kind === 'none' || against === 'none') return null;
  if (kind === 'file') return { kind, paths: files, required: false };
  const commit = commitOf(options, named);
  if (kind === 'registry') {
    const known = commit.kind === 'none' ? null : commit;
    return { kind, commit: known, branch: branchOf(event, named), template: image ?? '' };
  }
  // A push of a branch compares for the trend alone, which is not worth a second build: the one before left its snapshot.
  return kind === 'auto' ? { kind, commit, builds: commit.kind !== 'push' } : { kind, commit };
}

function commitOf({ against, image }: BaselineOptions, named: CommitRequest): CommitRequest {
  if (against !== null && against !== 'auto') return { kind: 'explicit', ref: against };
  return named.kind === 'pull-request' && image !== null ? { ...named, isHeadImage: true } : named;
}

/** The branch that the baseline is on. */
function branchOf(event: GitHubEvent, named: CommitRequest): string | null {
  if (named.kind === 'pull-request') return named.baseRef;
  if (event.name === 'merge_group') return event.baseRef;
  return event.ref.startsWith(BRANCHES) ? event.ref.slice(BRANCHES.length) : null;
}

const BRANCHES = 'refs/heads/';

/**
 * Whether what the head weighs goes to the cache. A pull request can read the entries of its base and of the default
 * branch only, so what runs on a branch writes them. A pull request's own entries serve nobody but itself, and a merge
 * group's die with its temporary branch: that would be an upload for nothing. On an Enterprise Server, which has no
 * such cache, `auto` does without; who asks for `cache` gets a notice. What is weighed for a pull request is not the branch.
 */
export function seedsCache(
  { baseline, 'pr-number': pullRequest }: BaselineOptions,
  event: GitHubEvent,
  cache: SnapshotCache | null,
): boolean {
  if (!isOnBranch({ 'pr-number': pullRequest }, event)) return false;
  return baseline === 'cache' || (baseline === 'auto' && cache?.isExpected === true);
}

/** Whether a run is of a branch itself, whose entries in the cache are for others to read. */
export function isOnBranch(
  { 'pr-number': pullRequest }: Pick<OptionValues, 'pr-number'>,
  event: GitHubEvent,
): boolean {
  const isEvent = ['push', 'schedule', 'workflow_dispatch'].includes(event.name);
  return isEvent && pullRequest === null && event.ref.startsWith(BRANCHES);
}
