import type { DiffId, Digest } from '../base/digest.ts';
import { DeadweightError } from '../base/errors.ts';
import type { Notice } from '../base/notice.ts';
import type { Platform } from '../base/platform.ts';
import type { ImageConfig } from '../oci/image-config.ts';
import type { HistoryEntry } from './image.ts';
import type { StoredLayer } from './layer-reader.ts';

/** Everything an image says of itself, before any layer is read. */
export interface ImageFacts {
  readonly reference: string;
  readonly platform: Platform;
  readonly imageId: Digest;
  readonly manifestDigest: Digest | null;
  readonly mediaType: string | null;
  readonly history: readonly HistoryEntry[];
  readonly labels: Readonly<Record<string, string>>;
  readonly user: string;
  readonly notices: readonly Notice[];
  readonly layers: readonly LayerFacts[];
}

export interface LayerFacts {
  readonly diffId: DiffId;
  readonly digest: Digest | null;
  readonly mediaType: string | null;
  readonly compressedSize: number | null;
  readonly stored: StoredLayer;
}

/**
 * `created_by` of each layer: the k-th entry of the history that made a layer belongs to layer k.
 * Where the history does not fit the layers no text is matched, and a notice says so.
 */
export function createdByOf(
  history: readonly HistoryEntry[],
  layerCount: number,
): { readonly createdBy: readonly string[]; readonly notices: readonly Notice[] } {
  const makers = history.filter(entry => !entry.emptyLayer);
  if (makers.length === layerCount) return { createdBy: makers.map(entry => entry.createdBy), notices: [] };
  const createdBy = new Array<string>(layerCount).fill('');
  if (history.length === 0) return { createdBy, notices: [] };
  const message = `The image's history tells of ${makers.length} layers and the image has ${layerCount}, so no layer could be matched with the command that made it.`;
  return { createdBy, notices: [{ code: 'history-mismatch', message }] };
}

/**
 * @throws DeadweightError `input-corrupt` unless the manifest has as many layers as the config.
 */
export function assertSameLayerCount(layers: number, config: ImageConfig, place: string): void {
  if (layers === config.diffIds.length) return;
  throw new DeadweightError('input-corrupt', {
    message: `${place} lists ${layers} layers, and its config ${config.diffIds.length}.`,
    remedy: 'Write the image again with the tool that made it (docker save, skopeo copy, buildx --output).',
  });
}
