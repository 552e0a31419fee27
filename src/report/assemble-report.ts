import type { ImageAnalysis, LayerAnalysis, WastedFile } from '../analysis/image-analysis.ts';
import type { FailOn } from '../base/fail-on.ts';
import type { Notice } from '../base/notice.ts';
import { toReportNumber } from '../base/number-text.ts';
import type { BudgetResult, Verdict } from '../budget/budget-result.ts';
import type { BuildStep, BuildWarning, Uncached } from '../build/build-result.ts';
import type { CacheBreak } from '../build/cache-break.ts';
import type { Comparison } from '../compare/comparison.ts';
import type { IgnoredFinding } from '../findings/decisions/ignored-findings.ts';
import type { LeftOutFinding } from '../findings/decisions/left-out.ts';
import type { PatchedFindings } from '../findings/fix/combined-patch.ts';
import { ruleAddress } from '../findings/rule-address.ts';
import { STATE_KIND } from '../findings/words/waste-words.ts';
import { countHeadroom, MAX_LAYERS, MAX_PULLED_LAYERS } from '../image/image.ts';
import { reportIgnored } from './ignored-findings.ts';
import { reportLeftOut } from './left-out-findings.ts';
import { REPORT_VERSION, type Report, type ReportFinding, type ReportLayer } from './report.ts';
import { reportSquash, type SquashInput } from './report-squash.ts';
import { reportSquashed, type SquashedInput } from './report-squashed.ts';
import { wastedPaths } from './wasted-paths.ts';

/** What a report is made of. */
export interface ReportInput {
  readonly toolVersion: string;
  /** ISO 8601 in UTC, with a `Z`. */
  readonly generatedAt: string;
  /** Tells reports of one pull request apart: image, target and platform. */
  readonly key: string;
  /** What people call the image. */
  readonly title: string;
  readonly context: Report['context'];
  readonly analysis: ImageAnalysis;
  readonly packages?: Report['packages'];
  readonly comparison: Comparison | null;
  /** Why there is no comparison, when one was asked for. */
  readonly comparisonAbsence: Notice | null;
  readonly findings: PatchedFindings['findings'];
  readonly combinedPatches: PatchedFindings['combinedPatches'];
  readonly ignored: readonly IgnoredFinding[];
  readonly leftOut: readonly LeftOutFinding[];
  readonly failOn: FailOn;
  /** Union of the findings' savings. Bytes. */
  readonly savings: Report['savings'];
  readonly squash: SquashInput;
  /** What merging layers made of the image before it was weighed; null, or absent, where none were. */
  readonly squashed?: SquashedInput | null;
  readonly budgets: readonly BudgetResult[];
  readonly verdict: Verdict;
  /** null when nothing was built. */
  readonly build: {
    readonly steps: readonly BuildStep[];
    readonly warnings: readonly BuildWarning[];
    readonly cacheBreak: CacheBreak | null;
    readonly durationMs: number | null;
    readonly uncached?: Uncached;
  } | null;
  /** Beside those of the analysis and of the comparison. */
  readonly notices: readonly Notice[];
}

/** Largest wasted paths that a report lists; the totals count all. */
export const MAX_WASTED_FILES = 200;

/** The one view model. Pure. */
export function assembleReport(input: ReportInput): Report {
  const { analysis } = input;
  const tellsState = input.findings.some(({ args }) => args['what'] === STATE_KIND);
  const wasted = wastedPaths(ownWaste(analysis), MAX_WASTED_FILES, tellsState);
  return {
    schemaVersion: REPORT_VERSION,
    tool: { name: 'deadweight', version: input.toolVersion },
    generatedAt: input.generatedAt,
    key: input.key,
    title: input.title,
    context: { ...input.context },
    image: imageOf(analysis),
    efficiency: { ...analysis.efficiency },
    dive: diveOf(analysis),
    layers: analysis.layers.map(layerOf),
    layerHeadroom: headroomOf(analysis.layers.length),
    wastedFiles: [...wasted.listed],
    wastedFilesTotal: wasted.total,
    squash: reportSquash(analysis, input.squash, input.budgets),
    squashed: reportSquashed(input.squashed ?? null),
    packages: input.packages ?? [],
    findings: input.findings.map(withAddress),
    ignoredFindings: input.ignored.map(reportIgnored),
    leftOutFindings: reportLeftOut(input.leftOut, input.ignored),
    combinedPatches: [...input.combinedPatches],
    savings: { ...input.savings },
    comparison: input.comparison,
    comparisonAbsence: input.comparisonAbsence && { ...input.comparisonAbsence },
    build: input.build && {
      durationMs: input.build.durationMs,
      steps: [...input.build.steps],
      ...(input.build.uncached
        ? { uncached: { ...input.build.uncached, stages: [...input.build.uncached.stages] } }
        : {}),
      cacheBreak: input.build.cacheBreak,
      warnings: [...input.build.warnings],
    },
    budgets: input.budgets,
    failOn: input.failOn,
    verdict: input.verdict,
    notices: distinct([...analysis.notices, ...(input.comparison?.notices ?? []), ...input.notices]),
  };
}

function withAddress(finding: ReportFinding): ReportFinding {
  const url = ruleAddress(finding.rule);
  return url === null ? finding : { ...finding, url };
}

function imageOf(analysis: ImageAnalysis): Report['image'] {
  const { platform, baseLayerCount } = analysis;
  return {
    reference: analysis.reference,
    platform: { ...platform },
    imageId: analysis.imageId,
    manifestDigest: analysis.manifestDigest,
    mediaType: analysis.mediaType,
    size: analysis.size,
    compressedSize: analysis.compressedSize,
    layerCount: analysis.layers.length,
    baseLayerCount,
    ownLayerCount: baseLayerCount === null ? null : analysis.layers.length - baseLayerCount,
    baseSize: analysis.baseSize,
    ownSize: analysis.ownSize,
    baseImageName: analysis.baseImageName,
  };
}

function diveOf({ dive }: ImageAnalysis): Report['dive'] {
  return {
    efficiency: toReportNumber(dive.efficiency),
    wastedBytes: toReportNumber(dive.wastedBytes),
    userWastedPercent: toReportNumber(dive.userWastedPercent),
    sizeBytes: toReportNumber(dive.sizeBytes),
    userSizeBytes: toReportNumber(dive.userSizeBytes),
  };
}

function layerOf(layer: LayerAnalysis): ReportLayer {
  return {
    index: layer.index,
    diffId: layer.diffId,
    digest: layer.digest,
    mediaType: layer.mediaType,
    size: layer.size,
    compressedSize: layer.compressedSize,
    wastedBytes: layer.wastedBytes,
    fileCount: layer.fileCount,
    origin: layer.origin,
    createdBy: layer.createdBy,
    instruction: layer.instruction,
    cache: layer.cache,
    durationMs: layer.durationMs,
  };
}

function headroomOf(layers: number): Report['layerHeadroom'] {
  const { documented, pull } = countHeadroom(layers);
  return {
    documented: { limit: MAX_LAYERS, left: documented },
    pull: { limit: MAX_PULLED_LAYERS, left: pull },
  };
}

function distinct(notices: readonly Notice<string>[]): Report['notices'] {
  const seen = new Map(notices.map(({ code, message }) => [`${code}\n${message}`, { code, message }]));
  return [...seen.values()];
}

/** What the base image wrote is not the Dockerfile's to save, and stands in no list with what is. */
function ownWaste({ wastedFiles, baseLayerCount }: ImageAnalysis): readonly WastedFile[] {
  return wastedFiles.filter(({ writtenBy }) => writtenBy >= (baseLayerCount ?? 0));
}
