import { sha256, shortDigest } from '../../base/digest.ts';
import type { GitHubApi } from '../../github/api.ts';
import { type CommentResult, publishComment } from '../../github/comment.ts';
import {
  type ChangeThreshold,
  type CommentPolicy,
  isBeyond,
  type Significance,
} from '../../github/comment-policy.ts';
import type { Failure } from '../../report/failure.ts';
import { renderCombined, renderCombinedSummary } from '../../report/markdown/render-combined.ts';
import { renderFailure } from '../../report/markdown/render-failure.ts';
import { renderMarkdown, renderSummary } from '../../report/markdown/render-markdown.ts';
import type { Report } from '../../report/report.ts';
import type { PullRequestPlace } from './pull-request.ts';

/** The pull request to comment on, and the commit of it that was weighed. */
export interface CommentTarget extends PullRequestPlace {
  readonly api: GitHubApi;
  /** `<run id>-<attempt>` */
  readonly run: string;
}

/** What a comment is about: one image, or several. */
export interface CommentedImages {
  readonly reports: readonly Report[];
  /** Images without a report. */
  readonly failures: readonly Failure[];
}

export interface CommentRules {
  readonly policy: CommentPolicy;
  readonly threshold: ChangeThreshold;
}

/** The text of the comment. */
export function commentBody({ reports, failures }: CommentedImages): string {
  const only = onlyOf(reports, failures);
  const [failure] = failures;
  if (failure && isAlone(reports, failures)) return renderFailure(failure);
  return only ? renderMarkdown(only) : renderCombined(reports, failures);
}

/** The text of the job summary, which has room for more. */
export function summaryBody({ reports, failures }: CommentedImages): string {
  const only = onlyOf(reports, failures);
  const [failure] = failures;
  if (failure && isAlone(reports, failures)) return renderFailure(failure);
  return only ? renderSummary(only) : renderCombinedSummary(reports, failures);
}

function isAlone(reports: readonly Report[], failures: readonly Failure[]): boolean {
  return reports.length + failures.length === 1;
}

function onlyOf(reports: readonly Report[], failures: readonly Failure[]): Report | null {
  const [first] = reports;
  return reports.length === 1 && failures.length === 0 && first ? first : null;
}

/** What tells a comment from others of the pull request. */
export interface CommentIdentity {
  readonly key: string;
  readonly isFormerKey: (key: string) => boolean;
  /** See `imagesMark`; null where the comment is on whatever images there are. */
  readonly images: string | null;
}

/** Tells images from others by their layers: what is built anew is the same where nothing changed. */
export function imagesMark(reports: readonly Report[]): string {
  const layers = reports.map(({ layers }) => layers.map(({ diffId }) => diffId));
  return shortDigest(sha256(JSON.stringify(layers)));
}

/**
 * Brings the comment of this key up to date, where the policy wants one.
 * @param baseSha the commit that the image was compared with, where it is one
 */
export function commentOn(
  { api, pullRequest, headSha, run }: CommentTarget,
  images: CommentedImages,
  identity: CommentIdentity,
  baseSha: string | null,
  { policy, threshold }: CommentRules,
): Promise<CommentResult> {
  const body = commentBody(images);
  const significance = significanceOf(images, threshold);
  return publishComment(api, { pullRequest, headSha, run, body, ...identity, baseSha, policy, significance });
}

/** What a comment policy asks of the images. */
export function significanceOf(
  { reports, failures }: CommentedImages,
  threshold: ChangeThreshold,
): Significance {
  return {
    changed: reports.some(report => isChanged(report, threshold)),
    failed: failures.length > 0 || reports.some(({ verdict }) => verdict === 'fail'),
  };
}

function isChanged({ comparison }: Report, threshold: ChangeThreshold): boolean {
  if (comparison === null) return true;
  const { baseline, delta } = comparison;
  if (isBeyond(delta.size, baseline.size, threshold)) return true;
  if (delta.compressedSize === null || baseline.compressedSize === null) return false;
  return isBeyond(delta.compressedSize, baseline.compressedSize, threshold);
}
