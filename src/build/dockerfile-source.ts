import { realpathSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DeadweightError, systemErrorCode, systemReason } from '../base/errors.ts';
import { FileTooLarge, readInputFile } from '../base/input-file.ts';
import { pathInside } from '../base/inside-path.ts';
import { isAddress } from '../dockerfile/context-copy.ts';
import { type Dockerfile, parseDockerfile } from '../dockerfile/dockerfile.ts';
import { type IgnoreSource, ignoreFilePaths } from '../dockerfile/ignore-file.ts';

/** Where the Dockerfile is read from: a local path, or by BuildKit from a remote context. */
export type DockerfileSource =
  | {
      readonly kind: 'local';
      /** Relative to the working directory, as locations show it. */
      readonly path: string;
      readonly context: string;
    }
  | { readonly kind: 'remote'; readonly path: string };

/** Whether the context is fetched by BuildKit, which takes `github.com/…` for a repository there. */
export function isRemoteContext(context: string): boolean {
  return isAddress(context) || /^github\.com\//i.test(context);
}

/** The folder of a context; null where it is not on this machine. */
export function localFolder(context: string): string | null {
  return isRemoteContext(context) ? null : context;
}

/** As docker buildx build finds it: `--file` from the working directory, else `Dockerfile` in the context. */
export function chooseDockerfileSource(inputs: {
  readonly context: string;
  readonly file: string;
}): DockerfileSource {
  if (isRemoteContext(inputs.context) || isRemoteContext(inputs.file)) {
    return { kind: 'remote', path: inputs.file === '' ? 'Dockerfile' : inputs.file };
  }
  const path = inputs.file === '' ? join(inputs.context, 'Dockerfile') : inputs.file;
  return { kind: 'local', path, context: inputs.context };
}

/** Bytes of a Dockerfile, and of an ignore file. Real ones are a thousand times smaller. */
export const MAX_DOCKERFILE = 4 * 1024 * 1024;

/** Where paths of a build start. */
export interface BuildPlace {
  /** Those of its inputs. Absolute. */
  readonly cwd: string;
  /** Those that reports name: the top of a repository, through no link; absent, they are named as the inputs do. Absolute. */
  readonly namesFrom?: string;
}

/** What reports call a file: a path of the repository, whatever folder of the machine it lies in. */
export function reportedPath(path: string, { cwd, namesFrom }: BuildPlace): string {
  if (namesFrom === undefined) return path;
  const full = resolve(cwd, path);
  return pathInside(namesFrom, join(realFolder(dirname(full)), basename(full))) ?? path;
}

function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** What a local build reads beside its context. Paths are named as reports do. */
export interface LocalSources {
  readonly dockerfile: Dockerfile;
  readonly ignoreFile: IgnoreSource;
}

/**
 * Reads the Dockerfile and the ignore file of a local build before it runs, so that a wrong path is told at once; null for a
 * remote one.
 * @throws DeadweightError `dockerfile-missing`, `input-missing` (no context), `limit-exceeded`
 */
export async function readLocalSources(
  source: DockerfileSource,
  place: BuildPlace,
): Promise<LocalSources | null> {
  const found = await findLocalDockerfile(source, place);
  if (found === null || source.kind === 'remote') return null;
  const { path, text } = readIgnoreFile(place.cwd, found.path, source.context);
  return {
    dockerfile: parseDockerfile(found.text, reportedPath(found.path, place)),
    ignoreFile: { path: path === null ? null : reportedPath(path, place), text },
  };
}

/**
 * The Dockerfile of a local build; null for a remote one.
 * @returns its path as the inputs have it
 * @throws DeadweightError as `readLocalSources`
 */
export async function findLocalDockerfile(
  source: DockerfileSource,
  { cwd }: Pick<BuildPlace, 'cwd'>,
): Promise<{ readonly path: string; readonly text: string } | null> {
  if (source.kind === 'remote') return null;
  if (!(await isDirectory(resolve(cwd, source.context)))) {
    throw new DeadweightError('input-missing', {
      message: `The build context ${source.context} is not a directory (looked at ${resolve(cwd, source.context)}).`,
      remedy: 'Give the directory to build from as context.',
    });
  }
  // BuildKit takes either spelling where no file is named.
  const lowerCase = join(dirname(source.path), 'dockerfile');
  const isDefault = source.path === join(source.context, 'Dockerfile');
  for (const path of isDefault ? [source.path, lowerCase] : [source.path]) {
    const text = readText(resolve(cwd, path));
    if (text !== null) return { path, text };
  }
  throw new DeadweightError('dockerfile-missing', {
    message: `There is no Dockerfile at ${source.path} (looked at ${resolve(cwd, source.path)}).`,
    remedy:
      'Name the Dockerfile, relative to the working directory: with --file (-f), or with the input file of a workflow.',
  });
}

/**
 * The ignore file that counts, by its path from the top.
 * @param top where the other paths start. Absolute
 */
export function readIgnoreFile(top: string, dockerfile: string, context: string): IgnoreSource {
  for (const path of ignoreFilePaths(dockerfile, context)) {
    try {
      return { path, text: readInputFile(resolve(top, path), { maxBytes: MAX_DOCKERFILE }).toString('utf8') };
    } catch {
      // There is none, or it is none: BuildKit takes the next as well.
    }
  }
  return { path: null, text: '' };
}

function readText(path: string): string | null {
  try {
    return readInputFile(path, { maxBytes: MAX_DOCKERFILE }).toString('utf8');
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new DeadweightError(cause instanceof FileTooLarge ? 'limit-exceeded' : 'dockerfile-missing', {
      message: `The Dockerfile ${path} cannot be read: ${systemReason(cause)}.`,
      remedy: 'Name a readable file with file (-f).',
      cause,
    });
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
