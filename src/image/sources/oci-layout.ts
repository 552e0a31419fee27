import { isDigest } from '../../base/digest.ts';
import { DeadweightError } from '../../base/errors.ts';
import { printable } from '../../base/untrusted-text.ts';
import { isArtefact } from '../../oci/artefact.ts';
import { type Descriptor, isAttestation } from '../../oci/descriptor.ts';
import { normalizeName } from '../../oci/docker-name.ts';
import { parseManifest } from '../../oci/manifest.ts';
import { openArchiveFiles } from '../files/archive-files.ts';
import { openDirectory } from '../files/directory-files.ts';
import type { ArchiveOptions, Choice, Image } from '../image.ts';
import { manifestFacts } from '../image-facts.ts';
import type { ImageFiles } from '../layer-reader.ts';
import { createImage } from '../opened-image.ts';
import {
  blobPath,
  chooseWithPlatforms,
  findCandidates,
  nameOneOf,
  readManifest,
} from './image-candidates.ts';
import { isList, unpackedArchive } from './image-directory.ts';

/** Opens `oci:DIR[:REF]`. @throws DeadweightError as `openOciImage`, and `input-missing`. */
export async function openOciLayout(directory: string, choice: Choice): Promise<Image> {
  const files = openDirectory(directory, 'oci');
  const manifest = files.has('oci-layout') ? null : files.read('manifest.json');
  if (manifest !== null) throw isList(manifest) ? unpackedArchive(directory) : ofSkopeo(directory);
  return openOciImage(files, choice);
}

/** Opens `oci-archive:PATH[:REF]`. @throws DeadweightError as `openOciImage`, and as an archive is read. */
export async function openOciArchive(
  path: string,
  choice: Choice,
  options: ArchiveOptions = {},
): Promise<Image> {
  const files = await openArchiveFiles(path, path, options);
  try {
    return openOciImage(files, choice);
  } catch (error) {
    files.close();
    throw error;
  }
}

export const REF_NAME = 'org.opencontainers.image.ref.name';
export const CONTAINERD_NAME = 'io.containerd.image.name';

/**
 * Opens an image of the OCI image layout, in a directory or an archive.
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 * @throws DeadweightError `not-an-image`, `image-not-found`, `reference-invalid`, `platform-unknown`, `blob-missing`, …
 */
export function openOciImage(files: ImageFiles, choice: Choice): Image {
  const roots = chooseRoots(files, readRoots(files), choice);
  const image = chooseWithPlatforms(findCandidates(files, roots), choice);
  const facts = manifestFacts({
    ...image,
    reference: choice.reference,
    medium: files.name,
    pathOf: layer => blobPath(layer.digest),
  });
  return createImage(facts, files.reader(facts.layers.map(layer => layer.stored)));
}

function readRoots(files: ImageFiles): readonly Descriptor[] {
  const bytes = files.has('oci-layout') ? files.read('index.json') : null;
  if (!bytes) throw noLayout(files);
  const index = parseManifest(bytes, `index.json of ${files.name}`);
  if (index.kind === 'index') {
    const entries = index.manifests.filter(entry => !isAttestation(entry));
    // Signatures and the like lie beside the image that they belong to.
    const images = entries.filter(entry => !isArtefact(entry));
    return images.length > 0 ? images : entries;
  }
  throw noLayout(files);
}

function chooseRoots(
  files: ImageFiles,
  roots: readonly Descriptor[],
  { reference, ref }: Choice,
): readonly Descriptor[] {
  if (ref === null) return onlyImage(roots, reference);
  const matching = isDigest(ref)
    ? findDigest(files, roots, ref)
    : roots.filter(root => readNames(root).some(name => sameName(name, ref)));
  if (matching.length > 0) return matching;
  throw new DeadweightError('image-not-found', {
    message: `${files.name} has no image ${printable(ref)}; it has ${listNames(roots)}.`,
    remedy: 'Name one of them after the path, or omit the name when there is one image only.',
  });
}

/** Several entries are one image when they share their name (its platforms) or their digest (its names). */
function onlyImage(roots: readonly Descriptor[], reference: string): readonly Descriptor[] {
  const names = new Set(
    roots.map(root => root.annotations[REF_NAME] ?? root.annotations[CONTAINERD_NAME] ?? ''),
  );
  const digests = new Set(roots.map(root => root.digest));
  if (roots.length === 0) {
    throw new DeadweightError('not-an-image', {
      message: `${reference} is an empty OCI layout: its index lists no image.`,
      remedy: 'Copy an image into it first, for example with buildx --output type=oci or skopeo copy.',
    });
  }
  if (names.size <= 1 || digests.size <= 1) return roots;
  throw new DeadweightError('reference-invalid', {
    message: `${reference} holds several images: ${listNames(roots)}.`,
    remedy: nameOneOf(reference),
  });
}

/** A digest may be that of an index, of a manifest, or of a manifest inside of an index. */
function findDigest(files: ImageFiles, roots: readonly Descriptor[], digest: string): readonly Descriptor[] {
  const direct = roots.filter(root => root.digest === digest);
  if (direct.length > 0) return direct;
  const below = roots.flatMap(root => {
    if (!files.has(blobPath(root.digest))) return [];
    const manifest = readManifest(files, root);
    return manifest.kind === 'index' ? manifest.manifests : [];
  });
  return below.filter(entry => entry.digest === digest);
}

function readNames({ annotations }: Descriptor): readonly string[] {
  return [annotations[REF_NAME], annotations[CONTAINERD_NAME]].filter(name => name !== undefined);
}

function sameName(name: string, ref: string): boolean {
  if (name === ref) return true;
  // A bare word is a tag in the one annotation and a repository in the other: only whole names compare normalised.
  const isName = (text: string) => /[:/]/.test(text);
  return (
    isName(name) && isName(ref) && normalizeName(name) === normalizeName(ref) && normalizeName(ref) !== null
  );
}

function listNames(roots: readonly Descriptor[]): string {
  const names = roots.map(root => readNames(root).at(-1) ?? root.digest);
  const shown = [...new Set(names)].slice(0, 20).map(printable);
  return shown.join(', ') || 'none';
}

function ofSkopeo(directory: string): DeadweightError {
  return new DeadweightError('not-an-image', {
    message: `${directory} is not an OCI layout: its manifest.json is that of a directory of skopeo.`,
    remedy: `Write dir:${directory}.`,
  });
}

function noLayout(files: ImageFiles): DeadweightError {
  const isDockerArchive = files.has('manifest.json');
  const found = files.list().map(printable).join(', ') || 'nothing';
  return new DeadweightError('not-an-image', {
    message: `${files.name} is not an OCI layout: it has no oci-layout file beside an index.json that lists manifests; there is ${found}.`,
    remedy: isDockerArchive
      ? `Write docker-archive:${files.name}: it looks like an archive of docker save.`
      : 'Give what buildx --output type=oci or skopeo copy wrote.',
  });
}
