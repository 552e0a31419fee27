import { getInput } from '@actions/core';
import { DeadweightError } from '../base/errors.ts';
import { BASELINES, type BaselineRequest, type CommitRequest } from '../baseline/baseline-request.ts';
import { readList } from '../build/input-list.ts';
import { baselineOfEvent, type GitHubEvent } from '../github/event.ts';
import type { Environment } from '../run/environment.ts';

/** The inputs that say where the baseline of the comparison comes from. */
export interface BaselineInputs {
  readonly kind: (typeof BASELINES)[number];
  /** A git ref, `auto` or `none`. */
  readonly against: string;
  /** Snapshots, one a platform. */
  readonly files: readonly string[];
  /** An image reference with `{sha}` and `{branch}` in it; null where there is none. */
  readonly image: string | null;
}

/** @throws DeadweightError `usage` */
export function baselineInputs(): BaselineInputs {
  const given = getInput('baseline') || 'auto';
  const kind = BASELINES.find(known => known === given);
  if (kind === undefined)
    throw usage(`The input baseline is "${given}".`, `Write one of ${BASELINES.join(', ')}.`);
  const files = readList(getInput('baseline-file'));
  const image = getInput('baseline-image') || null;
  if (kind === 'file' && files.length === 0) throw incomplete('file');
  if (kind === 'registry' && image === null) throw incomplete('image', 'registry');
  // Named and not read would be a silent mistake.
  if (kind !== 'file' && files.length > 0) throw unread('file', kind, 'file');
  if (kind !== 'registry' && image !== null) throw unread('image', kind, 'registry');
  return { kind, against: getInput('against') || 'auto', files, image };
}

function incomplete(part: string, kind = part): DeadweightError {
  return usage(`The input baseline is ${kind}, and baseline-${part} is empty.`, `Give baseline-${part}.`);
}

function unread(part: string, kind: string, wanted: string): DeadweightError {
  return usage(`The input baseline-${part} is not read: baseline is ${kind}.`, `Set baseline to ${wanted}.`);
}

function usage(message: string, remedy: string): DeadweightError {
  return new DeadweightError('usage', { message, remedy });
}

/** What the inputs and the event make of it. null where nothing is to be compared with. */
export function baselineOf(inputs: BaselineInputs, event: GitHubEvent): BaselineRequest | null {
  const { kind, against, files, image } = inputs;
  if (kind === 'none' || against === 'none') return null;
  if (kind === 'file') return { kind, paths: files, required: false };
  const commit = commitOf(against, event);
  if (kind === 'registry') return { kind, commit, branch: branchOf(event), template: image ?? '' };
  if (commit === null) return null;
  // A push compares for the trend alone, which is not worth a second build; the push before it left its snapshot.
  return kind === 'auto' ? { kind, commit, builds: commit.kind !== 'push' } : { kind, commit };
}

function commitOf(against: string, event: GitHubEvent): CommitRequest | null {
  if (against !== 'auto') return { kind: 'explicit', ref: against };
  const request = baselineOfEvent(event);
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
 * such cache, `auto` does without; who asks for `cache` is told.
 */
export function seedsCache(
  { kind }: BaselineInputs,
  event: GitHubEvent,
  cache: Environment['snapshotCache'],
): boolean {
  const isOnBranch = ['push', 'schedule', 'workflow_dispatch'].includes(event.name);
  if (!isOnBranch || !event.ref.startsWith(BRANCHES)) return false;
  return kind === 'cache' || (kind === 'auto' && cache?.isExpected === true);
}
