import { DeadweightError } from '../base/errors.ts';
import { formatSize } from '../base/number-text.ts';
import { printable } from '../base/untrusted-text.ts';
import type { Descriptor } from './descriptor.ts';
import { isImageConfigType, isOldConfigType, parseLayerMediaType } from './media-type.ts';

interface Kind {
  /** Media types of a config, of an artefact, of a file in it. */
  readonly types: RegExp;
  /** `a Helm chart` */
  readonly name: string;
  /** Whether it says something of an image. */
  readonly isAboutImage?: true;
}

/** The first that fits. */
const KINDS: readonly Kind[] = [
  { types: /^application\/vnd\.cncf\.helm\./, name: 'a Helm chart' },
  { types: /^application\/vnd\.dsse\.envelope/, name: 'an attestation of cosign', isAboutImage: true },
  { types: /^application\/vnd\.dev\.cosign\./, name: 'a signature of cosign', isAboutImage: true },
  {
    types: /^application\/vnd\.dev\.sigstore\./,
    name: 'a signature or attestation of Sigstore',
    isAboutImage: true,
  },
  { types: /^application\/vnd\.cncf\.notary\./, name: 'a signature of Notation', isAboutImage: true },
  { types: /^application\/vnd\.in-toto/, name: 'an attestation', isAboutImage: true },
  {
    types: /^(?:application|text)\/(?:spdx|vnd\.cyclonedx|vnd\.syft)/,
    name: 'a software bill of materials',
    isAboutImage: true,
  },
  { types: /^application\/vnd\.buildkit\.cacheconfig\./, name: 'a build cache of BuildKit' },
  {
    types: /^application\/(?:vnd\.(?:wasm|module\.wasm|bytecodealliance)|wasm$)/,
    name: 'a WebAssembly module',
  },
  { types: /^application\/vnd\.docker\.plugin\./, name: 'a plugin of Docker' },
  { types: /^application\/vnd\.docker\.compose\./, name: 'a Compose project' },
  { types: /^application\/vnd\.(?:ollama|docker\.ai|cncf\.model)\./, name: 'an AI model' },
  { types: /^application\/vnd\.sylabs\.sif\./, name: 'a Singularity image' },
  { types: /^application\/vnd\.cncf\.flux\./, name: 'an artefact of Flux' },
];

/** Media types that say nothing of what they are of. */
const EMPTY = /^application\/vnd\.(?:oci\.empty|unknown\.config|unknown\.artifact)\.v1/;

interface ManifestParts {
  readonly artifactType: string | null;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  /** What it is about. */
  readonly subject: Pick<Descriptor, 'digest'> | null;
}

/**
 * @param place the manifest, as a subject of a sentence
 * @throws DeadweightError `not-an-image` when the manifest is of something else, or of an image whose layers are no tars
 */
export function assertImageManifest(manifest: ManifestParts, place: string): void {
  const { artifactType, config, layers } = manifest;
  const odd = layers.filter(({ mediaType }) => parseLayerMediaType(mediaType) === null);
  const isOld = isOldConfigType(config.mediaType) && artifactType === null && layers.length > odd.length;
  const isImage = config.mediaType === '' || isImageConfigType(config.mediaType) || isOld;
  if (isImage && odd.length === 0) return;
  const types = odd.map(({ mediaType }) => mediaType);
  if (isImage && types.some(type => type.endsWith('+encrypted'))) throw encrypted(place, odd, layers);
  if (types.some(type => type.includes('.nydus.'))) throw ofNydus(place, layers);
  const unread = types.find(type =>
    /^application\/vnd\.(?:oci\.image\.layer|docker\.image\.rootfs)\./.test(type),
  );
  if (isImage && unread !== undefined) throw unreadLayer(place, unread);
  const telling = [artifactType ?? '', isImage ? '' : config.mediaType, ...types];
  throw artefact(place, telling, layers, manifest.subject);
}

/** @throws DeadweightError `not-an-image` when an index lists no images: a build cache, or what belongs to an image */
export function assertImageIndex(manifests: readonly Descriptor[], place: string): void {
  const cache = manifests.find(({ mediaType }) =>
    mediaType.startsWith('application/vnd.buildkit.cacheconfig.'),
  );
  if (cache !== undefined) throw artefact(place, [cache.mediaType], manifests, null);
  if (manifests.length === 0 || !manifests.every(isArtefact)) return;
  throw new DeadweightError('not-an-image', {
    message: `${place} lists no image, but ${manifests.length === 1 ? 'an artefact' : `${manifests.length} artefacts`} of an image ("${printable(manifests[0]?.artifactType ?? 'signatures')}").`,
    remedy: 'Name the image that they belong to.',
  });
}

const COSIGN_TAG = /^sha256-[0-9a-f]{64}\.(?:sig|att|sbom)$/;

/** Whether the referrer says that it is no image, as ORAS and cosign write it. */
export function isArtefact({ artifactType, annotations }: Descriptor): boolean {
  if (artifactType !== null) return true;
  if (/^dev\.cosignproject\.cosign\/(?:sigs|atts|sboms)/.test(annotations['kind'] ?? '')) return true;
  return COSIGN_TAG.test(annotations['org.opencontainers.image.ref.name'] ?? '');
}

function artefact(
  place: string,
  types: readonly string[],
  parts: readonly Descriptor[],
  subject: ManifestParts['subject'],
): DeadweightError {
  const kind = KINDS.find(({ types: pattern }) => types.some(type => pattern.test(type)));
  const type = types.find(each => each !== '' && !EMPTY.test(each)) ?? types.find(each => each !== '') ?? '';
  return new DeadweightError('not-an-image', {
    message: `${place} is ${kind?.name ?? 'an artefact'}, not an image: it holds "${printable(type)}" (${amountOf(parts)}).`,
    remedy:
      subject !== null || kind?.isAboutImage
        ? `Name the image that it belongs to${subject === null ? '' : `, ${subject.digest}`}.`
        : 'Name a container image: this has no filesystem that layers make.',
  });
}

function encrypted(
  place: string,
  odd: readonly Descriptor[],
  layers: readonly Descriptor[],
): DeadweightError {
  const which = `${odd.length} of ${layers.length}, ${formatSize(sizeOf(odd))}`;
  return new DeadweightError('not-an-image', {
    message: `${place} has encrypted layers (${which}), as "${printable(odd[0]?.mediaType ?? '')}" says.`,
    remedy: 'Decrypt the image first, for example with `skopeo copy --decryption-key`.',
  });
}

function ofNydus(place: string, layers: readonly Descriptor[]): DeadweightError {
  return new DeadweightError('not-an-image', {
    message: `${place} is an image in the format of nydus, whose layers are no tars (${amountOf(layers)}).`,
    remedy: 'Name the image that it was converted from, or build it without nydus.',
  });
}

function unreadLayer(place: string, type: string): DeadweightError {
  return new DeadweightError('not-an-image', {
    message: `${place} has a layer of the media type "${printable(type)}", which is not read.`,
    remedy: 'Build or copy the image with gzip or zstd layers.',
  });
}

/** `3 blobs of 12.4 MB` */
function amountOf(parts: readonly Descriptor[]): string {
  return `${parts.length === 1 ? '1 blob' : `${parts.length} blobs`} of ${formatSize(sizeOf(parts))}`;
}

function sizeOf(parts: readonly Descriptor[]): number {
  return parts.reduce((sum, { size }) => sum + size, 0);
}
