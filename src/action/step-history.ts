import { Retries } from '../base/retry.ts';
import type { GitHubApi } from '../github/api.ts';
import { type GitHubEvent, pullRequestOf } from '../github/event.ts';
import type { HeadCommit } from '../github/event-details.ts';
import { CONFLICT_POLICY } from '../github/history/branch-files.ts';
import type { Report } from '../report/report.ts';
import type { OptionValues } from '../run/config/options.ts';
import type { Environment } from '../run/environment.ts';
import { type RecordedPush, readTrends, recordHistory, type TracedReports } from '../run/publish/history.ts';

const BRANCHES = 'refs/heads/';

type HistoryOptions = Pick<OptionValues, 'history' | 'history-branch' | 'pr-number'>;

/**
 * Gives reports the weight of the branch over time: a push of the default branch adds to it where that is asked for, and
 * a pull request reads it. Whatever GitHub answers, no step fails here.
 * @param commit that was weighed; null where it is not known
 */
export async function traceReports(
  reports: readonly Report[],
  options: HistoryOptions,
  event: GitHubEvent,
  commit: string | null,
  { git }: Pick<GitHubApi, 'git'>,
  { clock, log }: Pick<Environment, 'clock' | 'log'>,
): Promise<TracedReports> {
  const now = clock.now();
  const branch = options['history-branch'];
  const pullRequest = pullRequestOf(event);
  if (pullRequest !== null) {
    return readTrends(reports, pullRequest.baseRef, branch, { git, log, now });
  }
  const push = options.history ? recordedPush(options, event, commit, now) : null;
  if (push === null) {
    if (options.history) log.info('The weight is not recorded: this is no push of the default branch.');
    return { reports, notices: [] };
  }
  const retries = new Retries(CONFLICT_POLICY, undefined, clock);
  return recordHistory(reports, push, branch, { git, retries, now });
}

function recordedPush(
  { 'pr-number': pullRequest }: HistoryOptions,
  event: GitHubEvent,
  commit: string | null,
  now: number,
): RecordedPush | null {
  if (event.name !== 'push' || pullRequest !== null || !event.ref.startsWith(BRANCHES)) return null;
  const branch = event.ref.slice(BRANCHES.length);
  if (event.defaultBranch !== null && event.defaultBranch !== branch) return null;
  const weighed = commit ?? event.sha;
  const head = event.headCommit?.id === weighed ? event.headCommit : null;
  return {
    branch,
    commit: weighed,
    time: event.pushedAt ?? now,
    run: `${event.run.id}-${event.run.attempt}`,
    pullRequest: head && mergedPullRequest(head),
  };
}

/** As GitHub words the commits of merges and of squashes. */
function mergedPullRequest({ message }: HeadCommit): number | null {
  const [subject = ''] = message.slice(0, 1000).split('\n');
  const [, merged] = /^Merge pull request #(\d{1,9}) from /.exec(subject) ?? [];
  const [, squashed] = /\(#(\d{1,9})\)$/.exec(subject.trim()) ?? [];
  return Number(merged ?? squashed) || null;
}
