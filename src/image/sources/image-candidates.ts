import { DeadweightError } from '../../base/errors.ts';
import type { Platform } from '../../base/platform.ts';
import { choosePlatform, platformUnknown } from '../../oci/choose-platform.ts';
import { type Descriptor, isAttestation } from '../../oci/descriptor.ts';
import type { ImageConfig } from '../../oci/image-config.ts';
import type { ImageManifest } from '../../oci/manifest.ts';
import { blobPath, type DocumentFiles, readConfig, readManifest } from './blob-documents.ts';
import type { Choice } from './open-options.ts';

/** An image manifest that is really there. */
export interface Candidate {
  readonly descriptor: Descriptor;
  readonly platform: Platform;
  readonly manifest: ImageManifest;
  readonly config: ImageConfig;
}

const MAX_DEPTH = 8;
const MAX_MANIFESTS = 1000;

/**
 * All image manifests below descriptors, indexes unfolded, attestations left out. A manifest that an index
 * lists and the medium does not hold (another platform, not saved) is left out as well.
 * @throws DeadweightError as documents have it; `blob-missing` when nothing at all is there.
 */
export function findCandidates(files: DocumentFiles, roots: readonly Descriptor[]): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  const seen = new Set<string>();
  const visit = (descriptor: Descriptor, depth: number): void => {
    if (isAttestation(descriptor) || seen.has(descriptor.digest) || !files.has(blobPath(descriptor.digest)))
      return;
    seen.add(descriptor.digest);
    if (depth > MAX_DEPTH || seen.size > MAX_MANIFESTS) throw tooDeep(files.name);
    const manifest = readManifest(files, descriptor);
    if (manifest.kind === 'index') {
      for (const entry of manifest.manifests) visit(entry, depth + 1);
      return;
    }
    const config = readConfig(files, manifest.config);
    const platform = descriptor.platform ?? config.platform;
    found.set(descriptor.digest, { descriptor, platform, manifest, config });
  };
  for (const root of roots) visit(root, 0);
  const [first] = roots;
  // Reading it says that it is missing.
  if (found.size === 0 && first) readManifest(files, first);
  return [...found.values()];
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

function tooDeep(name: string): DeadweightError {
  return new DeadweightError('limit-exceeded', {
    message: `The index of ${name} is nested more than ${MAX_DEPTH} deep or has more than ${MAX_MANIFESTS} manifests.`,
    remedy: 'Copy the one image that you mean to a layout of its own, for example with skopeo copy.',
  });
}
