import { existsSync } from 'node:fs';
import { withoutLogin } from '../../base/credentials.ts';
import { DeadweightError } from '../../base/errors.ts';
import { printable } from '../../base/untrusted-text.ts';
import { type DockerName, parseDockerName, withDefaultTag } from '../../oci/docker-name.ts';
import { chooseEndpoint } from '../engine/endpoint.ts';
import { EngineClient } from '../engine/engine-client.ts';
import { EngineConnection } from '../engine/engine-connection.ts';
import type { OpenOptions } from '../image.ts';
import { findTransport, splitLocation, targetForms } from '../transports.ts';
import { type ArchiveDocuments, ArchiveTarget } from './archive-target.ts';
import { DockerDaemonTarget } from './docker-daemon-target.ts';
import { openRegistryTarget } from './docker-registry-target.ts';
import { ImageDirectoryTarget } from './image-directory-target.ts';
import type { ImageTarget, UnfinishedPaths, WrittenImage } from './image-target.ts';
import { OciLayoutTarget } from './oci-layout-target.ts';
import {
  indexFile,
  LAYOUT_FILE,
  manifestFiles,
  refAnnotations,
  rootEntry,
  savedAnnotations,
  savedManifest,
  severalPlatforms,
} from './saved-documents.ts';

/** What opening a target needs from outside. */
export interface TargetOptions
  extends Pick<OpenOptions, 'env' | 'homeDir' | 'hostPlatform' | 'exec' | 'log'> {
  /** Of the run. */
  readonly temporaryDir: string;
  readonly unfinished: UnfinishedPaths;
}

/** Where an image is to be written to, as it was asked for. */
export type TargetReference =
  | { readonly kind: 'docker-daemon' | 'docker'; readonly text: string; readonly name: DockerName }
  | {
      readonly kind: 'docker-archive';
      readonly text: string;
      readonly path: string;
      readonly name: DockerName | null;
    }
  | {
      readonly kind: 'oci' | 'oci-archive';
      readonly text: string;
      readonly path: string;
      readonly ref: string | null;
    }
  | { readonly kind: 'dir'; readonly text: string; readonly path: string };

/**
 * Reads an output as a command line names it: `oci:DIR[:REF]`.
 * @param tag what the image is to be called, where the output does not say; null for nothing
 * @throws DeadweightError `usage`, `reference-invalid`
 */
export function parseTarget(output: string, tag: string | null): TargetReference {
  const text = output.trim();
  const transport = findTransport(text);
  if (transport?.isWritable !== true) throw notWritable(text);
  const rest = text.slice(transport.prefix.length);
  switch (transport.name) {
    case 'docker-daemon':
    case 'docker':
      if (tag !== null) throw namedTwice(text, tag);
      return { kind: transport.name, text, name: withDefaultTag(parseDockerName(rest)) };
    case 'dir':
      if (tag !== null) throw nameless(text);
      return { kind: 'dir', text, path: pathOf(rest, text) };
    case 'docker-archive': {
      const { path, ref } = locationOf(rest, tag, text);
      return {
        kind: 'docker-archive',
        text,
        path,
        name: ref === null ? null : withDefaultTag(parseDockerName(ref)),
      };
    }
    case 'oci':
    case 'oci-archive':
      return { kind: transport.name, text, ...locationOf(rest, tag, text) };
    default:
      throw notWritable(text);
  }
}

/** The path of a file or a folder that a target writes; null for what is none. */
export function targetPath(target: TargetReference): string | null {
  return 'path' in target ? target.path : null;
}

/** @throws DeadweightError `usage` for several platforms where one alone can be written */
export function assertHolds(
  { kind }: TargetReference,
  images: readonly Pick<WrittenImage, 'platform'>[],
): void {
  if (images.length > 1 && (kind === 'docker-archive' || kind === 'docker-daemon'))
    throw severalPlatforms(images);
}

/**
 * Opens a target. Nothing is written yet.
 * @param target paths of it are absolute, or of the working directory
 * @throws DeadweightError `engine-unreachable`, `permission-denied`, `config-invalid`, `reference-invalid`
 */
export async function openTarget(target: TargetReference, options: TargetOptions): Promise<ImageTarget> {
  const { unfinished } = options;
  const reference = withoutLogin(target.text);
  switch (target.kind) {
    case 'docker':
      return await openRegistryTarget(target.name, reference, options);
    case 'docker-daemon':
      return await openEngineTarget(reference, target.name, options);
    case 'dir':
      return new ImageDirectoryTarget(reference, target.path, unfinished);
    case 'oci':
      return new OciLayoutTarget(reference, target.path, target.ref, unfinished);
    case 'oci-archive': {
      const { path, ref } = target;
      const documents = layoutDocuments(refAnnotations(ref));
      return new ArchiveTarget({ reference, path, usualCompression: 'gzip', documents, unfinished });
    }
    case 'docker-archive': {
      const { path, name } = target;
      const documents = savedDocuments(name);
      return new ArchiveTarget({ reference, path, usualCompression: 'none', documents, unfinished });
    }
  }
}

async function openEngineTarget(
  reference: string,
  name: DockerName,
  options: TargetOptions,
): Promise<ImageTarget> {
  const { env, homeDir, hostPlatform, exec, temporaryDir, unfinished } = options;
  const connection = new EngineConnection(chooseEndpoint({ env, homeDir, hostOs: hostPlatform.os }), env);
  try {
    const client = await EngineClient.connectOnce(connection, env['DOCKER_API_VERSION'], exec);
    const { hasContainerdStore: keepsBlobs } = await client.info();
    const documents = savedDocuments(name);
    return new DockerDaemonTarget({
      reference,
      name,
      client,
      keepsBlobs,
      documents,
      temporaryDir,
      unfinished,
    });
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** @param annotations of the entry of the index */
function layoutDocuments(annotations: Readonly<Record<string, string>>): ArchiveDocuments {
  return (images, index) => [
    ...manifestFiles(images, index),
    LAYOUT_FILE,
    indexFile([rootEntry(images, index, annotations)]),
  ];
}

/** As `docker save` has it: a layout, and beside it what older engines read. */
function savedDocuments(name: DockerName | null): ArchiveDocuments {
  const layout = layoutDocuments(savedAnnotations(name));
  return (images, index) => [...layout(images, index), savedManifest(images, name)];
}

function locationOf(rest: string, tag: string | null, text: string) {
  const { path, ref } = splitLocation(rest, existsSync);
  if (ref !== null && tag !== null) throw namedTwice(text, tag);
  return { path: pathOf(path, text), ref: ref ?? tag };
}

function pathOf(path: string, text: string): string {
  if (path === '-')
    throw new DeadweightError('usage', {
      message: `"${printable(text)}" is standard output, and an image is written to a file.`,
      remedy: 'Give the path of a file.',
    });
  if (path !== '') return path;
  throw new DeadweightError('usage', {
    message: `"${printable(text)}" names no path.`,
    remedy: `Write ${targetForms().join(', ')}.`,
  });
}

function notWritable(text: string): DeadweightError {
  return new DeadweightError('usage', {
    message: `No image can be written to "${printable(withoutLogin(text))}".`,
    remedy: `Write one of ${targetForms().join(', ')}.`,
  });
}

function namedTwice(text: string, tag: string): DeadweightError {
  return new DeadweightError('usage', {
    message: `The output ${printable(withoutLogin(text))} says what the image is called, and --tag ${printable(tag)} says it again.`,
    remedy: 'Give only one of them.',
  });
}

function nameless(text: string): DeadweightError {
  return new DeadweightError('usage', {
    message: `${printable(text)} is a directory of skopeo, which has no name for its image.`,
    remedy: 'Write it without --tag, or to oci:DIR.',
  });
}
