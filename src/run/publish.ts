import { relative, resolve } from 'node:path';
import { DeadweightError, messageOf } from '../base/errors.ts';
import type { Notice } from '../base/notice.ts';
import { type AnnotationSink, emitAnnotations } from '../github/annotations.ts';
import type { GitHubApi } from '../github/api.ts';
import { type CommentResult, publishComment } from '../github/comment.ts';
import { type ChangeThreshold, isBeyond } from '../github/comment-policy.ts';
import { writeSummary } from '../github/summary.ts';
import { annotationsOf } from '../report/annotation.ts';
import { renderMarkdown, renderSummary } from '../report/markdown/render-markdown.ts';
import type { Report } from '../report/report.ts';
import type { CommentPolicy } from './request.ts';

/** The pull request to comment on, and the commit of it that was weighed. */
export interface CommentTarget {
  readonly api: GitHubApi;
  readonly pullRequest: number;
  readonly headSha: string;
  /** `<run id>-<attempt>` */
  readonly run: string;
}

export interface Publication {
  readonly reports: readonly Report[];
  /** null where there is no pull request. */
  readonly target: CommentTarget | null;
  readonly policy: CommentPolicy;
  readonly threshold: ChangeThreshold;
  readonly sink: AnnotationSink;
  /** GITHUB_STEP_SUMMARY. */
  readonly summaryPath: string | undefined;
  /** Where the paths of the reports start, and the top of the repository that annotations are told against. */
  readonly cwd: string;
  readonly repositoryDirectory: string;
}

export interface Published {
  /** The comments' texts, in the order of the reports. */
  readonly bodies: readonly string[];
  /** Of the comment; null when there was nothing to comment on. */
  readonly comment: CommentResult | null;
  readonly notices: readonly Notice[];
}

/**
 * Says it on GitHub: the summary first, since every token may write it, then annotations, then the comment.
 * What GitHub refuses is a notice; nothing here can change the verdict.
 */
export async function publish(publication: Publication): Promise<Published> {
  const { reports, target, summaryPath } = publication;
  const notices: Notice[] = [];
  const keep = (notice: Notice | null): void => {
    if (notice) notices.push(notice);
  };
  keep(await writeSummary(summaryPath, reports.map(renderSummary).join('\n')));
  annotate(publication);
  const bodies = reports.map(report => renderMarkdown(report));
  let comment: CommentResult | null = null;
  for (const [index, report] of reports.entries()) {
    if (target === null) break;
    comment = worse(comment, await commentOn(target, report, bodies[index] ?? '', publication));
    keep(comment.notice);
  }
  const late = notices.filter(({ code }) => code !== 'summary-not-written');
  if (late.length > 0)
    await writeSummary(summaryPath, late.map(({ message }) => `> ${message}\n`).join('\n'));
  return { bodies, comment, notices };
}

/** One failed comment among several is what the step has to tell. */
function worse(before: CommentResult | null, now: CommentResult): CommentResult {
  return before?.outcome === 'failed' ? before : now;
}

async function commentOn(
  target: CommentTarget,
  report: Report,
  body: string,
  { policy, threshold }: Publication,
): Promise<CommentResult> {
  const { api, pullRequest, headSha, run } = target;
  const { comparison } = report;
  const changed =
    comparison === null ||
    isBeyond(comparison.delta.size, comparison.base.size, threshold) ||
    (comparison.delta.compressedSize !== null &&
      comparison.base.compressedSize !== null &&
      isBeyond(comparison.delta.compressedSize, comparison.base.compressedSize, threshold));
  try {
    return await publishComment(api, {
      ...{ pullRequest, body, headSha, run, policy },
      key: report.key,
      baseSha: comparison?.base.commit ?? null,
      significance: { changed, failed: report.verdict === 'fail' },
    });
  } catch (error) {
    // A refusal is a result already; even what is not must leave the verdict as it is.
    const remedy = error instanceof DeadweightError ? ` ${error.remedy}` : '';
    const message = `The comment could not be posted. ${messageOf(error)}${remedy}`;
    return { outcome: 'failed', url: null, notice: { code: 'comment-not-posted', message } };
  }
}

function annotate({ reports, sink, cwd, repositoryDirectory }: Publication): void {
  const annotations = reports.flatMap(annotationsOf).map(annotation => ({
    ...annotation,
    file: relative(repositoryDirectory, resolve(cwd, annotation.file)),
  }));
  // A failed verdict makes one error of the step.
  emitAnnotations(annotations, sink, { error: 1 });
}
