import { createHash } from 'node:crypto';
import { type Digest, digestAlgorithm, digestHex } from '../../base/digest.ts';
import { DeadweightError } from '../../base/errors.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { type ImageConfig, parseImageConfig } from '../../oci/image-config.ts';
import { type ImageIndex, type ImageManifest, parseManifest } from '../../oci/manifest.ts';
import type { ImageFiles } from '../files/image-files.ts';

/** Documents that are named by their digest: read whole, and always verified. */
export type DocumentFiles = Pick<ImageFiles, 'name' | 'has' | 'read'>;

/** Where the OCI image layout keeps a blob. */
export function blobPath(digest: Digest): string {
  return `blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`;
}

/** @throws DeadweightError `blob-missing`, `digest-mismatch`, `input-corrupt`, `not-an-image`. */
export function readManifest(files: DocumentFiles, descriptor: Descriptor): ImageManifest | ImageIndex {
  const { bytes, place } = readBlob(files, descriptor, 'The manifest');
  return parseManifest(bytes, place, descriptor.mediaType || null);
}

/** @throws DeadweightError `blob-missing`, `digest-mismatch`, `input-corrupt`. */
export function readConfig(files: DocumentFiles, descriptor: Descriptor): ImageConfig {
  const { bytes, place } = readBlob(files, descriptor, 'The config');
  return parseImageConfig(bytes, place);
}

function readBlob(files: DocumentFiles, { digest }: Descriptor, what: string) {
  const path = blobPath(digest);
  const place = `${what} ${path} of ${files.name}`;
  const bytes = files.read(path);
  if (!bytes) {
    throw new DeadweightError('blob-missing', {
      message: `${place} is not there.`,
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
