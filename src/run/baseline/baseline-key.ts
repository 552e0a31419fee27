import { isDigest } from '../../base/digest.ts';
import { formatPlatform, normalizePlatform, type Platform } from '../../base/platform.ts';
import type { SnapshotKey } from '../../baseline/store/snapshot-key.ts';
import type { BuildInputs } from '../../build/build-inputs.ts';
import { isImage, readOutput } from '../../build/build-output.ts';
import { parseDockerName } from '../../oci/docker-name.ts';
import { type ImageReference, parseImageReference } from '../../oci/image-reference.ts';
import { imageNameOf } from '../weigh/image-name.ts';

export type ImageKey = Omit<SnapshotKey, 'commit'>;

/** An image as a build made it. */
export interface KeyedImage {
  readonly platform: Platform;
  /** What was opened: `docker-daemon:sha256:…` or `oci:DIR`. */
  readonly reference: string;
}

/** What the stores know a built image by. Two images of one repository are told apart as their comments are. */
export function builtImageKey(
  inputs: BuildInputs,
  title: string | null,
  cwd: string,
  image: KeyedImage,
): ImageKey {
  return {
    platform: formatPlatform(normalizePlatform(image.platform)),
    target: inputs.target || null,
    method: ['build', transportOf(image.reference), ...compressionOf(inputs)].join(' '),
    image: imageNameOf(inputs, title, cwd).key,
  };
}

/** Uncompressed sizes are the same everywhere; an engine knows no compressed ones, and a layout has its own. */
function transportOf(reference: string): string {
  return reference.split(':', 1)[0] ?? '';
}

/** What an output says about compression goes for the layers that are weighed, too. */
function compressionOf({ outputs }: BuildInputs): readonly string[] {
  const attributes = outputs.map(readOutput).find(each => isImage(each))?.attributes;
  return ['compression', 'compression-level', 'force-compression'].flatMap(name => {
    const value = attributes?.get(name);
    return value === undefined ? [] : [`${name}=${value}`];
  });
}

/** The same for an image that was made elsewhere. Its tag and its digest may name the commit, so they are left out. */
export function inspectedImageKey(reference: string, title: string | null, platform: Platform): ImageKey {
  const parsed = parseImageReference(reference);
  return {
    platform: formatPlatform(normalizePlatform(platform)),
    target: null,
    method: `inspect ${parsed.transport}`,
    image: title ?? nameOf(parsed),
  };
}

function nameOf(reference: ImageReference): string {
  if (!('name' in reference)) return reference.location;
  const { name } = reference;
  if (typeof name === 'string' && isDigest(name)) return name;
  const { registry, repository } = typeof name === 'string' ? parseDockerName(name) : name;
  return `${registry}/${repository}`;
}
