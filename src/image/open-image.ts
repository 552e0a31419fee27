import { existsSync } from 'node:fs';
import {
  type FileReference,
  type ImageReference,
  parseImageReference,
  splitLocation,
} from '../oci/image-reference.ts';
import type { Choice, Image, OpenOptions } from './image.ts';
import { openDockerArchive } from './sources/docker-archive.ts';
import { openEngineImage } from './sources/docker-daemon.ts';
import { openRegistryImage } from './sources/docker-registry.ts';
import { openOciArchive, openOciLayout } from './sources/oci-layout.ts';

/**
 * Opens one platform of an image, wherever it is. Nothing of its layers is read yet.
 * @param reference as the user wrote it, or already read
 * @throws DeadweightError `reference-invalid`, `image-not-found`, `platform-unknown`, `not-an-image`, `engine-unreachable`, …
 */
export async function openImage(reference: ImageReference | string, options: OpenOptions): Promise<Image> {
  const parsed = typeof reference === 'string' ? parseImageReference(reference) : reference;
  const { platform, hostPlatform } = options;
  const choice: Choice = {
    reference: parsed.text,
    ref: null,
    hostPlatform,
    ...(platform && { platform }),
  };
  switch (parsed.transport) {
    case 'docker-daemon':
      return await openEngineImage(parsed.name, choice, options);
    case 'docker':
      return await openRegistryImage(parsed.name, choice, options);
    default:
      return await openFile(parsed, choice);
  }
}

async function openFile({ transport, location }: FileReference, choice: Choice): Promise<Image> {
  const { path, ref } = splitLocation(location, existsSync);
  const open = { 'docker-archive': openDockerArchive, 'oci-archive': openOciArchive, oci: openOciLayout }[
    transport
  ];
  return await open(path, { ...choice, ref });
}
