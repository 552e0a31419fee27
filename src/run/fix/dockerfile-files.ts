import { isUtf8 } from 'node:buffer';
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DeadweightError, systemErrorCode, systemReason } from '../../base/errors.ts';
import { FileTooLarge, readInputFile, UnfitFile } from '../../base/input-file.ts';
import type { BuildInputs } from '../../build/build-inputs.ts';
import type { BuildResult } from '../../build/build-result.ts';
import {
  type BuildPlace,
  chooseDockerfileSource,
  findLocalDockerfile,
  isRemoteContext,
  MAX_DOCKERFILE,
  reportedPath,
} from '../../build/dockerfile-source.ts';
import { ignoreFilePaths } from '../../dockerfile/ignore-file.ts';
import type { EditedTexts, FixableFiles } from '../../findings/fix/patch.ts';
import { writeOutputFile } from '../publish/output-file.ts';
import { findOtherDockerfiles } from './other-dockerfiles.ts';

/**
 * Reads both as BuildKit finds them: `NAME.dockerignore` beside the Dockerfile wins over the context's.
 * @throws DeadweightError `usage` when the build reads them from elsewhere, or one is not UTF-8; `permission-denied`, and as
 * `readLocalSources`
 */
export async function readDockerfileFiles(inputs: BuildInputs, place: BuildPlace): Promise<FixableFiles> {
  const source = chooseDockerfileSource(inputs);
  if (source.kind === 'remote') {
    throw new DeadweightError('usage', {
      message: `The Dockerfile of ${inputs.context} is not on this machine, so it cannot be edited.`,
      remedy: 'Clone the repository, and give its folder as context.',
    });
  }
  const found = (await findLocalDockerfile(source, place))?.path ?? source.path;
  const fileOf = (path: string, text: string | null) => ({
    path: reportedPath(path, place),
    text: text ?? '',
  });
  const dockerfile = fileOf(found, textOf(found, place.cwd));
  const [own, shared] = ignoreFilePaths(found, source.context);
  const ownText = textOf(own, place.cwd);
  if (ownText !== null) return { dockerfile, ignore: fileOf(own, ownText) };
  const others = findOtherDockerfiles(found, source.context, place);
  return { dockerfile, ignore: fileOf(shared, textOf(shared, place.cwd)), others };
}

/** null where there is no such file. */
function textOf(path: string, cwd: string): string | null {
  try {
    const bytes = readInputFile(resolve(cwd, path), { maxBytes: MAX_DOCKERFILE });
    if (!isUtf8(bytes)) throw notUtf8(path);
    return bytes.toString('utf8');
  } catch (error) {
    if (error instanceof DeadweightError) throw error;
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    // A directory of that name is none, for BuildKit too.
    if (error instanceof UnfitFile && !(error instanceof FileTooLarge)) return null;
    throw new DeadweightError('permission-denied', {
      message: `${path} cannot be read: ${systemReason(error)}.`,
      remedy: 'Make the file readable.',
      cause: error,
    });
  }
}

/** Written back, it would be another file. */
function notUtf8(path: string): DeadweightError {
  return new DeadweightError('usage', {
    message: `${path} is not UTF-8.`,
    remedy: 'Save it as UTF-8: BuildKit reads it as that.',
  });
}

/** Whether the build read this very Dockerfile. */
export function isBuiltFrom({ dockerfile }: Pick<BuildResult, 'dockerfile'>, files: FixableFiles): boolean {
  return dockerfile === null || dockerfile.text === files.dockerfile.text;
}

/** The files that fixes are shown in; null where nothing can be shown. */
export async function findFixableFiles(
  inputs: BuildInputs,
  build: Pick<BuildResult, 'dockerfile'>,
  place: BuildPlace,
): Promise<FixableFiles | null> {
  if (isRemoteContext(inputs.context) || isRemoteContext(inputs.file)) return null;
  try {
    const files = await readDockerfileFiles(inputs, place);
    return isBuiltFrom(build, files) ? files : null;
  } catch (error) {
    if (error instanceof DeadweightError) return null;
    throw error;
  }
}

/** A file with fixes made. */
export interface FileChange {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** @param texts with the fixes made; null when there are none */
export function changesOf(
  { dockerfile, ignore }: FixableFiles,
  texts: EditedTexts | null,
): readonly FileChange[] {
  if (texts === null) return [];
  return [
    { path: dockerfile.path, before: dockerfile.text, after: texts.dockerfile },
    { path: ignore.path, before: ignore.text, after: texts.ignore },
  ].filter(({ before, after }) => before !== after);
}

/**
 * A link stays a link: what it leads to is written. What somebody changed while it was built is not lost.
 * @throws DeadweightError `usage`, and as `writeOutputFile`
 */
export async function writeChanges(changes: readonly FileChange[], cwd: string): Promise<void> {
  for (const { path, before } of changes) {
    if (currentText(resolve(cwd, path)) !== before) throw changedMeanwhile(path);
  }
  for (const { path, after } of changes) {
    const full = resolve(cwd, path);
    await writeOutputFile(await realpath(full).catch(() => full), after);
  }
}

/** Empty where there is nothing to read. */
function currentText(path: string): string {
  try {
    return readInputFile(path, { maxBytes: MAX_DOCKERFILE }).toString('utf8');
  } catch {
    return '';
  }
}

export function changedMeanwhile(path: string): DeadweightError {
  return new DeadweightError('usage', {
    message: `${path} changed during the build, so nothing was written.`,
    remedy: 'Run the command again.',
  });
}
