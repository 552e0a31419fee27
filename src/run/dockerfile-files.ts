import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DeadweightError, systemErrorCode } from '../base/errors.ts';
import type { BuildInputs } from '../build/build-inputs.ts';
import type { BuildResult } from '../build/build-result.ts';
import { dockerfileSource, isRemoteContext } from '../build/dockerfile-source.ts';
import type { FixableFile, FixableFiles } from '../findings/fix/fixable-files.ts';

/**
 * Reads both as BuildKit finds them: `NAME.dockerignore` beside the Dockerfile wins over the context's.
 * @throws DeadweightError `usage` when the build reads them from elsewhere; `dockerfile-missing`
 */
export async function readDockerfileFiles(inputs: BuildInputs, cwd: string): Promise<FixableFiles> {
  const source = dockerfileSource(inputs);
  if (source.kind === 'remote') {
    throw new DeadweightError('usage', {
      message: `The Dockerfile of ${inputs.context} is not on this machine, so it cannot be edited.`,
      remedy: 'Clone the repository, and give its folder as context.',
    });
  }
  const paths = [source.path];
  if (inputs.file === '') paths.push(join(dirname(source.path), 'dockerfile'));
  const dockerfile = await firstFile(paths, cwd);
  if (dockerfile === null) {
    throw new DeadweightError('dockerfile-missing', {
      message: `There is no Dockerfile at ${source.path} (looked at ${resolve(cwd, source.path)}).`,
      remedy: 'Name the Dockerfile with file (-f), relative to the working directory.',
    });
  }
  const ofContext = join(source.context, '.dockerignore');
  const ignore = await firstFile([`${dockerfile.path}.dockerignore`, ofContext], cwd);
  return { dockerfile, ignore: ignore ?? { path: ofContext, text: '' } };
}

async function firstFile(paths: readonly string[], cwd: string): Promise<FixableFile | null> {
  for (const path of paths) {
    try {
      const bytes = await readFile(resolve(cwd, path));
      if (!isUtf8(bytes)) throw notUtf8(path);
      return { path, text: bytes.toString('utf8') };
    } catch (error) {
      const code = systemErrorCode(error);
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    }
  }
  return null;
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

/** The same where fixes are only shown: null where nothing can be shown. */
export async function shownDockerfileFiles(
  inputs: BuildInputs,
  build: Pick<BuildResult, 'dockerfile'>,
  cwd: string,
): Promise<FixableFiles | null> {
  if (isRemoteContext(inputs.context) || isRemoteContext(inputs.file)) return null;
  try {
    const files = await readDockerfileFiles(inputs, cwd);
    return isBuiltFrom(build, files) ? files : null;
  } catch (error) {
    if (error instanceof DeadweightError) return null;
    throw error;
  }
}
