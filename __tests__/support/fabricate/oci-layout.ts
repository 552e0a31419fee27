import { Buffer } from 'node:buffer';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { digestHex } from '../../../src/base/digest.ts';
import {
  blobOf,
  descriptorOf,
  type FabricatedBlob,
  type FabricatedImage,
  type WireDescriptor,
} from './image.ts';
import { fabricateTar } from './layer.ts';
import { file } from './node.ts';

/** Files by their path. */
export type FileSet = ReadonlyMap<string, Buffer>;

export interface OciLayoutOptions {
  /** One index of all images under one tag, as multi-platform builds have it. A manifest each at the top when absent. */
  readonly multiPlatform?: { readonly tag?: string };
  /** Adds an attestation manifest for each image of the multi-platform index, as BuildKit does. */
  readonly attestations?: boolean;
}

const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const REF_NAME = 'org.opencontainers.image.ref.name';

/** The files of an OCI image layout. */
export function ociLayout(images: readonly FabricatedImage[], options: OciLayoutOptions = {}): FileSet {
  const files = new Map<string, Buffer>([['oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}')]]);
  for (const image of images) for (const blob of blobsOf(image)) addBlob(files, blob);
  const top = options.multiPlatform
    ? [multiPlatformIndex(files, images, options)]
    : images.flatMap(image => descriptorsOf(image));
  const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: top };
  return files.set('index.json', Buffer.from(JSON.stringify(index)));
}

/**
 * The files of what `skopeo copy … dir:PATH` writes: blobs by the hex digits of their digests. `skopeo copy --all` writes
 * the index of several images.
 */
export function skopeoDirectory(images: readonly FabricatedImage[]): FileSet {
  const files = new Map<string, Buffer>([['version', Buffer.from('Directory Transport Version: 1.1\n')]]);
  for (const image of images) {
    for (const blob of [...image.layers, image.config]) files.set(digestHex(blob.digest), blob.bytes);
  }
  const [first, ...others] = images;
  if (first && others.length === 0) return files.set('manifest.json', first.manifest.bytes);
  for (const { manifest } of images) files.set(`${digestHex(manifest.digest)}.manifest.json`, manifest.bytes);
  const manifests = images.map(image => descriptorOf(image.manifest, { platform: image.platform }));
  const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests };
  return files.set('manifest.json', Buffer.from(JSON.stringify(index)));
}

/** Writes files below a directory. */
export async function writeFiles(directory: string, files: FileSet): Promise<void> {
  for (const [path, bytes] of files) {
    const target = join(directory, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
  }
}

/** The files as one tar: `oci-archive:` of an OCI layout. */
export function archiveOf(files: FileSet): Promise<Buffer> {
  return fabricateTar([...files].map(([path, bytes]) => [path, file(bytes)] as const));
}

function blobsOf(image: FabricatedImage): FabricatedBlob[] {
  return [...image.layers, image.config, image.manifest];
}

export function blobPath(blob: FabricatedBlob): string {
  return `blobs/${blob.digest.replace(':', '/')}`;
}

/** The platform as an index states it, in its own order of keys. */
function descriptorsOf(image: FabricatedImage): WireDescriptor[] {
  if (image.tags.length === 0) return [descriptorOf(image.manifest, { platform: image.platform })];
  return image.tags.map(tag =>
    descriptorOf(image.manifest, {
      platform: image.platform,
      annotations: { [REF_NAME]: tag, 'io.containerd.image.name': `docker.io/library/${tag}` },
    }),
  );
}

function multiPlatformIndex(
  files: Map<string, Buffer>,
  images: readonly FabricatedImage[],
  options: OciLayoutOptions,
): WireDescriptor {
  const manifests = images.map(image => descriptorOf(image.manifest, { platform: image.platform }));
  if (options.attestations) manifests.push(...images.map(image => attestation(files, image)));
  const index = blobOf({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }, OCI_INDEX);
  addBlob(files, index);
  const tag = options.multiPlatform?.tag;
  return descriptorOf(index, tag === undefined ? {} : { annotations: { [REF_NAME]: tag } });
}

function attestation(files: Map<string, Buffer>, image: FabricatedImage): WireDescriptor {
  const config = blobOf(
    { architecture: 'unknown', os: 'unknown', config: {}, rootfs: { type: 'layers', diff_ids: [] } },
    'application/vnd.oci.image.config.v1+json',
  );
  const statement = blobOf(
    { _type: 'https://in-toto.io/Statement/v0.1', subject: [{ digest: image.manifest.digest }] },
    'application/vnd.in-toto+json',
  );
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = blobOf(
    { schemaVersion: 2, mediaType, config: descriptorOf(config), layers: [descriptorOf(statement)] },
    mediaType,
  );
  for (const blob of [config, statement, manifest]) addBlob(files, blob);
  return descriptorOf(manifest, {
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: {
      'vnd.docker.reference.digest': image.manifest.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
  });
}

function addBlob(files: Map<string, Buffer>, blob: FabricatedBlob): void {
  files.set(blobPath(blob), blob.bytes);
}
