import type { DiffId, Digest } from '../base/digest.ts';
import { DeadweightError } from '../base/errors.ts';
import type { Notice } from '../base/notice.ts';
import { plural } from '../base/number-text.ts';
import type { Platform } from '../base/platform.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { ImageConfig } from '../oci/image-config.ts';
import type { ImageManifest } from '../oci/manifest.ts';
import { parseLayerMediaType } from '../oci/media-type.ts';
import type { HistoryEntry, ImageDocuments, ImageHead, LayerHead } from './image.ts';
import type { StoredLayer } from './layer-reader.ts';

/** What a source brings of an image: how its layers are read is the reader's business. */
export interface ImageFacts extends ImageHead {
  readonly notices: readonly Notice[];
  readonly layers: readonly LayerFacts[];
  /** Of all images that the reference names and that are there. */
  readonly platforms: readonly Platform[];
  readonly isAttested: boolean;
  readonly rootDigest: Digest | null;
  documents(): Promise<ImageDocuments>;
}

/** What a source brings of a layer. */
interface LayerFacts extends LayerHead {
  readonly stored: StoredLayer;
}

/**
 * `created_by` of each layer: the k-th entry of the history that made a layer belongs to layer k.
 * Where the history does not fit the layers no text is matched, and a notice says so.
 */
export function matchHistory(
  history: readonly HistoryEntry[],
  layerCount: number,
): { readonly createdBy: readonly string[]; readonly notices: readonly Notice[] } {
  const makers = history.filter(entry => !entry.emptyLayer);
  if (makers.length === layerCount) return { createdBy: makers.map(entry => entry.createdBy), notices: [] };
  const createdBy = new Array<string>(layerCount).fill('');
  if (history.length === 0) return { createdBy, notices: [] };
  const message = `The image's history tells of ${plural(makers.length, 'layer')} and the image has ${layerCount}, so no layer could be matched with the command that made it.`;
  return { createdBy, notices: [{ code: 'history-mismatch', message }] };
}

/**
 * Compares the number of layers that two documents of an image list.
 * @throws DeadweightError `input-corrupt` unless the manifest has as many layers as the config.
 */
export function assertSameLayerCount(layers: number, config: ImageConfig, place: string): void {
  if (layers === config.diffIds.length) return;
  throw new DeadweightError('input-corrupt', {
    message: `${place} lists ${layers} layers, and its config ${config.diffIds.length}.`,
    remedy: 'Write the image again with the tool that made it (docker save, skopeo copy, buildx --output).',
  });
}

/** An image without a manifest: its layers are known by their diffIDs alone. */
interface ConfiguredImage {
  readonly reference: string;
  readonly imageId: Digest;
  readonly config: Pick<ImageConfig, 'platform' | 'diffIds' | 'history' | 'labels' | 'user' | 'credentials'>;
  /** Where the medium keeps a layer, and how messages call that place. */
  readonly locate: (diffId: DiffId, index: number) => Pick<StoredLayer, 'path' | 'place'>;
  /** Of all images that the reference names. */
  readonly platforms: readonly Platform[];
  /** The config as it is written. */
  readonly readConfig: () => Promise<Uint8Array>;
}

/** The facts of an image from its config alone. */
export function configFacts(image: ConfiguredImage): ImageFacts {
  const { reference, imageId, config, locate, platforms, readConfig } = image;
  const { platform, diffIds, history, labels, user, credentials } = config;
  const layers = diffIds.map((diffId, index): LayerFacts => {
    const stored = { ...locate(diffId, index), index, diffId, digest: null, size: null, foreign: false };
    return { diffId, digest: null, mediaType: null, compressedSize: null, stored };
  });
  return {
    reference,
    platform,
    imageId,
    manifestDigest: null,
    mediaType: null,
    history,
    labels,
    user,
    credentials,
    notices: [],
    layers,
    platforms,
    isAttested: false,
    rootDigest: null,
    documents: async () => ({ config: await readConfig(), manifest: null }),
  };
}

/** An image that has a manifest with real blobs. */
interface ManifestImage {
  readonly reference: string;
  /** `app.tar`, or a registry: where its blobs are, for messages. */
  readonly medium: string;
  readonly descriptor: Descriptor;
  readonly manifest: ImageManifest;
  readonly config: ImageConfig;
  /** Where the medium keeps a blob. */
  readonly pathOf: (layer: Descriptor, index: number) => string;
  /** Of all images that the reference names and that are there. */
  readonly platforms: readonly Platform[];
  /** Whether its index has attestations of it. */
  readonly isAttested: boolean;
}

/**
 * The facts of an image from its manifest and config.
 * @throws DeadweightError `input-corrupt` when manifest and config have different layers.
 */
export function manifestFacts(image: ManifestImage): ImageFacts {
  const { manifest, config, descriptor, medium, platforms, isAttested } = image;
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
    // A blob that is not compressed is pulled as it is.
    return [{ diffId, digest, mediaType, compressedSize: size, stored }];
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
    credentials: config.credentials,
    notices: [],
    layers,
    platforms,
    isAttested,
    rootDigest: null,
    documents: async () => ({ config: config.bytes, manifest: manifest.bytes }),
  };
}
