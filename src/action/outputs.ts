import { setOutput } from '@actions/core';
import type { BuildOutcome } from '../run/build-pipeline.ts';
import type { Published } from '../run/publish/publish.ts';
import { worstVerdict } from '../run/weigh/image-report.ts';

/** Paths of the reports, as the outputs name them: of the first image where there are several. */
export interface ReportPaths {
  readonly json: string;
  readonly markdown: string;
  readonly snapshot: string;
}

/** Every output of action.yml; of the first image where a build made several. What is not known is empty. */
export function setOutputs(outcome: BuildOutcome, published: Published, paths: ReportPaths): void {
  const report = outcome.images[0]?.report;
  const delta = report?.comparison?.delta;
  const outputs: Readonly<Record<string, string | number | null | undefined>> = {
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
    verdict: worstVerdict(outcome.images),
    ...paths,
    'comment-body': published.body,
    // Why it was skipped is of no use to a workflow.
    'comment-outcome': published.comment?.outcome.replace(/^skipped-.*/, 'skipped'),
  };
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value ?? '');
}
