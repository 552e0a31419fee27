import { trimEndOf } from '../../base/trim.ts';
import { quote } from '../../base/untrusted-text.ts';
import type { ReportContext } from '../../report/failure.ts';
import type { Report } from '../../report/report.ts';

const BY_FORK = {
  code: 'reported-by-fork',
  message:
    'These figures come from the code of a fork, which ran without secrets: they are treated as untrusted.',
};

/** What is known of the run that a report is to come from, from the event and from GitHub: never from the report. */
export interface TrustedRun {
  /** `https://github.com/owner/name`. */
  readonly repositoryUrl: string;
  readonly id: number;
  /** Where people read about the run. */
  readonly url: string;
  /** Whether it ran the code of a fork. */
  readonly isForks: boolean;
  /** Whether the run was for this commit: the head of the pull request, or its merge. */
  readonly isOwnCommit: (sha: string) => Promise<boolean>;
}

/**
 * Why a report is not that of the run, as a sentence without its subject; null when nothing speaks against it.
 * What it says about the image cannot be checked, and needs not be: it is the author's own image.
 */
export async function doubtAbout(context: ReportContext, run: TrustedRun): Promise<string | null> {
  const { repositoryUrl, runUrl, commit } = context;
  if (repositoryUrl !== null && !isSameAddress(repositoryUrl, run.repositoryUrl)) {
    return `It is of another repository (${quote(repositoryUrl)}).`;
  }
  if (runUrl !== null && !isOfRun(runUrl, run)) return `It is of another run (${quote(runUrl)}).`;
  if (commit === null) return 'It does not say which commit was weighed.';
  if (await run.isOwnCommit(commit)) return null;
  return `It is of another commit (${quote(commit)}) than the run that is reported.`;
}

/** The report with everything that leads elsewhere taken from what is known. */
export function trustReport(report: Report, run: TrustedRun): Report {
  const { repositoryUrl, url, isForks } = run;
  const { build, comparison, context, notices } = report;
  return {
    ...report,
    // What the base branch weighs is not for a fork to say.
    trend: isForks ? null : report.trend,
    // Browsers open the page, which a fork's run may have filled with anything.
    context: {
      ...context,
      repositoryUrl,
      runUrl: url,
      pageUrl: isForks ? null : pageOfRun(context.pageUrl, run),
    },
    comparison: comparison && { ...comparison, head: { ...comparison.head, commit: context.commit } },
    notices: isForks ? [BY_FORK, ...notices] : notices,
    build: build && {
      ...build,
      warnings: build.warnings.map(warning => ({ ...warning, url: documented(warning.url) })),
    },
  };
}

/** An artifact of the run; any other address leads elsewhere. */
function pageOfRun(pageUrl: string | null | undefined, { repositoryUrl, id }: TrustedRun): string | null {
  const [, artifact] = /\/artifacts\/(\d+)$/.exec(pageUrl ?? '') ?? [];
  const own = `${trimEndOf(repositoryUrl, '/')}/actions/runs/${id}/artifacts/${artifact}`;
  return artifact !== undefined && pageUrl === own ? own : null;
}

/** BuildKit explains its checks in Docker's documentation, and nowhere else. */
function documented(url: string | null): string | null {
  return url !== null && /^https:\/\/docs\.docker\.com\/[\w/#.-]*$/.test(url) ? url : null;
}

function isSameAddress(a: string, b: string): boolean {
  const plain = (url: string) => trimEndOf(url, '/').toLowerCase();
  return plain(a) === plain(b);
}

function isOfRun(runUrl: string, { repositoryUrl, id }: TrustedRun): boolean {
  const own = `${repositoryUrl}/actions/runs/${id}`;
  return isSameAddress(runUrl.replace(/\/attempts\/\d{1,9}$/, ''), own);
}
