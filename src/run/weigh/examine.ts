import { mergeContent } from '../../analysis/content.ts';
import type { ImageAnalysis } from '../../analysis/image-analysis.ts';
import { twinCandidates } from '../../analysis/twin-candidates.ts';
import type { Notice } from '../../base/notice.ts';
import { findFindings } from '../../findings/find-findings.ts';
import { type Fix, fixesOf } from '../../findings/fix/fix.ts';
import type { Recipe } from '../../findings/recipe/recipe.ts';
import type { ClaimedFinding } from '../../findings/rule.ts';
import { Subject, type SubjectBuild } from '../../findings/subject.ts';
import type { Image } from '../../image/image.ts';
import { noScanStore } from '../../layer/scan-store.ts';
import { type MeasuredFix, measuredSavings, measuringLimit } from './measured-savings.ts';
import { type WeighContext, type WeighRequest, weighImage, weighOpened, withImage } from './weigh.ts';

/** An image with what is wrong with it. */
export interface ExaminedImage {
  readonly analysis: ImageAnalysis;
  readonly findings: readonly ClaimedFinding[];
  readonly fixes: readonly MeasuredFix[];
  /** What was approximated or left out on the way. */
  readonly notices: readonly Notice[];
}

export interface Examination extends WeighRequest {
  /** What the image was built from; null where only the image is there. */
  readonly recipe: Recipe | null;
  readonly build: SubjectBuild | null;
  /** Takes out of the analysis what must not be shown. */
  readonly published: (analysis: ImageAnalysis) => ImageAnalysis;
}

/** Of an image that exists, and of whose making nothing is known. */
export function bareExamination(request: WeighRequest): Examination {
  return { ...request, recipe: null, build: null, published: analysis => analysis };
}

/** Weighs an image and looks for nothing else: for who only wants the figures. */
export async function weighedAlone(request: WeighRequest, context: WeighContext): Promise<ExaminedImage> {
  const analysis = await weighImage({ ...request, collectors: [] }, context);
  return { analysis, findings: [], fixes: [], notices: [NOT_LOOKED] };
}

const NOT_LOOKED: Notice = {
  code: 'findings-off',
  message: 'Findings and packages were not looked for.',
};

/** What can be found in an image by its analysis alone. */
export function examinedAnalysis(analysis: ImageAnalysis): ExaminedImage {
  const findings = findFindings(new Subject(analysis));
  return { analysis, findings, fixes: unmeasured(fixesOf(findings)), notices: [] };
}

/** Weighs an image and looks for what could be saved, while it is open. */
export async function examineImage(examination: Examination, context: WeighContext): Promise<ExaminedImage> {
  const { reference, platform, recipe, build } = examination;
  return withImage(reference, platform, context, async image => {
    const weighed = await weighOpened(image, examination, context);
    const { analysis, notices } = await withTwins(image, examination.published(weighed), context);
    const findings = findFindings(new Subject(analysis, recipe, build));
    const limit = measuringLimit(build !== null, analysis);
    const { progress } = context;
    const measured = await measuredSavings(image, analysis, findings, fixesOf(findings), limit, progress);
    return { ...measured, analysis, notices: [...notices, ...measured.notices] };
  });
}

function unmeasured(fixes: readonly Fix[]): readonly MeasuredFix[] {
  return fixes.map(fix => ({ fix, compressedBytes: null }));
}

/** Learns the contents of files that may be copies of each other. */
async function withTwins(
  image: Image,
  analysis: ImageAnalysis,
  { progress }: Pick<WeighContext, 'progress'>,
): Promise<{ readonly analysis: ImageAnalysis; readonly notices: readonly Notice[] }> {
  const { files, notices } = twinCandidates(analysis);
  if (files.size === 0) return { analysis, notices };
  const layers = new Set(files.keys());
  const more = await image.scan({ layers, content: files, store: noScanStore, progress });
  return { analysis: { ...analysis, scans: mergeContent(analysis.scans, more) }, notices };
}
