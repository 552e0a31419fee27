import type { Descriptor } from '../../oci/descriptor.ts';
import type { ImageConfig } from '../../oci/image-config.ts';
import type { ImageManifest } from '../../oci/manifest.ts';
import { isCompressedLayer, parseLayerMediaType } from '../../oci/media-type.ts';
import { assertSameLayerCount, type ImageFacts, type LayerFacts } from '../image-facts.ts';

/** An image that has a manifest with real blobs. */
export interface ManifestImage {
  readonly reference: string;
  /** `app.tar`, or a registry: where its blobs are, for messages. */
  readonly medium: string;
  readonly descriptor: Descriptor;
  readonly manifest: ImageManifest;
  readonly config: ImageConfig;
  /** Where the medium keeps a blob. */
  readonly pathOf: (layer: Descriptor, index: number) => string;
}

/** @throws DeadweightError `input-corrupt` when manifest and config have different layers. */
export function manifestFacts(image: ManifestImage): ImageFacts {
  const { manifest, config, descriptor, medium } = image;
  const place = `The manifest ${descriptor.digest} of ${medium}`;
  assertSameLayerCount(manifest.layers.length, config, place);
  const layers = config.diffIds.flatMap((diffId, index): LayerFacts[] => {
    const layer = manifest.layers[index];
    if (!layer) return [];
    const { digest, size, mediaType } = layer;
    const foreign = parseLayerMediaType(mediaType)?.distributable === false;
    const path = image.pathOf(layer, index);
    const where = `Layer ${index} (${path} of ${medium})`;
    const stored = { index, diffId, digest, size, path, place: where, foreign };
    const compressedSize = isCompressedLayer(mediaType) ? size : null;
    return [{ diffId, digest, mediaType, compressedSize, stored }];
  });
  return {
    reference: image.reference,
    platform: config.platform,
    imageId: manifest.config.digest,
    manifestDigest: descriptor.digest,
    mediaType: manifest.mediaType,
    history: config.history,
    labels: config.labels,
    user: config.user,
    notices: [],
    layers,
  };
}
