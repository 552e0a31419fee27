import { Buffer } from 'node:buffer';
import { sha256 } from '../base/digest.ts';
import type { Packing } from '../base/packing.ts';
import type { BlobIdentity, OutgoingDocument, WrittenImage } from '../image/targets/image-target.ts';
import { type JsonDocument, jsonList, jsonObject } from '../oci/json-document.ts';
import {
  configMediaType,
  DOCKER_MANIFEST,
  indexMediaType,
  layerMediaType,
  type MediaTypeFamily,
  manifestMediaType,
  parseLayerMediaType,
} from '../oci/media-type.ts';
import type { LayerRange } from './layer-merge.ts';

/** A layer as a manifest is to list it. */
export interface ListedBlob extends BlobIdentity {
  /** How it is packed. */
  readonly packing: Packing['type'];
  /** Index of the layer that it was before; null for one that several became. */
  readonly source: number | null;
}

/** Annotations that are true of the layers of the base image alone: tools that move an image to another base go by them. */
const OF_BASE = ['org.opencontainers.image.base.digest', 'org.opencontainers.image.base.name'];
/** Annotations that are true of just these layers: the index of their files that containerd's SOCI snapshotter reads. */
const OF_LAYERS = ['com.amazon.soci.index-digest'];

/**
 * Annotations of a manifest that hold no more when ranges of its layers are merged.
 * @param ranges that do not meet, lowest first
 */
export function lostAnnotations(
  manifest: JsonDocument | null,
  ranges: readonly LayerRange[],
): readonly string[] {
  const [lowest] = ranges;
  const bound = lowest === undefined ? [] : [...OF_LAYERS, ...(lowest.first === 0 ? OF_BASE : [])];
  const annotations = jsonObject(manifest?.['annotations']);
  return bound.filter(name => Object.hasOwn(annotations, name));
}

/**
 * The manifest of an image of which some layers became one: as the one that it had, annotations among it, with the layers that
 * stayed as they were listed. One that belongs to another image (`subject`) does so no more.
 * @param source the manifest that it had; null where its medium has none: then it is an OCI one
 * @param lost names of annotations that hold no more
 */
export function squashManifest(
  source: JsonDocument | null,
  mediaType: string | null,
  config: BlobIdentity,
  layers: readonly ListedBlob[],
  lost: readonly string[] = [],
): OutgoingDocument {
  const isDocker = mediaType === DOCKER_MANIFEST && layers.every(({ packing }) => packing !== 'zstd');
  const family = isDocker ? 'docker' : 'oci';
  const { subject: _subject, ...rest } = source ?? {};
  const known = jsonList(rest['layers']).map(jsonObject);
  // A family that stays keeps the types that it has.
  const stays = mediaType === manifestMediaType(family);
  const configType = stays ? jsonObject(rest['config'])['mediaType'] : configMediaType(family);
  const annotations = Object.entries(jsonObject(rest['annotations'])).filter(
    ([name]) => !lost.includes(name),
  );
  return outgoing(manifestMediaType(family), {
    ...rest,
    ...(lost.length === 0 ? {} : { annotations: Object.fromEntries(annotations) }),
    schemaVersion: 2,
    mediaType: manifestMediaType(family),
    config: { mediaType: configType ?? configMediaType(family), digest: config.digest, size: config.size },
    layers: layers.map(layer => listLayer(layer, known, family, stays)),
  });
}

function listLayer(
  { digest, size, packing, source }: ListedBlob,
  known: readonly JsonDocument[],
  family: MediaTypeFamily,
  stays: boolean,
): JsonDocument {
  const listed = source === null ? undefined : known[source];
  if (listed === undefined || listed['digest'] !== digest)
    return { mediaType: layerMediaType(family, packing), digest, size };
  const { mediaType } = listed;
  const type = typeof mediaType === 'string' ? parseLayerMediaType(mediaType) : null;
  return stays || type === null ? listed : { ...listed, mediaType: layerMediaType(family, type.compression) };
}

/** The index of the platforms of an image. */
export function squashedIndex(images: readonly WrittenImage[]): OutgoingDocument {
  const isDocker = images.every(({ manifest }) => manifest.mediaType === DOCKER_MANIFEST);
  const mediaType = indexMediaType(isDocker ? 'docker' : 'oci');
  const manifests = images.map(({ manifest, platform }) => ({
    mediaType: manifest.mediaType,
    digest: manifest.digest,
    size: manifest.size,
    platform,
  }));
  return outgoing(mediaType, { schemaVersion: 2, mediaType, manifests });
}

function outgoing(mediaType: string, document: JsonDocument): OutgoingDocument {
  return outgoingDocument(mediaType, Buffer.from(JSON.stringify(document)));
}

/** A manifest or an index of which the bytes are known. */
export function outgoingDocument(mediaType: string, bytes: Uint8Array): OutgoingDocument {
  return { mediaType, bytes, digest: sha256(bytes), size: bytes.length };
}
