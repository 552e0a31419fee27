import { analyzeImage } from '../analysis/analyze-image.ts';
import type { ImageAnalysis, LayerAnalysis, MergedStep } from '../analysis/image-analysis.ts';
import type { Notice } from '../base/notice.ts';
import type { InstructionLocation } from '../dockerfile/dockerfile-instruction.ts';
import type { ImageOrigins, LayerOrigin } from '../dockerfile/layer-origin.ts';
import type { ImageHead, LayerHead } from '../image/image.ts';
import type { LayerRange } from './layer-merge.ts';
import { mergedScans } from './merged-scans.ts';
import { emptySteps, replaceLayers } from './squashed-config.ts';

type AnalyzedHead = Omit<ImageHead, 'user'> & Pick<ImageAnalysis, 'user'>;

/** The layers that one of a squashed image was. */
interface MadeLayer {
  readonly createdBy: string;
  readonly parts: readonly LayerAnalysis[];
}

/** An image of which some layers became one. */
export interface SquashedHead extends Pick<ImageHead, 'imageId' | 'manifestDigest' | 'mediaType'> {
  /** Those of all its layers, the merged among them. */
  readonly layers: readonly LayerHead[];
}

/**
 * The image as it was, without what merging leaves out: a layer for each that it had, so that each file is where its
 * instruction is.
 * @param analysis of the image as it was
 * @param scans of `remainingScans`
 */
export function analyzeRemaining(
  analysis: ImageAnalysis,
  scans: ImageAnalysis['scans'],
  notices: readonly Notice[],
): ImageAnalysis {
  return analyzeImage({ ...headOf(analysis), layers: analysis.layers, notices }, scans, originsOf(analysis));
}

/**
 * The squashed image. A merged layer is of the lines from its first to its last instruction.
 * @param remaining of `analyzeRemaining`
 * @param ranges that do not meet, lowest first
 */
export function analyzeSquashed(
  remaining: ImageAnalysis,
  ranges: readonly LayerRange[],
  { layers: heads, ...ids }: SquashedHead,
  notices: readonly Notice[],
): ImageAnalysis {
  const numbers = squashedNumbers(remaining.layers.length, ranges);
  const merged = ranges.map(range => {
    const head = heads[numbers[range.first] ?? 0];
    if (head === undefined) throw new RangeError('a squashed image has a layer for each range');
    return { ...range, diffId: head.diffId };
  });
  const origins = originsOf(remaining);
  const tops = replaceLayers(
    remaining.layers.map((layer): MadeLayer => ({ createdBy: layer.createdBy, parts: [layer] })),
    ranges,
    (_range, parts) => ({
      createdBy: parts.at(-1)?.createdBy ?? '',
      parts: parts.flatMap(part => part.parts),
    }),
  );
  const layers = tops.map(({ createdBy, parts }, index) => {
    const head = heads[index];
    if (head === undefined) throw new RangeError('a squashed image has one head a layer');
    const steps = parts.map((part): MergedStep => {
      const entryCount = remaining.scans[part.index]?.entries.length ?? 0;
      return { instruction: part.instruction, createdBy: part.createdBy, entryCount };
    });
    return { ...head, index, createdBy, ...(steps.length > 1 ? { steps } : {}) };
  });
  const folded = replaceLayers(origins.layers, ranges, (_range, parts) => mergeOrigins(parts));
  const base = folded.findIndex(({ origin }) => origin !== 'base');
  return analyzeImage(
    {
      ...headOf(remaining),
      ...ids,
      history: emptySteps(
        remaining.history,
        ranges,
        step => !step.emptyLayer,
        step => ({ ...step, emptyLayer: true }),
      ),
      layers,
      notices,
    },
    mergedScans(remaining.scans, merged),
    {
      ...origins,
      layers: folded,
      baseLayerCount: origins.baseLayerCount && (base < 0 ? folded.length : base),
    },
  );
}

/**
 * Which layer of the squashed image each layer became.
 * @param count of layers before
 */
export function squashedNumbers(count: number, ranges: readonly LayerRange[]): readonly number[] {
  let number = -1;
  return Array.from({ length: count }, (_, layer) => {
    if (!ranges.some(({ first, last }) => first < layer && layer <= last)) number += 1;
    return number;
  });
}

function headOf({
  reference,
  platform,
  imageId,
  manifestDigest,
  mediaType,
  history,
  labels,
  user,
  credentials,
}: ImageAnalysis): AnalyzedHead {
  return { reference, platform, imageId, manifestDigest, mediaType, history, labels, user, credentials };
}

function originsOf({ layers, baseLayerCount, baseImageName, baseImageDigest }: ImageAnalysis): ImageOrigins {
  const origins = layers.map(({ origin, instruction, cache, durationMs }): LayerOrigin => {
    return { origin, instruction, cache, durationMs };
  });
  return { layers: origins, baseLayerCount, baseImageName, baseImageDigest };
}

function mergeOrigins(parts: readonly LayerOrigin[]): LayerOrigin {
  const isOf = (wanted: LayerOrigin['origin']) => parts.every(({ origin }) => origin === wanted);
  const origin = isOf('base') ? 'base' : isOf('unknown') ? 'unknown' : 'own';
  const own = parts.filter(part => part.origin === origin);
  const durations = parts.flatMap(({ durationMs }) => durationMs ?? []);
  return {
    origin,
    instruction: mergeLines(own.flatMap(({ instruction }) => instruction ?? [])),
    cache: parts.some(({ cache }) => cache === 'executed') ? 'executed' : (parts.at(-1)?.cache ?? 'unknown'),
    durationMs: durations.length === 0 ? null : durations.reduce((sum, each) => sum + each, 0),
  };
}

/** From the first line to the last, where they are of one file; else where the last is. */
function mergeLines(instructions: readonly InstructionLocation[]): InstructionLocation | null {
  const last = instructions.at(-1);
  if (last === undefined) return null;
  const same = instructions.filter(({ file }) => file === last.file);
  const startLine = Math.min(...same.map(each => each.startLine));
  const endLine = Math.max(...same.map(each => each.endLine));
  return { file: last.file, startLine, endLine, text: same.map(({ text }) => text).join('\n') };
}
