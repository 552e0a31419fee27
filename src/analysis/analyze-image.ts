import type { Notice } from '../base/notice.ts';
import { formatSize, plural } from '../base/number-text.ts';
import type { ImageOrigins } from '../dockerfile/layer-origin.ts';
import type { Image, ImageHead, Layer, LayerHead } from '../image/image.ts';
import { MAX_COLLECTED_FILE } from '../layer/collector.ts';
import { MAX_COLLECTED_BYTES, MAX_COLLECTED_FILES, MAX_FOUND_TEXT } from '../layer/image-limits.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { type BaseLayers, readBaseLayers } from './base-layers.ts';
import { type LayerWeight, measureEfficiency, sumWeights } from './efficiency.ts';
import type { ImageAnalysis, LayerAnalysis } from './image-analysis.ts';
import { StackedScans } from './stacked-scans.ts';

type AnalyzedLayer = LayerHead & Pick<Layer, 'index' | 'createdBy'> & Pick<LayerAnalysis, 'steps'>;

/** What an analysis needs of an image; every Image is one. */
export interface AnalyzedImage extends Omit<ImageHead, 'user'>, Pick<Image, 'notices'> {
  /** As the image has it; null where it is not known. */
  readonly user: string | null;
  /** Lowest first. */
  readonly layers: readonly AnalyzedLayer[];
}

/**
 * Weighs an image. Pure; linear in the entries of the layers.
 * @param scans one for each layer, lowest first.
 * @param origins what the build tells of the layers; null when nothing does.
 * @param stacked these scans, where they were stacked before
 * @throws DeadweightError `limit-exceeded`
 * @throws RangeError when scans and layers differ in number.
 */
export function analyzeImage(
  image: AnalyzedImage,
  scans: readonly LayerScan[],
  origins: ImageOrigins | null,
  stacked = new StackedScans(scans),
): ImageAnalysis {
  if (scans.length !== image.layers.length) throw new RangeError('an analysis needs one scan for each layer');
  const { stack, weights, wasted } = stacked;
  const baseImage = readBaseLayers(scans.length, origins);
  const { size } = sumWeights(weights);
  const baseSize = baseImage.count === null ? null : sumWeights(weights.slice(0, baseImage.count)).size;
  return {
    reference: image.reference,
    platform: image.platform,
    imageId: image.imageId,
    manifestDigest: image.manifestDigest,
    mediaType: image.mediaType,
    size,
    compressedSize: compressedSize(image.layers),
    baseLayerCount: baseImage.count,
    baseSize,
    ownSize: baseSize === null ? null : size - baseSize,
    baseImageName: baseImage.name,
    baseImageDigest: baseImage.digest,
    layers: image.layers.map((layer, index) =>
      describeLayer(layer, index, scans[index], weights[index], baseImage),
    ),
    efficiency: measureEfficiency(weights, wasted, baseImage.count),
    dive: stacked.dive,
    wastedFiles: wasted,
    // Many who weigh never ask: the walk and the sorting are a third of the work.
    get visibleFiles() {
      return stacked.visibleFiles;
    },
    get packages() {
      return stacked.packages;
    },
    history: image.history,
    labels: image.labels,
    user: image.user,
    credentials: image.credentials,
    scans,
    notices: [
      ...image.notices,
      ...baseImage.notices,
      ...danglingLinks(stack.danglingLinks),
      ...skippedFiles(scans),
    ],
  };
}

function describeLayer(
  layer: AnalyzedLayer,
  index: number,
  scan: LayerScan | undefined,
  weight: LayerWeight | undefined,
  baseImage: BaseLayers,
): LayerAnalysis {
  const origin = baseImage.origins[index];
  if (!scan || !weight || !origin) throw new RangeError(`layer ${index} was not weighed`);
  return {
    ...origin,
    index,
    diffId: layer.diffId,
    digest: layer.digest,
    mediaType: layer.mediaType,
    createdBy: layer.createdBy,
    size: weight.size,
    compressedSize: layer.compressedSize,
    visibleBytes: weight.visible,
    wastedBytes: weight.wasted,
    fileCount: scan.fileCount,
    ...(layer.steps === undefined ? {} : { steps: layer.steps }),
  };
}

function compressedSize(layers: readonly AnalyzedLayer[]): number | null {
  let sum = 0;
  for (const layer of layers) {
    if (layer.compressedSize === null) return null;
    sum += layer.compressedSize;
  }
  return sum;
}

/** A layer that is listed again is scanned once. */
function skippedFiles(scans: readonly LayerScan[]): Notice[] {
  const count = Array.from(new Set(scans)).reduce((sum, scan) => sum + scan.skippedFiles, 0);
  if (count === 0) return [];
  const [files, limit] = [plural(count, 'file'), plural(MAX_COLLECTED_FILES, 'file')];
  return [
    {
      code: 'files-not-looked-into',
      message:
        `${files} ${count === 1 ? 'was' : 'were'} not looked into: of package managers' files at most ${limit} and ` +
        `${formatSize(MAX_COLLECTED_BYTES)} of an image are read, and ${formatSize(MAX_COLLECTED_FILE)} of one; of what is ` +
        `found in parts of files ${formatSize(MAX_FOUND_TEXT)} are kept. Packages may be missing, files of theirs count as ` +
        "no package's, and rules may find less.",
    },
  ];
}

function danglingLinks(count: number): Notice[] {
  if (count === 0) return [];
  const links = count === 1 ? '1 hard link names a file' : `${count} hard links name files`;
  return [
    {
      code: 'hardlink-target-missing',
      message: `${links} that the layers below do not have; such links are counted as empty.`,
    },
  ];
}
