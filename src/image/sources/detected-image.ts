import { existsSync, statSync } from 'node:fs';
import { DeadweightError } from '../../base/errors.ts';
import { printable } from '../../base/untrusted-text.ts';
import { normalizeName } from '../../oci/docker-name.ts';
import { openArchiveFiles } from '../files/archive-files.ts';
import { openDirectory } from '../files/directory-files.ts';
import type { ArchiveOptions, Choice, Image } from '../image.ts';
import type { ImageFiles } from '../layer-reader.ts';
import { openSavedImage } from './docker-archive.ts';
import { openImageDirectory } from './image-directory.ts';
import { openOciImage, openOciLayout } from './oci-layout.ts';

/**
 * Opens a path without a transport: what it holds tells what it is.
 * @throws DeadweightError `input-missing`, `not-an-image`, and as that kind of image is opened
 */
export async function openPath(path: string, choice: Choice, options: ArchiveOptions = {}): Promise<Image> {
  if (!existsSync(path)) throw noSuchPath(path, choice.reference);
  return statSync(path).isDirectory()
    ? await openDetectedDirectory(path, choice)
    : await openDetectedArchive(path, path, choice, options);
}

/**
 * Opens an archive, of docker save or of an OCI layout.
 * @param name what the user called it, for messages
 */
export async function openDetectedArchive(
  path: string,
  name: string,
  choice: Choice,
  options: ArchiveOptions = {},
): Promise<Image> {
  const files = await openArchiveFiles(path, name, options);
  try {
    // What docker save writes is an OCI layout, too, and its manifest.json tells more.
    if (files.has('manifest.json')) return openSavedImage(files, choice);
    if (files.has('oci-layout')) return openOciImage(files, choice);
    throw noImage(files);
  } catch (error) {
    files.close();
    throw error;
  }
}

async function openDetectedDirectory(path: string, choice: Choice): Promise<Image> {
  const files = openDirectory(path, 'oci');
  if (files.has('oci-layout')) return await openOciLayout(path, choice);
  if (!files.has('manifest.json')) throw noImage(files);
  if (choice.ref === null) return await openImageDirectory(path, choice);
  throw new DeadweightError('reference-invalid', {
    message: `${path} is a directory of skopeo, which holds one image and has no name for it.`,
    remedy: `Write dir:${path}.`,
  });
}

function noSuchPath(path: string, reference: string): DeadweightError {
  const isName = normalizeName(reference) !== null;
  const engine = isName ? `; docker-daemon:${printable(reference)} is an image of the engine` : '';
  return new DeadweightError('input-missing', {
    message: `${printable(path)} does not exist.`,
    remedy: `Check the path, which starts at the working directory${engine}.`,
  });
}

function noImage(files: ImageFiles): DeadweightError {
  const found = files.list().map(printable).join(', ') || 'nothing';
  return new DeadweightError('not-an-image', {
    message: `${files.name} is no image: it has neither the manifest.json of docker save and skopeo nor the oci-layout of an OCI layout; there is ${found}.`,
    remedy: files.has('Dockerfile')
      ? `Run deadweight build ${files.name} to build and weigh it.`
      : 'Give what docker save, podman save, skopeo copy or buildx --output type=oci wrote; docker export writes a filesystem only.',
  });
}
