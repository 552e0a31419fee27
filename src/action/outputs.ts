import { setOutput } from '@actions/core';
import type { CommentResult } from '../github/comment.ts';
import type { BuildOutcome } from '../run/build-pipeline.ts';
import type { CommentOutcome } from '../run/comment-pipeline.ts';
import type { Published } from '../run/publish/publish.ts';
import { worstVerdict } from '../run/weigh/image-report.ts';

/** Paths of the reports, as the outputs name them: of the first image where there are several. */
export interface ReportPaths {
  readonly json: string;
  readonly markdown: string;
  /** null where no page was asked for. */
  readonly html: string | null;
  readonly snapshot: string;
}

/** Every output of action.yml; of the first image where a build made several. */
export function setOutputs(outcome: BuildOutcome, published: Published, paths: ReportPaths): void {
  const report = outcome.images[0]?.report;
  const delta = report?.comparison?.delta;
  setAll({
    imageid: outcome.metadata?.imageId ?? report?.image.imageId,
    digest: outcome.metadata?.digest ?? report?.image.manifestDigest,
    metadata: outcome.metadata?.json,
    size: report?.image.size,
    'compressed-size': report?.image.compressedSize,
    layers: report?.image.layerCount,
    efficiency: report?.efficiency.score,
    'wasted-bytes': report?.efficiency.wastedBytes,
    'size-delta': delta?.size,
    'layers-delta': delta?.layerCount,
    'efficiency-delta': delta?.efficiency,
    'wasted-delta': delta?.wastedBytes,
    verdict: worstVerdict(outcome.images.map(image => image.report)),
    json: paths.json,
    markdown: paths.markdown,
    html: paths.html,
    snapshot: paths.snapshot,
    'comment-body': published.body,
    'comment-outcome': published.comment && outcomeOf(published.comment),
  });
}

/** The outputs that a step has whose image could not be weighed. */
export function setFailureOutputs({ body, comment }: Published): void {
  setAll({ 'comment-body': body, 'comment-outcome': comment && outcomeOf(comment) });
}

/** The outputs that `mode: comment` has. */
export function setCommentOutputs({ reports, body, comment }: CommentOutcome, markdown: string | null): void {
  setAll({
    verdict: reports.length === 0 ? null : worstVerdict(reports),
    markdown,
    'comment-body': body,
    'comment-outcome': comment ? outcomeOf(comment) : 'skipped',
  });
}

/** Why it was skipped is of no use to a workflow. */
function outcomeOf({ outcome }: CommentResult): string {
  return outcome.replace(/^skipped-.*/, 'skipped');
}

/** What is not known is empty. */
function setAll(outputs: Readonly<Record<string, string | number | null | undefined>>): void {
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value ?? '');
}
