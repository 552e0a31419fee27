import { formatPlatform, normalizePlatform, type Platform } from '../../base/platform.ts';
import type { BuildInputs } from '../../build/build-inputs.ts';
import { isImage, readOutput } from '../../build/build-output.ts';
import { identifyImage } from '../../image/image-identity.ts';
import { parseImageReference } from '../../image/open-image.ts';

/** What a stored snapshot depends on. Snapshots that differ in any part are never compared. */
export interface SnapshotKey extends ImageKey {
  /** Full id of the commit, lower case: 40 hexadecimal digits, or 64 in a SHA-256 repository. */
  readonly commit: string;
}

/** What an image is known by, whatever its commit. */
export interface ImageKey {
  /** `linux/amd64`. */
  readonly platform: string;
  /** Stage of the Dockerfile; null builds the last. */
  readonly target: string | null;
  /** How it was measured, where that can change a figure (`build`, `docker-daemon`, `registry`, …). */
  readonly method: string;
  /** What tells this image from the others of the repository: its Dockerfile, context or title. It names no commit. */
  readonly image: string;
}

/** An image as a build made it. */
export interface KeyedImage {
  readonly platform: Platform;
  /** What was opened: `docker-daemon:sha256:…` or `oci:DIR`. */
  readonly reference: string;
}

/**
 * The key of an image that was built here.
 * @param name what its reports are told apart by, so that two images of one repository are told apart here as well
 * @param squash which of its layers became one: `own`; null where none did
 */
export function keyBuiltImage(
  inputs: BuildInputs,
  name: string,
  image: KeyedImage,
  squash: string | null = null,
): ImageKey {
  return {
    platform: formatPlatform(normalizePlatform(image.platform)),
    target: inputs.target || null,
    method: [
      'build',
      readTransport(image.reference),
      ...readCompression(inputs),
      ...(squash === null ? [] : [`squash=${squash}`]),
    ].join(' '),
    image: name,
  };
}

/** Uncompressed sizes are the same everywhere; an engine knows no compressed ones, and a layout has its own. */
function readTransport(reference: string): string {
  return reference.split(':', 1)[0] ?? '';
}

/** What an output says about compression goes for the layers that are weighed, too. */
function readCompression({ outputs }: BuildInputs): readonly string[] {
  const attributes = outputs.map(readOutput).find(each => isImage(each))?.attributes;
  return ['compression', 'compression-level', 'force-compression'].flatMap(name => {
    const value = attributes?.get(name);
    return value === undefined ? [] : [`${name}=${value}`];
  });
}

/** The key of an image that was made elsewhere. */
export function keyInspectedImage(reference: string, title: string | null, platform: Platform): ImageKey {
  return {
    platform: formatPlatform(normalizePlatform(platform)),
    target: null,
    method: `inspect ${parseImageReference(reference).transport}`,
    image: title ?? identifyImage(reference),
  };
}
