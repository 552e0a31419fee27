import type { ImageAnalysis } from '../../analysis/image-analysis.ts';
import { mergeContent } from '../../analysis/rewrite.ts';
import { twinCandidates } from '../../analysis/twin-candidates.ts';
import type { Notice } from '../../base/notice.ts';
import { takeTurn } from '../../base/turn.ts';
import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import {
  type Decisions,
  type IgnoredFinding,
  partIgnored,
} from '../../findings/decisions/ignored-findings.ts';
import { type LeftOutFinding, leftOutNotices } from '../../findings/decisions/left-out.ts';
import type { FoundFinding } from '../../findings/finding.ts';
import { findFixes } from '../../findings/fix/fix.ts';
import { type BuildRecord, RuleContext } from '../../findings/rule-context.ts';
import { findWithLeftOut } from '../../findings/rules.ts';
import type { Image } from '../../image/image.ts';
import { noScanStore } from '../../layer/scan-store.ts';
import {
  type CompressedTogether,
  type MeasuredFix,
  measureSavings,
  measuringLimit,
  NOT_MEASURED,
} from './measured-savings.ts';
import type { SquashBuild, SquashSummary } from './squashed-build.ts';
import { readContents, type WeighContext, type WeighRequest, weighOpened, withImage } from './weigh.ts';

/** An image with what is wrong with it. */
export interface ExaminedImage {
  readonly analysis: ImageAnalysis;
  readonly findings: readonly FoundFinding[];
  /** Those that comments of the Dockerfile ignore, and that are no part of anything else. */
  readonly ignored: readonly IgnoredFinding[];
  /** Those that the configuration leaves out: neither are they. */
  readonly leftOut: readonly LeftOutFinding[];
  readonly fixes: readonly MeasuredFix[];
  readonly together: CompressedTogether;
  /** What was approximated or left out on the way. */
  readonly notices: readonly Notice[];
  /** What became of its layers; absent where none were merged. */
  readonly squashed?: SquashSummary;
}

export interface ExamineRequest extends WeighRequest {
  /** null where only the image is there. */
  readonly making: ImageMaking | null;
  readonly decisions: Decisions;
}

/** What rules know of the image's making. */
export interface ImageMaking {
  /** What the image was built from; null where only BuildKit has read it. */
  readonly dockerfile: BuiltDockerfile | null;
  readonly build: BuildRecord;
}

/** What is asked of an image that is open. */
type OpenedRequest = Omit<ExamineRequest, 'reference' | 'platform'>;

/** Weighs an image and looks for nothing else: for who only wants the figures. */
export async function weighOnly(
  image: Image,
  request: OpenedRequest,
  context: WeighContext,
): Promise<ExaminedImage> {
  const analysis = await weighOpened(image, { ...request, collectors: [] }, context);
  return {
    analysis,
    findings: [],
    ignored: [],
    leftOut: [],
    fixes: [],
    together: NOT_MEASURED,
    notices: [NOT_LOOKED],
  };
}

const NOT_LOOKED: Notice = {
  code: 'findings-off',
  message: 'Findings and packages were skipped.',
};

/** What can be found in an image by its analysis alone. */
export function examineAnalysis(analysis: ImageAnalysis, { rules }: Decisions): ExaminedImage {
  const { findings, leftOut } = findWithLeftOut(new RuleContext(analysis), rules);
  const fixes = findFixes(findings).map(fix => ({ fix, compressedBytes: null }));
  const notices = leftOutNotices(leftOut);
  return { analysis, findings, ignored: [], leftOut, fixes, together: NOT_MEASURED, notices };
}

/** Weighs an image and looks for what could be saved, while it is open. */
export async function examineImage(request: ExamineRequest, context: WeighContext): Promise<ExaminedImage> {
  const { reference, platform } = request;
  return withImage(reference, platform, context, image => examineOpened(image, request, context));
}

/** Weighs an image that is open, and stays so, and looks for what could be saved. */
export async function examineOpened(
  image: Image,
  request: OpenedRequest,
  context: WeighContext,
): Promise<ExaminedImage> {
  const weighed = await weighOpened(image, request, context);
  const { analysis, notices } = await withTwins(image, weighed, context);
  await takeTurn();
  const found = await findIn(analysis, request);
  const { findings } = found;
  const limit = measuringLimit(request.making !== null, analysis);
  // Who verifies believes nothing but the bytes.
  const known = request.verify ? { ...context, scanStore: noScanStore } : context;
  const measured = await measureSavings(image, analysis, findings, findFixes(findings), limit, known);
  return { ...found, ...measured, analysis, notices: [...notices, ...found.notices, ...measured.notices] };
}

/**
 * Weighs an image as it is when it is squashed, while it is open, and looks for what could be saved in that. Findings are
 * told by the layers that it was built of, where each file has its instruction.
 */
export async function examineSquashed(
  request: ExamineRequest,
  squash: SquashBuild,
  context: WeighContext,
): Promise<ExaminedImage> {
  const { reference, platform } = request;
  return withImage(reference, platform, context, async image => {
    const weighed = await weighOpened(image, request, context);
    const built = await withTwins(image, weighed, context);
    const { analysis, remaining, numbers, summary } = await squash(image, built.analysis, context);
    await takeTurn();
    const found = await findIn(remaining, request);
    const findings = found.findings.map(each => renumberFinding(each, numbers));
    return {
      ...found,
      analysis,
      findings,
      ignored: found.ignored.map(each => ({ ...each, finding: renumberFinding(each.finding, numbers) })),
      fixes: findFixes(findings).map(fix => ({ fix, compressedBytes: null })),
      together: NOT_MEASURED,
      notices: [...built.notices, ...found.notices, ...summary.notices],
      squashed: summary,
    };
  });
}

/** A finding of the image as it was built, with the layers of the squashed one. @param numbers by layer */
function renumberFinding(finding: FoundFinding, numbers: readonly number[]): FoundFinding {
  const numberOf = (layer: number): number => numbers[layer] ?? layer;
  const { evidence, freed } = finding;
  return {
    ...finding,
    evidence: { ...evidence, layers: [...new Set(evidence.layers.map(numberOf))] },
    freed: freed.map(file => ({ ...file, layer: numberOf(file.layer) })),
  };
}

async function findIn(
  analysis: ImageAnalysis,
  { making, decisions }: OpenedRequest,
): Promise<Pick<ExaminedImage, 'findings' | 'ignored' | 'leftOut' | 'notices'>> {
  const dockerfile = making?.dockerfile ?? null;
  const rules = new RuleContext(analysis, dockerfile, making?.build ?? null);
  const { findings: all, leftOut } = findWithLeftOut(rules, decisions.rules);
  const { findings, ignored, notices } = partIgnored(all, dockerfile, decisions);
  await takeTurn();
  return { findings, ignored, leftOut, notices: [...notices, ...leftOutNotices(leftOut)] };
}

/** Learns the contents of files that may be copies of each other. */
async function withTwins(
  image: Image,
  analysis: ImageAnalysis,
  { progress }: Pick<WeighContext, 'progress'>,
): Promise<{ readonly analysis: ImageAnalysis; readonly notices: readonly Notice[] }> {
  const { files, notices } = twinCandidates(analysis);
  if (files.size === 0) return { analysis, notices };
  const more = await readContents(image, files, progress);
  return { analysis: { ...analysis, scans: mergeContent(analysis.scans, more) }, notices };
}
