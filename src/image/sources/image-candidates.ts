import { createHash } from 'node:crypto';
import { type Digest, digestAlgorithm, digestHex } from '../../base/digest.ts';
import { DeadweightError } from '../../base/errors.ts';
import type { Platform } from '../../base/platform.ts';
import { choosePlatform, platformUnknown } from '../../oci/choose-platform.ts';
import { attestedBy, type Descriptor, isAttestation } from '../../oci/descriptor.ts';
import { type ImageConfig, parseImageConfig } from '../../oci/image-config.ts';
import { type ImageIndex, type ImageManifest, parseManifest } from '../../oci/manifest.ts';
import type { Choice } from '../image.ts';
import type { ImageFiles } from '../layer-reader.ts';

/** An image manifest that is really there. */
export interface Candidate {
  readonly descriptor: Descriptor;
  readonly platform: Platform;
  readonly manifest: ImageManifest;
  readonly config: ImageConfig;
  /** Whether an index that lists it has attestations of it. */
  readonly isAttested: boolean;
}

const MAX_DEPTH = 8;
const MAX_MANIFESTS = 1000;

/**
 * All image manifests below descriptors, indexes unfolded, attestations left out. A manifest that an index
 * lists and the medium does not hold (another platform, not saved) is left out as well.
 * @param pathOf where the medium keeps a manifest or a config; as the OCI image layout when absent
 * @throws DeadweightError as documents have it; `blob-missing` when nothing at all is there.
 */
export function findCandidates(
  files: DocumentFiles,
  roots: readonly Descriptor[],
  pathOf: (digest: Digest) => string = blobPath,
): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  let refusal: unknown = null;
  // What is no image, and is not said to be none, lies beside images too.
  const readImage = (descriptor: Descriptor) => {
    try {
      return readManifest(files, descriptor, pathOf);
    } catch (error) {
      if (!(error instanceof DeadweightError) || error.code !== 'not-an-image') throw error;
      refusal ??= error;
      return null;
    }
  };
  const seen = new Set<string>();
  const attested = new Set<string>();
  const visit = (descriptor: Descriptor, depth: number): void => {
    const subject = attestedBy(descriptor);
    if (subject !== null) attested.add(subject);
    if (isAttestation(descriptor) || seen.has(descriptor.digest) || !files.has(pathOf(descriptor.digest)))
      return;
    seen.add(descriptor.digest);
    if (depth > MAX_DEPTH || seen.size > MAX_MANIFESTS) throw tooDeep(files.name);
    const manifest = readImage(descriptor);
    if (manifest === null) return;
    if (manifest.kind === 'index') {
      for (const entry of manifest.manifests) visit(entry, depth + 1);
      return;
    }
    const config = readConfig(files, manifest.config, pathOf);
    const platform = descriptor.platform ?? config.platform;
    found.set(descriptor.digest, { descriptor, platform, manifest, config, isAttested: false });
  };
  for (const root of roots) visit(root, 0);
  if (found.size === 0 && refusal !== null) throw refusal;
  const [first] = roots;
  // Reading it says that it is missing.
  if (found.size === 0 && first) readManifest(files, first, pathOf);
  return [...found.values()].map(each => ({ ...each, isAttested: attested.has(each.descriptor.digest) }));
}

/** @throws DeadweightError `platform-unknown`. */
export function chooseCandidate<T extends { readonly platform: Platform }>(
  candidates: readonly T[],
  { reference, platform, hostPlatform }: Choice,
): T {
  const chosen = choosePlatform(candidates, platform, hostPlatform);
  if (chosen) return chosen;
  const present = candidates.map(candidate => candidate.platform);
  throw platformUnknown(reference, platform, hostPlatform, present);
}

/** An image that was chosen, with the platforms of all that it was chosen among. */
export type ChosenCandidate = Candidate & { readonly platforms: readonly Platform[] };

/** @throws DeadweightError `platform-unknown`. */
export function chooseWithPlatforms(candidates: readonly Candidate[], choice: Choice): ChosenCandidate {
  const platforms = candidates.map(({ platform }) => platform);
  return { ...chooseCandidate(candidates, choice), platforms };
}

/** The remedy where a medium holds several images and none is named. */
export function nameOneOf(reference: string): string {
  return reference === '-'
    ? 'Save one of them only: docker save NAME | deadweight inspect -'
    : `Name one of them: ${reference}:NAME.`;
}

function tooDeep(name: string): DeadweightError {
  return new DeadweightError('limit-exceeded', {
    message: `The index of ${name} is nested more than ${MAX_DEPTH} deep or has more than ${MAX_MANIFESTS} manifests.`,
    remedy: 'Copy the one image that you mean to a layout of its own, for example with skopeo copy.',
  });
}

/** Documents that are named by their digest: read whole, and always verified. */
export type DocumentFiles = Pick<ImageFiles, 'name' | 'has' | 'read'>;

/** Where the OCI image layout keeps a blob. */
export function blobPath(digest: Digest): string {
  return `blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`;
}

/** @throws DeadweightError `blob-missing`, `digest-mismatch`, `input-corrupt`, `not-an-image`. */
export function readManifest(
  files: DocumentFiles,
  descriptor: Descriptor,
  pathOf: (digest: Digest) => string = blobPath,
): ImageManifest | ImageIndex {
  const { bytes, place } = readBlob(files, descriptor, 'The manifest', pathOf(descriptor.digest));
  return parseManifest(bytes, place, descriptor.mediaType || null);
}

/** @throws DeadweightError `blob-missing`, `digest-mismatch`, `input-corrupt`. */
function readConfig(
  files: DocumentFiles,
  descriptor: Descriptor,
  pathOf: (digest: Digest) => string,
): ImageConfig {
  const { bytes, place } = readBlob(files, descriptor, 'The config', pathOf(descriptor.digest));
  return parseImageConfig(bytes, place);
}

function readBlob(files: DocumentFiles, { digest }: Descriptor, what: string, path: string) {
  const place = `${what} ${path} of ${files.name}`;
  const bytes = files.read(path);
  if (!bytes) {
    throw new DeadweightError('blob-missing', {
      message: `${place} is missing.`,
      remedy: 'Save or copy the image again, whole; an interrupted copy lacks blobs.',
    });
  }
  assertDigest(bytes, digest, place);
  return { bytes, place };
}

/** @throws DeadweightError `digest-mismatch`. */
export function assertDigest(bytes: Uint8Array, digest: Digest, place: string): void {
  const algorithm = digestAlgorithm(digest);
  const actual = `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
  if (actual === digest) return;
  throw new DeadweightError('digest-mismatch', {
    message: `${place} does not have the content that its name promises: its digest is ${actual}.`,
    remedy: 'Save, copy or pull the image again: its bytes were changed after they were written.',
  });
}
