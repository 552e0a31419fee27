import { sentenceOf } from '../base/errors.ts';
import type { Notice } from '../base/notice.ts';
import type { GitHubApi } from '../github/api.ts';
import { type CommentResult, publishComment } from '../github/comment.ts';
import type { ChangeThreshold, CommentPolicy } from '../github/comment-policy.ts';
import type { GitHubEvent } from '../github/event.ts';
import { writeSummary } from '../github/summary.ts';
import { escapeText } from '../report/markdown/markdown-text.ts';
import { renderCombined, renderCombinedSummary } from '../report/markdown/render-combined.ts';
import { renderMarkdown, renderSummary } from '../report/markdown/render-markdown.ts';
import type { Report } from '../report/report.ts';
import { type Gathered, gathered } from './publish/gathered-reports.ts';
import { type PullRequestPlace, pullRequestPlace } from './publish/pull-request-place.ts';
import { receivedReports } from './publish/report-sources.ts';
import { accessTo, isOwnCode, reportedRun, trustedRun } from './publish/reported-run.ts';
import { significanceOf } from './publish/significance.ts';
import { postSuggestions } from './publish/suggestions.ts';

/** The second entry: reports that other jobs made become one comment. Nothing is built. */
export interface CommentMode {
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
  readonly policy: CommentPolicy;
  readonly threshold: ChangeThreshold;
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
  const notices: Notice[] = [];
  const place = await placeOf(mode, notices);
  const all = await gatheredOf(mode, place, notices);
  notices.push(...all.notices);
  const { reports, failures } = all;
  if (reports.length + failures.length === 0) {
    const message = 'There is nothing to post: no report was found that can be believed.';
    notices.push({ code: 'no-reports', message });
    await tell(mode, notices);
    return { reports, body: null, comment: null, notices };
  }
  const [only] = reports;
  const isOne = reports.length === 1 && failures.length === 0 && only !== undefined;
  const body = isOne ? renderMarkdown(only) : renderCombined(reports, failures);
  // The summary first: every token may write it.
  const summary = isOne ? renderSummary(only) : renderCombinedSummary(reports, failures);
  const unwritten = await writeSummary(mode.summaryPath, summary);
  const comment = place === null ? null : await post(mode, place, body, all);
  notices.push(...[unwritten, comment?.notice ?? null].filter(notice => notice !== null));
  if (place !== null) notices.push(...(await suggest(mode, place, reports)));
  await tell(mode, notices);
  return { reports, body, comment, notices };
}

async function placeOf(mode: CommentMode, notices: Notice[]): Promise<PullRequestPlace | null> {
  const notPosted = (message: string): null => {
    notices.push({ code: 'comment-not-posted', message });
    return null;
  };
  try {
    const place = await pullRequestPlace(mode.event, mode.pullRequest, mode.api);
    if (place.pullRequest !== null) return place;
    return place.why === null ? null : notPosted(`There is no comment. ${place.why}`);
  } catch (error) {
    return notPosted(`There is no comment. ${sentenceOf(error)}`);
  }
}

async function gatheredOf(
  mode: CommentMode,
  place: PullRequestPlace | null,
  notices: Notice[],
): Promise<Gathered> {
  const { event, patterns, cwd, token } = mode;
  const access = accessTo(event, token);
  try {
    const received = await receivedReports({ patterns, cwd, access, runId: reportedRun(event).id });
    return await gathered(received, mode.expected, trustedRun(event, place, access));
  } catch (error) {
    notices.push({ code: 'reports-not-read', message: `The reports were not read. ${sentenceOf(error)}` });
    return { reports: [], failures: [], notices: [] };
  }
}

function post(
  mode: CommentMode,
  place: PullRequestPlace,
  body: string,
  { reports, failures }: Gathered,
): Promise<CommentResult> {
  const { event, api, policy, threshold, key } = mode;
  const { id, attempt } = reportedRun(event);
  return publishComment(api, {
    ...{ pullRequest: place.pullRequest, headSha: place.headSha, body, policy, key },
    baseSha: null,
    run: `${id}-${attempt}`,
    significance: significanceOf(reports, failures, threshold),
  });
}

/** Nothing is checked out: the paths of reports start at the top of the repository, or their lines are not found. */
const TOP = { cwd: '/repository', repositoryDirectory: '/repository' };

/** What a stranger's report would have somebody commit is not said with this token's name. */
async function suggest(
  { event, api, policy, suggests, key }: CommentMode,
  { pullRequest, headSha }: PullRequestPlace,
  reports: readonly Report[],
): Promise<readonly Notice[]> {
  if (!suggests || policy === 'never' || !isOwnCode(event)) return [];
  const { id, attempt } = reportedRun(event);
  const target = { api, pullRequest, headSha, run: `${id}-${attempt}` };
  return (await postSuggestions(reports, target, key, TOP)).notices;
}

/** Names in notices come from strangers. Should there be no room for them, the log has them too. */
async function tell({ summaryPath }: CommentMode, notices: readonly Notice[]): Promise<void> {
  if (notices.length === 0) return;
  await writeSummary(summaryPath, notices.map(({ message }) => `> ${escapeText(message)}\n`).join('\n'));
}
