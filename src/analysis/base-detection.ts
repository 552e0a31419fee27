import type { DiffId } from '../base/digest.ts';
import type { ImageOrigins, LayerOrigin } from '../dockerfile/layer-origin.ts';

/**
 * How many leading layers come from a base image whose diffIDs are known, lowest first: all of them, when the image
 * starts with exactly these; null when it was built on something else. 0 for an empty base (scratch).
 */
export function detectBase(
  layers: readonly { readonly diffId: DiffId }[],
  base: readonly DiffId[],
): number | null {
  return base.every((diffId, index) => layers[index]?.diffId === diffId) ? base.length : null;
}

/** An image that others may be built on. */
export interface BaseImageLayers {
  /** Lowest first. */
  readonly diffIds: readonly DiffId[];
  /** As FROM would name it; null when nothing tells. */
  readonly name: string | null;
  readonly digest: string | null;
}

/** Base and own layers, told by the layers of the base image alone; null when the image was built on something else. */
export function originsAbove(
  layers: readonly { readonly diffId: DiffId }[],
  { diffIds, name, digest }: BaseImageLayers,
): ImageOrigins | null {
  const count = detectBase(layers, diffIds);
  if (count === null) return null;
  return {
    layers: layers.map(
      (_layer, index): LayerOrigin => ({
        origin: index < count ? 'base' : 'own',
        instruction: null,
        cache: 'unknown',
        durationMs: null,
      }),
    ),
    baseLayerCount: count,
    baseName: name,
    baseDigest: digest,
  };
}
