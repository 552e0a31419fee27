import type { Notice } from '../../base/notice.ts';
import { formatPlatform } from '../../base/platform.ts';
import { type AnnotationSink, emitAnnotations } from '../../github/annotations.ts';
import type { CommentResult } from '../../github/comment.ts';
import { writeSummary } from '../../github/summary.ts';
import { annotationsOf } from '../../report/annotation.ts';
import { escapeText } from '../../report/markdown/markdown-text.ts';
import type { Report } from '../../report/report.ts';
import { isFormerKey, keyWithoutPlatform } from '../weigh/image-name.ts';
import {
  type CommentIdentity,
  type CommentRules,
  type CommentTarget,
  commentBody,
  commentOn,
  imagesMark,
  summaryBody,
} from './report-comment.ts';
import { NO_SUGGESTIONS, type PostedSuggestions, postSuggestions } from './suggestions.ts';

export interface Publication extends CommentRules {
  readonly reports: readonly Report[];
  /** null where there is no pull request. */
  readonly target: CommentTarget | null;
  /** Whether fixes may be suggested on the lines of the pull request; not where the policy is `never`. */
  readonly suggests: boolean;
  /** Whether BuildKit's own checks make annotations. */
  readonly showsChecks: boolean;
  readonly sink: AnnotationSink;
  /** GITHUB_STEP_SUMMARY. */
  readonly summaryPath: string | undefined;
  /** Why there is no pull request to comment on. */
  readonly notices: readonly Notice[];
}

export interface Published {
  /** The comment's text: one on all images. */
  readonly body: string;
  /** Of the comment; null when there was nothing to comment on. */
  readonly comment: CommentResult | null;
  readonly notices: readonly Notice[];
}

/**
 * Says it on GitHub: the summary first, since every token may write it, then suggestions, annotations of what these
 * leave out, and the comment.
 * What GitHub refuses is a notice; nothing here can change the verdict.
 */
export async function publish(publication: Publication): Promise<Published> {
  const { reports, target, summaryPath } = publication;
  const images = { reports, failures: [] };
  const notices: Notice[] = [...publication.notices];
  const keep = (notice: Notice | null): void => {
    if (notice) notices.push(notice);
  };
  keep(await writeSummary(summaryPath, summaryBody(images)));
  const suggested = await suggest(publication);
  suggested.notices.forEach(keep);
  annotate(publication, suggested);
  const baseSha = reports[0]?.comparison?.baseline.commit ?? null;
  const comment =
    target === null ? null : await commentOn(target, images, identify(reports), baseSha, publication);
  keep(comment?.notice ?? null);
  await appendNotices(summaryPath, notices);
  return { body: commentBody(images), comment, notices };
}

function identify(reports: readonly Report[]): CommentIdentity {
  const key = commentKey(reports);
  return { key, isFormerKey: former => isFormerKey(former, key), images: imagesMark(reports) };
}

/** What was only known when the summary had been written. */
export async function appendNotices(
  summaryPath: string | undefined,
  notices: readonly Notice[],
): Promise<void> {
  const late = notices.filter(({ code }) => code !== 'summary-not-written');
  if (late.length === 0) return;
  await writeSummary(summaryPath, late.map(({ message }) => `> ${escapeText(message)}\n`).join('\n'));
}

/** The key of a report; of several platforms what their keys have in common: the image and its target. */
function commentKey(reports: readonly Report[]): string {
  const [first] = reports;
  if (reports.length === 1 && first) return first.key;
  const keys = reports.map(({ key, image }) => keyWithoutPlatform(key, formatPlatform(image.platform)));
  return [...new Set(keys)].toSorted().join(' + ');
}

async function suggest(publication: Publication): Promise<PostedSuggestions> {
  const { reports, target, policy, suggests } = publication;
  if (target === null || policy === 'never' || !suggests) return NO_SUGGESTIONS;
  return postSuggestions(reports, target, commentKey(reports));
}

function annotate({ reports, sink, showsChecks }: Publication, suggested: PostedSuggestions): void {
  const shown = showsChecks ? reports : reports.map(withoutChecks);
  const annotations = shown.flatMap(report => annotationsOf(report, suggested.findings));
  // A failed verdict makes one error of the step.
  emitAnnotations(annotations, sink, { error: 1 });
}

function withoutChecks(report: Report): Report {
  return report.build === null ? report : { ...report, build: { ...report.build, warnings: [] } };
}
