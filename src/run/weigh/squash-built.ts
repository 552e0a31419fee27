import type { ImageAnalysis } from '../../analysis/image-analysis.ts';
import type { Notice } from '../../base/notice.ts';
import { plural } from '../../base/number-text.ts';
import type { Packing } from '../../base/packing.ts';
import type { Image, LayerHead } from '../../image/image.ts';
import type { ImageTarget } from '../../image/targets/image-target.ts';
import { jsonList, jsonObject, parseJsonDocument } from '../../oci/json-document.ts';
import { fittingRanges, formatWantedLayers, type WantedLayers } from '../../squash/layer-ranges.ts';
import { remainingScans } from '../../squash/merged-scans.ts';
import {
  findOldParts,
  type PlannedRange,
  planSquash,
  type SquashedImage,
  squashImage,
} from '../../squash/squash-image.ts';
import { analyzeRemaining, analyzeSquashed, squashedNumbers } from '../../squash/squashed-analysis.ts';
import type { SquashedBuild } from './squashed-build.ts';
import type { WeighContext } from './weigh.ts';

/** What is merged of an image that was built, and where it is written to. */
interface SquashRequest {
  readonly wanted: WantedLayers;
  /** How merged layers are packed; null: as they were. */
  readonly packing: Packing | null;
  /** What only measures it, where the squashed image goes nowhere. */
  readonly target: ImageTarget;
}

/**
 * Squashes an image that is open, and weighs what becomes of it.
 * @param analysis of the image as it is
 * @throws DeadweightError `usage` for ranges that meet; what reading layers and writing to the target throws
 */
export async function squashBuilt(
  image: Image,
  analysis: ImageAnalysis,
  { wanted, packing, target }: SquashRequest,
  { progress }: Pick<WeighContext, 'progress'>,
): Promise<SquashedBuild> {
  const { layers, scans, baseLayerCount } = analysis;
  const { ranges: fitting, isWhole } = fittingRanges(wanted, layers.length, baseLayerCount);
  const ranges = planSquash(image, scans, fitting);
  const total = ranges.reduce((sum, { merge }) => sum + merge.size, 0);
  const work = { label: `Merging layers of ${image.reference}`, total, isEstimate: true };
  const written = await progress.show(work, count =>
    squashImage({ image, scans, ranges, packing, origin: null, count }, target),
  );
  const remaining = analyzeRemaining(analysis, remainingScans(scans, ranges), image.notices);
  const head = ranges.length === 0 ? analysis : headOf(image, written, ranges);
  const { size, compressedSize } = analysis;
  return {
    analysis: analyzeSquashed(remaining, ranges, head, image.notices),
    remaining,
    numbers: squashedNumbers(layers.length, ranges),
    summary: {
      ...{ wanted, ranges, written, oldParts: await findOldParts(image, ranges) },
      before: { layers, size, compressedSize },
      notices:
        isWhole && (ranges.length > 0 || wanted.kind === 'own') ? [] : [unfit(wanted, analysis, ranges)],
    },
  };
}

/** What is kept unpacked where it was built has no blobs, and no compressed size: whoever gets it makes them. */
function headOf(image: Image, { config, manifest, layers }: SquashedImage, ranges: readonly PlannedRange[]) {
  const hasBlobs = image.layers.every(({ digest }) => digest !== null);
  const listed = jsonList(parseJsonDocument(manifest.bytes, 'The manifest')['layers']).map(jsonObject);
  const numbers = squashedNumbers(image.layers.length, ranges);
  return {
    imageId: config.digest,
    manifestDigest: hasBlobs ? manifest.digest : null,
    mediaType: hasBlobs ? manifest.mediaType : null,
    layers: layers.map(({ diffId, digest, size }, index): LayerHead => {
      const source = image.layers[numbers.indexOf(index)];
      const mediaType = listed[index]?.['mediaType'];
      return hasBlobs && source?.compressedSize !== null
        ? {
            diffId,
            digest,
            mediaType: typeof mediaType === 'string' ? mediaType : null,
            compressedSize: size,
          }
        : { diffId, digest: null, mediaType: null, compressedSize: null };
    }),
  };
}

function unfit(
  wanted: WantedLayers,
  { layers, baseLayerCount }: ImageAnalysis,
  ranges: readonly PlannedRange[],
): Notice {
  const has =
    wanted.kind === 'own' && baseLayerCount === null
      ? 'nothing tells which layers are those of its base image'
      : wanted.kind === 'own'
        ? `it has ${plural(layers.length - (baseLayerCount ?? 0), 'layer')} of its own`
        : `it has ${plural(layers.length, 'layer')}${layers.length === 0 ? '' : `, numbered from 0 to ${layers.length - 1}`}`;
  const merged = ranges.map(({ first, last }) => `${first}..${last}`).join(', ');
  const what = ranges.length === 0 ? 'no layers were merged' : `only layers ${merged} were merged`;
  return {
    code: 'squash-unfit',
    message: `The image does not have the layers of squash ${formatWantedLayers(wanted)}: ${has}, and ${what}.`,
  };
}
