import { existsSync } from 'node:fs';
import { withoutLogin } from '../base/credentials.ts';
import { isDigest } from '../base/digest.ts';
import { silentProgress } from '../base/effects.ts';
import { DeadweightError } from '../base/errors.ts';
import { printable } from '../base/untrusted-text.ts';
import { type DockerName, normalizeName } from '../oci/docker-name.ts';
import { STANDARD_INPUT } from './files/archive-files.ts';
import type { ArchiveOptions, Choice, Image, OpenOptions } from './image.ts';
import { openStoredImage } from './sources/containers-storage.ts';
import { openDetectedArchive, openPath } from './sources/detected-image.ts';
import { openDockerArchive } from './sources/docker-archive.ts';
import { openEngineImage } from './sources/docker-daemon.ts';
import { openRegistryImage } from './sources/docker-registry.ts';
import { openImageDirectory } from './sources/image-directory.ts';
import { openOciArchive, openOciLayout } from './sources/oci-layout.ts';
import {
  findTransport,
  type ImageAddress,
  type Opener,
  splitLocation,
  TRANSPORTS,
  type TransportName,
} from './transports.ts';
import { explainMissing, findWrongReference } from './wrong-reference.ts';

/** What names an image: by one of the transports, as skopeo writes them. */
export type ImageReference = ImageAddress & {
  readonly transport: TransportName;
  /** Whether reading a layer again is another download. */
  readonly isRemote: boolean;
  /** As the user wrote it, without credentials. */
  readonly text: string;
  /** Opens it. Nothing of its layers is read yet. */
  open(choice: Choice, options: OpenOptions): Promise<Image>;
};

const openEngine: Opener<{ readonly name: string }> = async ({ name }, choice, options) => {
  try {
    return await openEngineImage(name, choice, options);
  } catch (error) {
    throw explainMissing(error, name, options.env);
  }
};
const openRegistry: Opener<{ readonly name: DockerName }> = ({ name }, choice, options) =>
  openRegistryImage(name, choice, options);

const openStored: Opener<{ readonly storedName: string }> = ({ storedName }, choice, options) =>
  openStoredImage(storedName, choice, options);

const openDir: Opener<{ readonly path: string }> = ({ path }, choice) => openImageDirectory(path, choice);

/** What opens the images of each transport. */
const OPENERS = {
  'docker-daemon': openEngine,
  'docker-archive': atLocation(openDockerArchive),
  oci: atLocation(openOciLayout),
  'oci-archive': atLocation(openOciArchive),
  dir: openDir,
  'containers-storage': openStored,
  path: atLocation(openPath),
  'standard-input': openStandardInput,
  docker: openRegistry,
} satisfies Readonly<Record<TransportName, unknown>>;

/**
 * Reads the IMAGE of the command line: PREFIX and address of a transport; a bare name is the engine's image. An image
 * called `oci:latest` is `docker-daemon:oci:latest`.
 * @throws DeadweightError `reference-invalid`.
 */
export function parseImageReference(input: string): ImageReference {
  const text = input.trim();
  const wrong = findWrongReference(text);
  if (wrong !== null) throw wrong;
  const named = findTransport(text) ?? findFile(text);
  const transport = named ?? TRANSPORTS.find(each => each.isDefault);
  if (transport === undefined) throw new TypeError('no transport takes names without a prefix');
  const address = transport.read(text.slice(named?.prefix.length ?? 0), OPENERS);
  if ('problem' in address) throw invalid(text, address.problem);
  return { ...address, transport: transport.name, isRemote: transport.isRemote ?? false, text };
}

/** What no image can be called is a path, where there is one: `Dockerfile`, `App`. */
function findFile(text: string): (typeof TRANSPORTS)[number] | undefined {
  if (normalizeName(text) !== null || isDigest(text) || !existsSync(text)) return undefined;
  return TRANSPORTS.find(({ name }) => name === 'path');
}

/**
 * Opens one platform of an image, wherever it is. Nothing of its layers is read yet.
 * @param reference as the user wrote it
 * @throws DeadweightError `reference-invalid`, `image-not-found`, `platform-unknown`, `not-an-image`, `engine-unreachable`, …
 */
export async function openImage(reference: string, options: OpenOptions): Promise<Image> {
  const { text, open } = parseImageReference(reference);
  const { platform, hostPlatform } = options;
  const choice = { reference: text, ref: null, hostPlatform, ...(platform && { platform }) };
  const { progress = silentProgress } = options;
  return await progress.show({ label: `Opening ${text}` }, () => open(choice, options));
}

function atLocation(
  open: (path: string, choice: Choice, options: ArchiveOptions) => Promise<Image>,
): Opener<{ readonly location: string }> {
  return async ({ location }, choice, options) => {
    const { path, ref } = splitLocation(withoutSlashes(location), existsSync);
    return await open(path, { ...choice, ref }, options);
  };
}

/** `docker-archive://app.tar`: others write transports as URLs, and a path may begin with two slashes. */
function withoutSlashes(location: string): string {
  if (!location.startsWith('//')) return location;
  const { path } = splitLocation(location, existsSync);
  return existsSync(path) ? location : location.slice(2);
}

async function openStandardInput(
  _address: { readonly standardInput: true },
  choice: Choice,
  options: OpenOptions,
): Promise<Image> {
  const { saveStandardInput } = options;
  if (saveStandardInput === undefined) {
    throw new DeadweightError('reference-invalid', {
      message: '"-" stands for an archive on standard input, which there is none of here.',
      remedy: 'Name a file: docker-archive:PATH or oci-archive:PATH.',
    });
  }
  const path = await saveStandardInput();
  try {
    return await openDetectedArchive(path, STANDARD_INPUT, choice, options);
  } catch (error) {
    throw nameStandardInput(error);
  }
}

/** The name of an archive begins many messages, and this one is neither a path nor a reference that reads well. */
function nameStandardInput(error: unknown): unknown {
  if (!(error instanceof DeadweightError)) return error;
  const message = error.message.replace(/^(?:standard input|-)(?=[ :])/, 'Standard input');
  return new DeadweightError(error.code, { message, remedy: error.remedy, cause: error });
}

function invalid(text: string, why: string): DeadweightError {
  const forms = TRANSPORTS.flatMap(({ prefix, form, isDefault }) => [
    ...(isDefault ? [form] : []),
    prefix + form,
  ]);
  return new DeadweightError('reference-invalid', {
    message: `"${printable(withoutLogin(text))}" does not name an image: ${why}.`,
    remedy: `Write ${alternatives(forms)}.`,
  });
}

/** `a, b or c` */
function alternatives(forms: readonly string[]): string {
  return [forms.slice(0, -1).join(', '), ...forms.slice(-1)].join(' or ');
}
