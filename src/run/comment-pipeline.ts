import { sentenceOf } from '../base/errors.ts';
import type { Notice } from '../base/notice.ts';
import type { GitHubApi } from '../github/api.ts';
import type { CommentResult } from '../github/comment.ts';
import type { GitHubEvent } from '../github/event.ts';
import { writeSummary } from '../github/summary.ts';
import { escapeText } from '../report/markdown/markdown-text.ts';
import type { Report } from '../report/report.ts';
import { type GatheredReports, gatherReports } from './publish/gathered-reports.ts';
import { findPullRequest, type PullRequestPlace } from './publish/pull-request.ts';
import {
  type CommentIdentity,
  type CommentRules,
  type CommentTarget,
  commentBody,
  commentOn,
  summaryBody,
} from './publish/report-comment.ts';
import { receiveReports } from './publish/report-sources.ts';
import { accessTo, isOwnCode, reportedRun, trustedRun } from './publish/reported-run.ts';
import { postSuggestions } from './publish/suggestions.ts';

/** The second entry: reports that other jobs made become one comment. Nothing is built. */
export interface CommentMode extends CommentRules {
  readonly event: GitHubEvent;
  readonly api: GitHubApi;
  readonly token: string;
  /** Globs of files and artifacts. */
  readonly patterns: readonly string[];
  /** Names of images that must have a report. */
  readonly expected: readonly string[];
  /** The input `pr-number`. */
  readonly pullRequest: number | null;
  /** Tells the comments of several steps apart. Never of a report: it names the comment that is overwritten. */
  readonly key: string;
  /** Whether fixes may be suggested on the lines of the pull request; only those of this repository's own code. */
  readonly suggests: boolean;
  readonly summaryPath: string | undefined;
  readonly cwd: string;
}

export interface CommentOutcome {
  readonly reports: readonly Report[];
  /** null when there was nothing to say. */
  readonly body: string | null;
  readonly comment: CommentResult | null;
  readonly notices: readonly Notice[];
}

/** Gathers, looks closely, renders and posts. What is refused is a notice, and so is what GitHub refuses. */
export async function commentOnReports(mode: CommentMode): Promise<CommentOutcome> {
  const { event, api, key, summaryPath } = mode;
  const notices: Notice[] = [];
  const { place, notice } = await findPullRequest(event, mode.pullRequest, api);
  if (notice !== null) notices.push(notice);
  const images = await gather(mode, place);
  const { reports, failures } = images;
  notices.push(...images.notices);
  if (reports.length + failures.length === 0) {
    const message = 'There is nothing to post: no report was found that can be shown.';
    notices.push({ code: 'no-reports', message });
    await summarize(summaryPath, notices);
    return { reports, body: null, comment: null, notices };
  }
  const { id, attempt } = reportedRun(event);
  const target = place && { ...place, api, run: `${id}-${attempt}` };
  // The summary first: every token may write it.
  const unwritten = await writeSummary(summaryPath, summaryBody(images));
  const comment = target === null ? null : await commentOn(target, images, identityOf(key), null, mode);
  notices.push(...[unwritten, comment?.notice ?? null].filter(notice => notice !== null));
  if (target !== null) notices.push(...(await suggest(mode, target, reports)));
  await summarize(summaryPath, notices);
  return { reports, body: commentBody(images), comment, notices };
}

/** The step's own key, whose images come and go with the jobs that hand over their reports. */
function identityOf(key: string): CommentIdentity {
  return { key, isFormerKey: () => false, images: null };
}

async function gather(mode: CommentMode, place: PullRequestPlace | null): Promise<GatheredReports> {
  const { event, patterns, cwd, token } = mode;
  const access = accessTo(event, token);
  try {
    const received = await receiveReports({ patterns, cwd, access, runId: reportedRun(event).id });
    return await gatherReports(received, mode.expected, trustedRun(event, place, access));
  } catch (error) {
    const message = `The reports were not read. ${sentenceOf(error)}`;
    return { reports: [], failures: [], notices: [{ code: 'reports-not-read', message }] };
  }
}

/** What an untrusted report would have somebody commit is not said with this token's name. */
async function suggest(
  { event, policy, suggests, key }: CommentMode,
  target: CommentTarget,
  reports: readonly Report[],
): Promise<readonly Notice[]> {
  if (!suggests || policy === 'never' || !isOwnCode(event)) return [];
  return (await postSuggestions(reports, target, key)).notices;
}

/** Names in notices are untrusted. Should there be no room for them, the log has them too. */
async function summarize(path: string | undefined, notices: readonly Notice[]): Promise<void> {
  if (notices.length === 0) return;
  await writeSummary(path, notices.map(({ message }) => `> ${escapeText(message)}\n`).join('\n'));
}
