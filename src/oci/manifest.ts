import { z } from 'zod';
import { DeadweightError } from '../base/errors.ts';
import { lazy } from '../base/lazy.ts';
import { assertImageIndex, assertImageManifest } from './artefact.ts';
import { type Descriptor, descriptorSchema, digestSchema } from './descriptor.ts';
import { OCI_INDEX, OCI_MANIFEST } from './media-type.ts';
import { parseJson } from './parse-json.ts';

export interface ImageManifest {
  readonly kind: 'manifest';
  /** The document as it is written. */
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly config: Descriptor;
  /** Lowest first; every one has the media type of a filesystem layer. */
  readonly layers: readonly Descriptor[];
}

export interface ImageIndex {
  readonly kind: 'index';
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
}

/** More layers than any engine runs (the kernel's overlay stops at 500), few enough to refuse nonsense early. */
export const MAX_MANIFEST_LAYERS = 4096;
const MAX_INDEX_ENTRIES = 10_000;

const wire = lazy(() =>
  z.object({
    schemaVersion: z.int(),
    mediaType: z.string().max(4096).nullish(),
    config: descriptorSchema().nullish(),
    layers: z.array(descriptorSchema()).max(MAX_MANIFEST_LAYERS).nullish(),
    artifactType: z.string().max(4096).nullish(),
    subject: z.object({ digest: digestSchema() }).nullish(),
    manifests: z.array(descriptorSchema()).max(MAX_INDEX_ENTRIES).nullish(),
  }),
);

// A schema 1 document has other fields under the same names: tell it apart before anything is validated.
const versionOnly = lazy(() => z.object({ schemaVersion: z.unknown() }));

/**
 * Reads an image manifest or an index (a manifest list), of Docker's schema 2 or OCI.
 * @param mediaType what the referrer says it is; used where the document itself says nothing
 * @throws DeadweightError `input-corrupt`, or `not-an-image` for schema 1, artefacts, encrypted layers.
 */
export function parseManifest(
  bytes: Uint8Array,
  place: string,
  mediaType: string | null = null,
): ImageManifest | ImageIndex {
  if (parseJson(bytes, versionOnly(), place).schemaVersion === 1) throw schemaOne(place);
  const document = parseJson(bytes, wire(), place);
  const { config, manifests } = document;
  // As BuildKit writes it of an image that has none.
  const layers = document.layers === null ? [] : document.layers;
  const type = document.mediaType || mediaType;
  // Both at once lets two readers see two images in one digest (CVE-2021-41190).
  if (manifests && (config || document.layers)) throw ambiguous(place);
  if (manifests) {
    assertImageIndex(manifests, place);
    return { kind: 'index', mediaType: type || OCI_INDEX, manifests };
  }
  if (!config || !layers) throw noManifest(place);
  const { artifactType = null, subject = null } = document;
  assertImageManifest({ artifactType, config, layers, subject }, place);
  return { kind: 'manifest', bytes, mediaType: type || OCI_MANIFEST, config, layers };
}

function ambiguous(place: string): DeadweightError {
  return new DeadweightError('input-corrupt', {
    message: `${place} is a manifest and an index at once.`,
    remedy: 'Do not trust this image: it shows different content to different tools.',
  });
}

function noManifest(place: string): DeadweightError {
  return new DeadweightError('not-an-image', {
    message: `${place} is neither an image manifest nor an index.`,
    remedy: 'Name a container image of Docker schema 2 or OCI.',
  });
}

function schemaOne(place: string): DeadweightError {
  return new DeadweightError('not-an-image', {
    message: `${place} is a schema 1 manifest, which Docker gave up in 2019.`,
    remedy: 'Push the image again with a current tool; that writes a schema 2 or OCI manifest.',
  });
}
