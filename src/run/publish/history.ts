import type { Log } from '../../base/effects.ts';
import { DeadweightError } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import { formatPlatform } from '../../base/platform.ts';
import type { Retries } from '../../base/retry.ts';
import { quote } from '../../base/untrusted-text.ts';
import type { GitDataApi, NewTreeEntry } from '../../github/api.ts';
import {
  type BranchFile,
  type BranchFiles,
  readBranchFiles,
  updateBranchFiles,
} from '../../github/history/branch-files.ts';
import { GitHubRequestError, NO_TOKEN } from '../../github/request-error.ts';
import type { Report } from '../../report/report.ts';
import { renderBadge } from '../../trend/badge.ts';
import {
  appendLine,
  asideFileName,
  badgeFileName,
  countNewer,
  EMPTY_HISTORY,
  type History,
  historyFileName,
  MAX_HISTORY_BYTES,
  readHistory,
  writeHistory,
} from '../../trend/history.ts';
import { newerText } from '../../trend/history-files.ts';
import { HISTORY_VERSION, type HistoryLine, lineName } from '../../trend/history-line.ts';
import { makeTrend, seriesOf } from '../../trend/series.ts';

/** The push whose images are written down. */
export interface RecordedPush {
  /** The branch that was pushed, without refs/heads/. */
  readonly branch: string;
  readonly commit: string;
  /** Of the push where it is known, else of the run. Milliseconds since the epoch. */
  readonly time: number;
  /** `<run id>-<attempt>` */
  readonly run: string;
  readonly pullRequest: number | null;
}

export interface TracedReports {
  /** With their trends, where they have a history. */
  readonly reports: readonly Report[];
  readonly notices: readonly Notice[];
}

/** What was made of the files of a branch. */
interface Recorded {
  readonly histories: ReadonlyMap<string, History>;
  readonly notices: readonly Notice[];
}

/**
 * Writes a line for each report to its history, all in one commit, with a badge beside it, and gives the reports their
 * trends. What GitHub refuses is a notice, and nothing else.
 * @param historyBranch without refs/heads/
 * @param now milliseconds since the epoch
 */
export async function recordHistory(
  reports: readonly Report[],
  push: RecordedPush,
  historyBranch: string,
  { git, retries, now }: { readonly git: GitDataApi; readonly retries: Retries; readonly now: number },
): Promise<TracedReports> {
  if (historyBranch === push.branch) {
    const why = `It is the branch that was pushed: name another with the input history-branch.`;
    return { reports, notices: [notWritten(historyBranch, why)] };
  }
  try {
    const { histories, notices } = await updateBranchFiles(
      git,
      {
        branch: historyBranch,
        names: reports.map(({ key }) => historyFileName(key)),
        maxBytes: MAX_HISTORY_BYTES,
        message: messageOf(reports, push),
        change: files => record(reports, push, files, now),
      },
      retries,
    );
    return { reports: reports.map(report => traced(report, histories.get(report.key), now)), notices };
  } catch (error) {
    if (!(error instanceof DeadweightError)) throw error;
    return { reports, notices: [notWritten(historyBranch, explain(error, 'write'))] };
  }
}

/**
 * The reports of a pull request with the trends of the branch that it is to be merged into. Costs one request where there
 * is no history. That the token may not read one is a line of the log, as nobody may have asked for it; what else GitHub
 * refuses is a notice. Lines that cannot be read are told by the pushes that find them.
 * @param baseBranch without refs/heads/
 * @param now milliseconds since the epoch
 */
export async function readTrends(
  reports: readonly Report[],
  baseBranch: string,
  historyBranch: string,
  { git, log, now }: { readonly git: GitDataApi; readonly log: Pick<Log, 'info'>; readonly now: number },
): Promise<TracedReports> {
  const names = reports.map(({ key }) => historyFileName(key));
  try {
    const files = await readBranchFiles(git, { branch: historyBranch, names, maxBytes: MAX_HISTORY_BYTES });
    const read = reports.map(report => {
      const text = files.get(historyFileName(report.key))?.text ?? null;
      const found = traced(report, text === null ? undefined : readHistory(text), now);
      return found.trend?.branch === baseBranch ? found : report;
    });
    return { reports: read, notices: [] };
  } catch (error) {
    if (!(error instanceof DeadweightError)) throw error;
    const message = `The history of ${baseBranch} was not read. ${explain(error, 'read')}`;
    if (!isForbidden(error)) return { reports, notices: [{ code: 'history-unread', message }] };
    log.info(message);
    return { reports, notices: [] };
  }
}

/** Whether there is no token, or none that may do what was asked; GitHub says 404 of what a token may not see. */
function isForbidden(error: DeadweightError): error is GitHubRequestError {
  if (!(error instanceof GitHubRequestError)) return false;
  if (error.cause === NO_TOKEN) return true;
  return error.status === 401 || (!error.isLimit && (error.status === 403 || error.status === 404));
}

function traced(report: Report, history: History | undefined, now: number): Report {
  const trend = history === undefined ? null : makeTrend(seriesOf(history, now), now);
  return trend === null ? report : { ...report, trend };
}

function record(
  reports: readonly Report[],
  push: RecordedPush,
  files: BranchFiles,
  now: number,
): { readonly entries: readonly NewTreeEntry[]; readonly result: Recorded } {
  const entries = new Map<string, NewTreeEntry>();
  const histories = new Map<string, History>();
  const notices: Notice[] = [];
  for (const report of reports) {
    const { key } = report;
    const name = historyFileName(key);
    const file = files.get(name);
    const before = histories.get(key) ?? historyOf(file);
    const { history, dropped } = appendLine(before, lineOf(report, push));
    histories.set(key, { ...history, unread: null });
    entries.set(name, { path: name, content: writeHistory(history) });
    const badge = badgeFileName(key);
    // Of the last commit, which another run may have written.
    const size = seriesOf(history, now).at(-1)?.size ?? report.image.size;
    entries.set(badge, { path: badge, content: renderBadge(size) });
    if (file !== undefined && before.unread !== null) {
      const path = asideFileName(key, file.entry.sha);
      entries.set(path, { ...file.entry, path });
      notices.push(unread(`${quote(name)} has ${before.unread}: as it was it is ${quote(path)} now.`));
    }
    const newer = newerText(countNewer(history));
    if (newer !== null) notices.push(unread(`${quote(name)} has ${newer}, which stay and are not shown.`));
    if (dropped > 0) notices.push(cut(name, dropped));
  }
  return { entries: [...entries.values()], result: { histories, notices } };
}

/** Where a link, a folder or a file without end is in its place, all of that is put aside. */
function historyOf(file: BranchFile | undefined): History {
  if (file === undefined) return EMPTY_HISTORY;
  if (file.text !== null) return readHistory(file.text);
  return { entries: [], unread: 'content that is no history' };
}

function lineOf({ key, title, image, efficiency }: Report, push: RecordedPush): HistoryLine {
  return {
    version: HISTORY_VERSION,
    key: lineName(key),
    title: lineName(title),
    platform: lineName(formatPlatform(image.platform)),
    commit: push.commit,
    time: new Date(push.time).toISOString(),
    branch: lineName(push.branch),
    run: push.run,
    pullRequest: push.pullRequest,
    size: image.size,
    compressedSize: image.compressedSize,
    layerCount: image.layerCount,
    efficiency: efficiency.score,
    wastedBytes: efficiency.wastedBytes,
  };
}

/** Other services build whatever branch is pushed, unless they are told not to. */
function messageOf(reports: readonly Report[], { commit, run }: RecordedPush): string {
  const what = reports.length === 1 ? 'an image' : `${reports.length} images`;
  return `Record the weight of ${what} at ${commit.slice(0, 7)}\n\nCommit ${commit}, run ${run}. [skip ci]`;
}

/** The sentences of an error whose own remedy is that of comments. */
function explain(error: DeadweightError, access: 'read' | 'write'): string {
  if (!(error instanceof GitHubRequestError)) return error.sentence;
  if (isForbidden(error) && error.status !== 401 && error.status !== null) {
    return `${error.message} Add \`permissions: contents: ${access}\` to the job.`;
  }
  if (error.status === 422 || error.status === 409) {
    return `${error.message} Check whether a rule protects the branch, and exempt GitHub Actions from it.`;
  }
  return error.status === null ? error.message : error.sentence;
}

function notWritten(branch: string, why: string): Notice {
  return {
    code: 'history-not-written',
    message: `The weight was not written to the branch ${branch}. ${why}`,
  };
}

function unread(message: string): Notice {
  return { code: 'history-unread', message: `The history ${message}` };
}

function cut(name: string, dropped: number): Notice {
  return {
    code: 'history-cut',
    message: `The history ${quote(name)} was full: its oldest ${dropped} lines were dropped, and are in the commit before.`,
  };
}
