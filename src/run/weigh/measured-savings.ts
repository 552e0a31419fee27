import type { ImageAnalysis } from '../../analysis/image-analysis.ts';
import type { Notice } from '../../base/notice.ts';
import { formatSize } from '../../base/number-text.ts';
import type { FoundFinding } from '../../findings/finding.ts';
import type { Fix } from '../../findings/fix/fix.ts';
import { distinctFreed } from '../../findings/freed-bytes.ts';
import type { Image } from '../../image/image.ts';
import { parseImageReference } from '../../image/open-image.ts';
import { type CompressedSavings, measureCompressedSavings } from '../../savings/compressed-savings.ts';
import { type MeasuringLimit, QUICK_LIMIT, THOROUGH_LIMIT } from '../../savings/measuring-cost.ts';
import type { WeighContext } from './weigh.ts';

export interface MeasuredFix {
  readonly fix: Fix;
  /** What the layers' blobs would be smaller by; null where it was not measured. */
  readonly compressedBytes: number | null;
}

/** What the layers' blobs would be smaller by where all is done at once; null where that was not measured. */
export interface CompressedTogether {
  /** What all findings could save. */
  readonly findings: number | null;
  /** What all fixes would. */
  readonly fixes: number | null;
}

export const NOT_MEASURED: CompressedTogether = { findings: null, fixes: null };

export interface MeasuredSavings {
  readonly findings: readonly FoundFinding[];
  readonly fixes: readonly MeasuredFix[];
  readonly together: CompressedTogether;
  readonly notices: readonly Notice[];
}

/** An engine that knows no compressed layers hands its image over as a whole: seconds, for a figure beside the others. Bytes. */
const MAX_ENGINE_BYTES = 512 * 1024 ** 2;

/**
 * What is worth doing to learn it: beside a build some seconds, where somebody waits for a look a third of one, and
 * never a second download.
 */
export function measuringLimit(
  isBuilt: boolean,
  { reference, compressedSize }: Pick<ImageAnalysis, 'reference' | 'compressedSize'>,
): MeasuringLimit {
  if (parseImageReference(reference).isRemote) return { ...QUICK_LIMIT, read: 0 };
  if (!isBuilt) return QUICK_LIMIT;
  return compressedSize === null ? { ...THOROUGH_LIMIT, read: MAX_ENGINE_BYTES } : THOROUGH_LIMIT;
}

/** Findings and fixes with what they would save of the compressed layers. The image has to be open. */
export async function measureSavings(
  image: Image,
  analysis: ImageAnalysis,
  findings: readonly FoundFinding[],
  fixes: readonly Fix[],
  limit: MeasuringLimit,
  { progress, scanStore: store }: Pick<WeighContext, 'progress' | 'scanStore'>,
): Promise<MeasuredSavings> {
  const wanted = [...findings.filter(finding => finding.freed.length > 0), ...fixes];
  const totals = [distinctFreed(findings), distinctFreed(fixes)];
  const freed = [...wanted.map(each => each.freed), ...totals];
  const options = { totals: totals.length, store };
  const measured = await measureCompressedSavings(image, analysis.scans, freed, limit, progress, options);
  const bytesOf = new Map(wanted.map((each, index) => [each, measured.bytes[index] ?? null]));
  return {
    findings: findings.map(each => withCompressed(each, bytesOf.get(each) ?? null)),
    fixes: fixes.map(fix => ({ fix, compressedBytes: bytesOf.get(fix) ?? null })),
    together: {
      findings: measured.bytes[wanted.length] ?? null,
      fixes: measured.bytes[wanted.length + 1] ?? null,
    },
    notices: noticesOf(measured),
  };
}

function withCompressed(finding: FoundFinding, compressedBytes: number | null): FoundFinding {
  const { saving } = finding;
  return { ...finding, saving: saving && { ...saving, compressedBytes } };
}

function noticesOf({ leftOut, failure }: CompressedSavings): readonly Notice[] {
  const code = 'compressed-savings-unknown';
  if (failure !== null) {
    const message = `The compressed savings of the fixes are unknown: ${failure.message}`;
    return [{ code, message }];
  }
  if (leftOut.count === 0) return [];
  const fixes = leftOut.count === 1 ? 'a fix' : `${leftOut.count} fixes`;
  const message = `The compressed savings of ${fixes} (${formatSize(leftOut.bytes)}) were not measured: reading and compressing the layers again would take too long here.`;
  return [{ code, message }];
}
