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
export function baseLayers(layerCount: number, told: ImageOrigins | null): BaseLayers {
  const fits = told !== null && told.layers.length === layerCount;
  const origins = fits ? told : null;
  const count = origins?.baseLayerCount ?? null;
  const isKnown = count !== null && count >= 0 && count <= layerCount;
  const notices: Notice[] = [];
  if (told !== null && !fits) notices.push(mismatch(told.layers.length, layerCount));
  if (!isKnown) notices.push(BASE_UNKNOWN);
  return {
    count: isKnown ? count : null,
    name: isKnown ? (origins?.baseName ?? null) : null,
    digest: isKnown ? (origins?.baseDigest ?? null) : null,
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
    'Nothing tells which layers come from the base image, so every layer counts as own. Build the image with Deadweight, or name its base, to tell them apart.',
};

function mismatch(told: number, found: number): Notice {
  return {
    code: 'origins-mismatch',
    message: `The build tells of ${told} layers and the image has ${found}: layers are shown without their Dockerfile lines.`,
  };
}
