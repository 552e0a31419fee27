import type { DiffId } from '../base/digest.ts';
import type { Notice } from '../base/notice.ts';
import type { ImageOrigins, LayerOrigin } from '../dockerfile/layer-origin.ts';

/** Where the layers come from, as far as it is known and consistent. */
export interface BaseLayers {
  /** null when the base is unknown. */
  readonly count: number | null;
  readonly name: string | null;
  readonly digest: string | null;
  readonly origins: readonly LayerOrigin[];
  readonly notices: readonly Notice[];
}

const UNKNOWN: LayerOrigin = { origin: 'unknown', instruction: null, cache: 'unknown', durationMs: null };

/** The count alone tells base from own. Origins of another number of layers describe another image: they are not used. */
export function readBaseLayers(layerCount: number, given: ImageOrigins | null): BaseLayers {
  const fits = given !== null && given.layers.length === layerCount;
  const origins = fits ? given : null;
  const count = origins?.baseLayerCount ?? null;
  const isKnown = count !== null && count >= 0 && count <= layerCount;
  const notices: Notice[] = [];
  if (given !== null && !fits) notices.push(mismatch(given.layers.length, layerCount));
  if (!isKnown) notices.push(BASE_UNKNOWN);
  return {
    count: isKnown ? count : null,
    name: isKnown ? (origins?.baseImageName ?? null) : null,
    digest: isKnown ? (origins?.baseImageDigest ?? null) : null,
    origins: Array.from({ length: layerCount }, (_, index) => ({
      ...(origins?.layers[index] ?? UNKNOWN),
      origin: isKnown ? (index < count ? 'base' : 'own') : 'unknown',
    })),
    notices,
  };
}

const BASE_UNKNOWN: Notice = {
  code: 'base-unknown',
  message:
    'Which layers come from the base image is unknown, so every layer counts as own. The image alone does not tell: a build with provenance does, and inspect takes the image that FROM names as --base.',
};

function mismatch(given: number, found: number): Notice {
  return {
    code: 'origins-mismatch',
    message: `The build reports ${given} layers, and the image has ${found}: layers are shown without their Dockerfile lines.`,
  };
}

/**
 * How many leading layers come from a base image whose diffIDs are known, lowest first: all of them, when the image
 * starts with exactly these; null when it was built on something else. 0 for an empty base image (scratch).
 */
export function detectBase(
  layers: readonly { readonly diffId: DiffId }[],
  baseImage: readonly DiffId[],
): number | null {
  return baseImage.every((diffId, index) => layers[index]?.diffId === diffId) ? baseImage.length : null;
}

/** An image that others may be built on. */
interface BaseImageLayers {
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
    baseImageName: name,
    baseImageDigest: digest,
  };
}
