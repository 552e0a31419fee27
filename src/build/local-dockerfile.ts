import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DeadweightError, systemErrorCode } from '../base/errors.ts';
import { type Dockerfile, parseDockerfile } from '../dockerfile/dockerfile.ts';
import type { DockerfileSource } from './dockerfile-source.ts';

/** Bytes. Real Dockerfiles are a thousand times smaller. */
const LARGEST = 4 * 1024 * 1024;

/**
 * Reads the Dockerfile of a local build before it runs, so that a wrong path is told at once; null for a remote one.
 * @throws DeadweightError `dockerfile-missing`, `input-missing` (no context), `limit-exceeded`
 */
export async function readLocalDockerfile(source: DockerfileSource, cwd: string): Promise<Dockerfile | null> {
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
    const text = await readText(resolve(cwd, path));
    if (text !== null) return parseDockerfile(text, path);
  }
  throw new DeadweightError('dockerfile-missing', {
    message: `There is no Dockerfile at ${source.path} (looked at ${resolve(cwd, source.path)}).`,
    remedy: 'Name the Dockerfile with file (-f), relative to the working directory.',
  });
}

async function readText(path: string): Promise<string | null> {
  try {
    const { size } = await stat(path);
    if (size > LARGEST) {
      throw new DeadweightError('limit-exceeded', {
        message: `The Dockerfile ${path} has ${size} bytes.`,
        remedy: 'Name the right file with file (-f).',
      });
    }
    return await readFile(path, 'utf8');
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (cause instanceof DeadweightError) throw cause;
    throw new DeadweightError('dockerfile-missing', {
      message: `The Dockerfile ${path} cannot be read (${code ?? 'unknown reason'}).`,
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
