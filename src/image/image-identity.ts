import { existsSync } from 'node:fs';
import { withoutIds } from '../base/commit.ts';
import { withoutLogin } from '../base/credentials.ts';
import { isDigest } from '../base/digest.ts';
import { DeadweightError } from '../base/errors.ts';
import { parseDockerName } from '../oci/docker-name.ts';
import { type ImageReference, parseImageReference } from './open-image.ts';
import { splitLocation } from './transports.ts';

/** What an image is known by where nothing but an id names it. */
const NAMELESS = 'image';

/**
 * What an image is known by, whatever its commit: `registry/repository`, or the path of its file. Its tag, its digest and its
 * id are left out, since each run has others; so two images of one repository are known by one name.
 * @param reference as the user wrote it; one that names no image stays as it is
 */
export function identifyImage(reference: string): string {
  return withoutIds(nameReference(reference));
}

function nameReference(text: string): string {
  try {
    return nameImage(parseImageReference(text));
  } catch (error) {
    if (error instanceof DeadweightError) return withoutLogin(text);
    throw error;
  }
}

function nameImage(reference: ImageReference): string {
  if ('location' in reference) return nameLocation(reference.location);
  if ('path' in reference) return reference.path;
  if ('standardInput' in reference) return NAMELESS;
  const name = 'storedName' in reference ? nameStored(reference.storedName) : reference.name;
  if (typeof name !== 'string') return `${name.registry}/${name.repository}`;
  // What engines print of an id are its first twelve digits.
  if (isDigest(name) || /^[0-9a-f]{12,64}$/.test(name)) return NAMELESS;
  return nameRepository(name);
}

/** The path of the archive or the directory that a reference names; null for anything else. */
export function imagePath(text: string): string | null {
  try {
    const reference = parseImageReference(text);
    if ('path' in reference) return reference.path;
    return 'location' in reference ? splitLocation(reference.location, existsSync).path : null;
  } catch (error) {
    if (error instanceof DeadweightError) return null;
    throw error;
  }
}

/** The name in `[DRIVER@ROOT]NAME@ID`; of `@ID` alone the ID. */
function nameStored(text: string): string {
  return text.replace(/^(?:\[[^\]]*\])?@?/, '').replace(/@[0-9a-f]{3,64}$/, '');
}

function nameRepository(name: string): string {
  const { registry, repository } = parseDockerName(name);
  return `${registry}/${repository}`;
}

/** Of several images in a file those are told apart that have a repository, or are counted: `@1`. */
function nameLocation(location: string): string {
  const { path, ref } = splitLocation(location, existsSync);
  if (ref === null) return path;
  if (/^@\d+$/.test(ref)) return `${path}:${ref}`;
  // A bare word is a tag in a layout.
  return /[:/]/.test(ref) && !isDigest(ref) ? `${path}:${nameRepository(ref)}` : path;
}
