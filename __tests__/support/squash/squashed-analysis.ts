import type { ImageAnalysis } from '../../../src/analysis/image-analysis.ts';
import { diffIdOfTar, sha256 } from '../../../src/base/digest.ts';
import { type LayerRange, planLayerMerge } from '../../../src/squash/layer-merge.ts';
import { remainingScans } from '../../../src/squash/merged-scans.ts';
import { analyzeRemaining, analyzeSquashed } from '../../../src/squash/squashed-analysis.ts';
import { replaceLayers } from '../../../src/squash/squashed-config.ts';

/** What is left of an image whose layers are merged, by the layers that it had and by those that it has. */
export interface SquashedAnalyses {
  readonly remaining: ImageAnalysis;
  readonly squashed: ImageAnalysis;
}

/**
 * Merges layers of an image of which nothing but the analysis is there. A merged layer is known by what it was made of.
 * @throws DeadweightError as `planLayerMerge`
 */
export function squashedAnalyses(analysis: ImageAnalysis, given: readonly LayerRange[]): SquashedAnalyses {
  const ranges = given.map(range => ({ ...range, merge: planLayerMerge(analysis.scans, range) }));
  const remaining = analyzeRemaining(analysis, remainingScans(analysis.scans, ranges), []);
  const layers = replaceLayers(
    analysis.layers.map(({ diffId, digest, mediaType, compressedSize }) => {
      return { diffId, digest, mediaType, compressedSize };
    }),
    ranges,
    (_range, parts) => ({
      diffId: diffIdOfTar(sha256(parts.map(({ diffId }) => diffId).join())),
      digest: null,
      mediaType: null,
      compressedSize: null,
    }),
  );
  const head = { imageId: sha256('squashed'), manifestDigest: null, mediaType: null, layers };
  return { remaining, squashed: analyzeSquashed(remaining, ranges, head, []) };
}
