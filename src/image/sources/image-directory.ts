import { type Digest, digestHex, sha256 } from '../../base/digest.ts';
import { DeadweightError } from '../../base/errors.ts';
import { printable } from '../../base/untrusted-text.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { openDirectory } from '../files/directory-files.ts';
import type { Choice, Image } from '../image.ts';
import { manifestFacts } from '../image-facts.ts';
import type { ImageFiles } from '../layer-reader.ts';
import { createImage } from '../opened-image.ts';
import { chooseWithPlatforms, findCandidates } from './image-candidates.ts';

const MANIFEST = 'manifest.json';

/**
 * Opens `dir:PATH`, which skopeo, podman and buildah write: `manifest.json`, which may be an index, beside every blob by
 * the hex digits of its digest; the manifests of an index are `HEX.manifest.json`.
 * https://github.com/containers/image/blob/main/docs/containers-transports.5.md
 * @throws DeadweightError `input-missing`, `not-an-image`, `platform-unknown`, `blob-missing`, …
 */
export async function openImageDirectory(directory: string, choice: Choice): Promise<Image> {
  const files = openDirectory(directory, 'dir');
  const root = readRoot(files);
  const pathOf = (digest: Digest) => (digest === root.digest ? MANIFEST : findBlob(files, digest));
  const image = chooseWithPlatforms(findCandidates(files, [root], pathOf), choice);
  const facts = manifestFacts({
    ...image,
    reference: choice.reference,
    medium: files.name,
    pathOf: layer => pathOf(layer.digest),
  });
  return createImage(facts, files.reader(facts.layers.map(layer => layer.stored)));
}

function readRoot(files: ImageFiles): Descriptor {
  const bytes = files.read(MANIFEST);
  if (bytes === null) throw noManifest(files);
  if (isList(bytes)) throw unpackedArchive(files.name);
  return {
    mediaType: '',
    digest: sha256(bytes),
    size: bytes.length,
    platform: null,
    annotations: {},
    artifactType: null,
  };
}

/** Whether a JSON document is a list, as the manifest.json of docker save is. */
export function isList(bytes: Uint8Array): boolean {
  return /^\s*\[/.test(new TextDecoder().decode(bytes.subarray(0, 64)));
}

/** Before version 1.1 of the directory, in 2018, blobs had the ending `.tar`. */
function findBlob(files: ImageFiles, digest: Digest): string {
  const hex = digestHex(digest);
  return [`${hex}.manifest.json`, hex, `${hex}.tar`].find(path => files.has(path)) ?? hex;
}

function noManifest(files: ImageFiles): DeadweightError {
  const { name } = files;
  const found = files.list().map(printable).join(', ') || 'nothing';
  return new DeadweightError('not-an-image', {
    message: `${name} is not a directory of skopeo: it has no manifest.json; there is ${found}.`,
    remedy: files.has('oci-layout')
      ? `Write oci:${name}: it is an OCI layout.`
      : 'Give a directory that skopeo copy wrote as dir:PATH.',
  });
}

/** The error for a directory that somebody unpacked an archive of docker save into. */
export function unpackedArchive(directory: string): DeadweightError {
  return new DeadweightError('not-an-image', {
    message: `${directory} is an unpacked archive of docker save.`,
    remedy: `Give the archive itself as docker-archive:PATH; tar -C ${directory} -cf app.tar . makes it again.`,
  });
}
