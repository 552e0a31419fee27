import { isDigest, sha256 } from '../../base/digest.ts';
import { DeadweightError } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import type { Platform } from '../../base/platform.ts';
import { printable } from '../../base/untrusted-text.ts';
import { type ArchiveManifest, parseArchiveManifest } from '../../oci/archive-manifest.ts';
import { normalizeName } from '../../oci/docker-name.ts';
import { type ImageConfig, parseImageConfig } from '../../oci/image-config.ts';
import { parseManifest } from '../../oci/manifest.ts';
import { isCompressedLayer } from '../../oci/media-type.ts';
import { openArchiveFiles } from '../files/archive-files.ts';
import type { ArchiveOptions, Choice, Image } from '../image.ts';
import { assertSameLayerCount, configFacts, type ImageFacts, manifestFacts } from '../image-facts.ts';
import type { ImageFiles } from '../layer-reader.ts';
import { createImage } from '../opened-image.ts';
import {
  assertDigest,
  type Candidate,
  chooseCandidate,
  findCandidates,
  nameOneOf,
} from './image-candidates.ts';

interface ArchivedImage {
  readonly entry: ArchiveManifest;
  readonly config: ImageConfig;
  readonly imageId: ReturnType<typeof sha256>;
  readonly platform: Platform;
}

/**
 * Opens `docker-archive:PATH[:REF]`: what docker save, podman save, skopeo, kaniko, bazel or nix wrote.
 * Layers are told by their bytes; digests and compressed sizes are known only where the archive has the manifest
 * that a registry would have (docker save of the containerd image store).
 * @throws DeadweightError `not-an-image`, `image-not-found`, `reference-invalid`, `platform-unknown`, `blob-missing`, …
 */
export async function openDockerArchive(
  path: string,
  choice: Choice,
  options: ArchiveOptions = {},
): Promise<Image> {
  const files = await openArchiveFiles(path, path, options);
  try {
    return openSavedImage(files, choice);
  } catch (error) {
    files.close();
    throw error;
  }
}

/** Opens an image of an archive with a manifest.json. The caller closes `files` when it throws. */
export function openSavedImage(files: ImageFiles, choice: Choice): Image {
  const entries = chooseEntries(readEntries(files), files.name, choice);
  const images = entries.map(entry => readConfig(files, entry));
  const platforms = images.map(({ platform }) => platform);
  const facts = readFacts(files, chooseCandidate(images, choice), platforms, choice.reference);
  return createImage(facts, files.reader(facts.layers.map(layer => layer.stored)));
}

function readEntries(files: ImageFiles): readonly ArchiveManifest[] {
  const bytes = files.read('manifest.json');
  if (bytes) return parseArchiveManifest(bytes, `manifest.json of ${files.name}`);
  const found = files.list().map(printable).join(', ') || 'nothing';
  throw new DeadweightError('not-an-image', {
    message: `${files.name} is not an archive of docker save: it has no manifest.json; there is ${found}.`,
    remedy: files.has('oci-layout')
      ? `Write oci-archive:${files.name}: it is an OCI archive.`
      : 'Give what docker save, podman save or skopeo copy wrote; docker export writes a filesystem only.',
  });
}

function readConfig(files: ImageFiles, entry: ArchiveManifest): ArchivedImage {
  const place = `The config ${printable(entry.config)} of ${files.name}`;
  const bytes = files.read(entry.config);
  if (!bytes) {
    throw new DeadweightError('blob-missing', {
      message: `${place} is named by manifest.json, but it is not there.`,
      remedy: 'Save the image again, whole; an interrupted copy lacks files.',
    });
  }
  // Jib calls it config.json; `HEX.json` is what an image was called when it was saved, and whoever edits it keeps that name.
  const named = `sha256:${/(?:^|\/)sha256[/:]([0-9a-f]{64})$/.exec(entry.config)?.[1] ?? ''}`;
  if (isDigest(named)) assertDigest(bytes, named, place);
  const config = parseImageConfig(bytes, place);
  return { entry, config, imageId: sha256(bytes), platform: config.platform };
}

function readFacts(
  files: ImageFiles,
  image: ArchivedImage,
  platforms: readonly Platform[],
  reference: string,
): ImageFacts {
  const { entry, config, imageId } = image;
  const medium = files.name;
  assertSameLayerCount(entry.layers.length, config, `manifest.json of ${medium}`);
  const { candidate, notices } = registryManifest(files, image);
  if (candidate) {
    const pathOf = (_layer: unknown, index: number) => entry.layers[index] ?? '';
    return { ...manifestFacts({ ...candidate, reference, medium, config, pathOf, platforms }), notices };
  }
  const locate = (_diffId: unknown, index: number) => {
    const path = entry.layers[index] ?? '';
    return { path, place: `Layer ${index} (${printable(path)} of ${medium})` };
  };
  const readConfig = async () => config.bytes;
  return { ...configFacts({ reference, imageId, config, locate, platforms, readConfig }), notices };
}

/**
 * The manifest that a registry would have, where the archive is an OCI layout too. An engine with a graph driver makes
 * one up of uncompressed layers when it saves; no registry knows its digest.
 */
function registryManifest(
  files: ImageFiles,
  image: ArchivedImage,
): { readonly candidate: Candidate | null; readonly notices: readonly Notice[] } {
  try {
    const bytes = files.has('oci-layout') ? files.read('index.json') : null;
    if (!bytes) return { candidate: null, notices: [] };
    const index = parseManifest(bytes, `index.json of ${files.name}`);
    const candidates = findCandidates(files, index.kind === 'index' ? index.manifests : []);
    const own = candidates.find(candidate => candidate.manifest.config.digest === image.imageId);
    const isReal = own?.manifest.layers.some(layer => isCompressedLayer(layer.mediaType));
    return { candidate: own && isReal ? own : null, notices: [] };
  } catch (error) {
    if (!(error instanceof DeadweightError)) throw error;
    const message = `${error.message} The image is read by manifest.json, without digests and compressed sizes.`;
    return { candidate: null, notices: [{ code: 'archive-index-unreadable', message }] };
  }
}

/**
 * The images of a docker archive that REF names: by a tag, compared as Docker normalises names, by `@N` (the N-th,
 * from 0), by an image ID. Several of them are the platforms of one image.
 * @throws DeadweightError `not-an-image` when there is none, `image-not-found`, `reference-invalid` when REF is needed.
 */
function chooseEntries(
  entries: readonly ArchiveManifest[],
  archive: string,
  { reference, ref }: Choice,
): readonly ArchiveManifest[] {
  if (entries.length === 0) {
    throw new DeadweightError('not-an-image', {
      message: `The manifest.json of ${archive} lists no image.`,
      remedy: 'Save the image again.',
    });
  }
  if (ref === null) return onlyImage(entries, reference);
  const matching = entries.filter((entry, index) => isNamed(entry, index, ref));
  if (matching.length > 0) return matching;
  throw new DeadweightError('image-not-found', {
    message: `${archive} has no image ${printable(ref)}; it has ${listNames(entries)}.`,
    remedy: 'Name one of them after the path, or omit the name when there is one image only.',
  });
}

function isNamed(entry: ArchiveManifest, index: number, ref: string): boolean {
  if (ref.startsWith('@')) return ref === `@${index}`;
  const hex = /^(?:sha256:)?([0-9a-f]{12,64})$/.exec(ref)?.[1];
  if (hex !== undefined && readConfigHex(entry).startsWith(hex)) return true;
  const name = normalizeName(ref);
  return name !== null && entry.repoTags.some(tag => normalizeName(tag) === name);
}

function readConfigHex(entry: ArchiveManifest): string {
  return /([0-9a-f]{64})(?:\.json)?$/.exec(entry.config)?.[1] ?? '';
}

/** Entries with the same names are platforms of one image. */
function onlyImage(entries: readonly ArchiveManifest[], reference: string): readonly ArchiveManifest[] {
  const names = new Set(entries.map(entry => entry.repoTags.join(' ') || entry.config));
  if (names.size === 1) return entries;
  throw new DeadweightError('reference-invalid', {
    message: `${reference} holds several images: ${listNames(entries)}.`,
    remedy: nameOneOf(reference),
  });
}

function listNames(entries: readonly ArchiveManifest[]): string {
  const names = entries.flatMap((entry, index) =>
    entry.repoTags.length > 0 ? entry.repoTags : [`@${index}`],
  );
  return [...new Set(names)].slice(0, 20).map(printable).join(', ');
}
