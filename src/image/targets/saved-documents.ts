import { Buffer } from 'node:buffer';
import { DeadweightError } from '../../base/errors.ts';
import { formatPlatform } from '../../base/platform.ts';
import { type DockerName, formatDockerName } from '../../oci/docker-name.ts';
import { OCI_INDEX } from '../../oci/media-type.ts';
import { blobPath } from '../sources/image-candidates.ts';
import { CONTAINERD_NAME, REF_NAME } from '../sources/oci-layout.ts';
import type { OutgoingDocument, WrittenImage } from './image-target.ts';

/** A file of an archive or a layout. */
export interface NamedDocument {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The entry of an index for what was written: the index of several platforms, or the manifest of the one. */
export function rootEntry(
  images: readonly WrittenImage[],
  index: OutgoingDocument | null,
  annotations: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const [only] = images;
  const root = index ?? only?.manifest;
  if (root === undefined) throw new TypeError('an image has a platform');
  const { mediaType, digest, size } = root;
  const platform = index === null && only !== undefined ? { platform: only.platform } : {};
  const hasAnnotations = Object.keys(annotations).length > 0;
  return { mediaType, digest, size, ...(hasAnnotations && { annotations }), ...platform };
}

/** The file that makes a folder or an archive an OCI layout. */
export const LAYOUT_FILE: NamedDocument = {
  path: 'oci-layout',
  bytes: Buffer.from('{"imageLayoutVersion":"1.0.0"}'),
};

/** Manifests and index, by their digests. */
export function manifestFiles(
  images: readonly WrittenImage[],
  index: OutgoingDocument | null,
): readonly NamedDocument[] {
  const documents = [...images.map(({ manifest }) => manifest), ...(index === null ? [] : [index])];
  return documents.map(({ digest, bytes }) => ({ path: blobPath(digest), bytes }));
}

/** The `index.json` of a layout. */
export function indexFile(entries: readonly unknown[]): NamedDocument {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: entries }));
  return { path: 'index.json', bytes };
}

/** What names an image in the index of a layout. @param ref as it was written; null for none */
export function refAnnotations(ref: string | null): Readonly<Record<string, string>> {
  return ref === null ? {} : { [REF_NAME]: ref };
}

/** As `docker save` names an image in its index. @param name null for none */
export function savedAnnotations(name: DockerName | null): Readonly<Record<string, string>> {
  if (name === null) return {};
  return { [CONTAINERD_NAME]: formatDockerName(name), [REF_NAME]: name.tag ?? 'latest' };
}

/**
 * The `manifest.json` of `docker save`.
 * @throws DeadweightError `usage` for several platforms: it names one image
 */
export function savedManifest(images: readonly WrittenImage[], name: DockerName | null): NamedDocument {
  const [image, ...others] = images;
  if (image === undefined || others.length > 0) throw severalPlatforms(images);
  const entry = {
    Config: blobPath(image.config.digest),
    RepoTags: name === null ? null : [familiarName(name)],
    Layers: image.layers.map(({ digest }) => blobPath(digest)),
  };
  return { path: 'manifest.json', bytes: Buffer.from(JSON.stringify([entry])) };
}

/** As engines show a name: without Docker Hub's. */
function familiarName(name: DockerName): string {
  return formatDockerName(name).replace(/^docker\.io\/(?:library\/)?/, '');
}

/** @throws DeadweightError `usage` */
export function severalPlatforms(images: readonly Pick<WrittenImage, 'platform'>[]): DeadweightError {
  const platforms = images.map(({ platform }) => formatPlatform(platform));
  const [first = ''] = platforms;
  return new DeadweightError('usage', {
    message: `The image has several platforms (${platforms.join(', ')}), and an engine's archive holds one.`,
    remedy: `Choose one of them with --platform ${first}, or write to oci:DIR, oci-archive:PATH or docker://NAME.`,
  });
}
