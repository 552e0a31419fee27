import { isDigest } from '../base/digest.ts';
import { DeadweightError } from '../base/errors.ts';
import { printable, withoutCredentials } from '../base/untrusted-text.ts';
import { type DockerName, parseDockerName, withDefaultTag } from './docker-name.ts';

/** Where an image is, in skopeo's transports. https://github.com/containers/image/blob/main/docs/containers-transports.5.md */
export type ImageReference = EngineReference | RegistryReference | FileReference;

export interface EngineReference {
  readonly transport: 'docker-daemon';
  /** As the user wrote it, without credentials. */
  readonly text: string;
  /** What the engine is asked for: a name, an image ID or a part of one. */
  readonly name: string;
}

export interface RegistryReference {
  readonly transport: 'docker';
  readonly text: string;
  readonly name: DockerName;
}

export interface FileReference {
  readonly transport: 'docker-archive' | 'oci' | 'oci-archive';
  readonly text: string;
  /** `PATH[:REF]`: only the file system tells where the path ends, see `splitLocation`. */
  readonly location: string;
}

const FILES = ['docker-archive', 'oci-archive', 'oci'] as const;

/**
 * Reads the IMAGE of the command line: `docker-daemon:NAME[:TAG]`, `docker-daemon:sha256:…`, `docker-archive:PATH[:REF]`,
 * `oci:DIR[:REF]`, `oci-archive:PATH[:REF]`, `docker://NAME[:TAG|@DIGEST]`; a bare name is the engine's image.
 * An image called `oci:latest` is `docker-daemon:oci:latest`.
 * @throws DeadweightError `reference-invalid`.
 */
export function parseImageReference(input: string): ImageReference {
  const text = input.trim();
  if (text.startsWith('docker://')) {
    const name = withDefaultTag(parseDockerName(text.slice('docker://'.length)));
    return { transport: 'docker', text, name };
  }
  for (const transport of FILES) {
    if (!text.startsWith(`${transport}:`)) continue;
    const location = text.slice(transport.length + 1);
    if (location === '' || location.startsWith(':')) throw invalid(text, 'it names no path');
    return { transport, text, location };
  }
  const prefix = 'docker-daemon:';
  const explicit = text.startsWith(prefix);
  const name = explicit ? text.slice(prefix.length) : text;
  if (name === '') throw invalid(text, 'it is empty');
  if (!explicit) assertNoFile(name);
  if (!isDigest(name)) parseDockerName(name);
  return { transport: 'docker-daemon', text, name };
}

function assertNoFile(name: string): void {
  if (!/^(?:\.{0,2}[\\/]|[A-Za-z]:\\)|\.tar(?:\.\w+)?$/.test(name)) return;
  throw new DeadweightError('reference-invalid', {
    message: `"${printable(name)}" looks like a file, and a bare name is an image of the Docker engine.`,
    remedy: `Say what the file is: docker-archive:${printable(name)}, oci-archive:${printable(name)} or oci:DIRECTORY.`,
  });
}

function invalid(text: string, why: string): DeadweightError {
  return new DeadweightError('reference-invalid', {
    message: `"${printable(withoutCredentials(text))}" does not name an image: ${why}.`,
    remedy:
      'Write NAME[:TAG], docker-daemon:NAME[:TAG], docker-archive:PATH[:REF], oci:DIRECTORY[:REF], oci-archive:PATH[:REF] or docker://NAME[:TAG|@DIGEST].',
  });
}

export interface Location {
  readonly path: string;
  /** What follows the path: a tag, a name, a digest, or `@N` for the N-th image; null when there is nothing. */
  readonly ref: string | null;
}

/**
 * Splits `PATH[:REF]`. Paths may hold colons (a Windows drive, a date), and so may references: the longest
 * path that exists wins. When none does, the path ends at the first colon after a drive letter, as skopeo has it.
 */
export function splitLocation(location: string, exists: (path: string) => boolean): Location {
  for (let end = location.length; end > 0; end = location.lastIndexOf(':', end - 1)) {
    const path = location.slice(0, end);
    if (exists(path)) return { path, ref: location.slice(end + 1) || null };
  }
  const drive = /^[A-Za-z]:[\\/]/.test(location) ? 2 : 0;
  const colon = location.indexOf(':', drive);
  if (colon < 0) return { path: location, ref: null };
  return { path: location.slice(0, colon), ref: location.slice(colon + 1) || null };
}
