import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeadweightError } from '../base/errors.ts';
import { formatSize } from '../base/number-text.ts';
import type { BuildInputs } from '../build/build-inputs.ts';
import { MAX_DOCKERFILE } from '../build/dockerfile-source.ts';
import { looksLikeArchive } from '../tar/compression.ts';
import type { InputStream } from './standard-input.ts';

/** A build whose Dockerfile is a file. */
export interface FiledBuild {
  readonly inputs: BuildInputs;
  /** Where the paths that reports name start; null where the inputs name them. */
  readonly namesFrom: string | null;
}

/**
 * The same build with the Dockerfile on standard input in a file, as docker takes it: `-f -` with a context, or `-` for a
 * build without one. A file can be built from twice.
 * @param temporaryDir of the run: the file goes with it
 * @throws DeadweightError `usage`, `input-missing`, `limit-exceeded`
 */
export async function fileDockerfile(
  inputs: BuildInputs,
  input: InputStream,
  temporaryDir: string,
): Promise<FiledBuild> {
  const hasNoContext = inputs.context === '-';
  if (!hasNoContext && inputs.file !== '-') return { inputs, namesFrom: null };
  if (hasNoContext && inputs.file !== '') {
    throw usage(
      'Standard input is the Dockerfile of a build without a context, and --file names another.',
      'Omit --file, or give the context as a directory.',
    );
  }
  const namesFrom = join(temporaryDir, 'dockerfile');
  const context = hasNoContext ? join(temporaryDir, 'standard-input') : inputs.context;
  const text = await readAll(input);
  await mkdir(namesFrom, { recursive: true });
  if (hasNoContext) await mkdir(context, { recursive: true });
  const file = join(namesFrom, 'Dockerfile');
  await writeFile(file, text, { mode: 0o600 });
  return { inputs: { ...inputs, context, file }, namesFrom };
}

async function readAll(input: InputStream): Promise<Buffer> {
  if (input.isTTY === true) {
    throw usage('Standard input is a terminal, and "-" stands for a Dockerfile.', 'Give it as < Dockerfile.');
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of input) {
    length += chunk.length;
    chunks.push(chunk);
    if (chunks.length <= 2 && looksLikeArchive(Buffer.concat(chunks))) {
      throw usage(
        'Standard input is an archive, and a context in an archive is not read.',
        'Give the directory as context: tar x -C DIR unpacks it.',
      );
    }
    if (length <= MAX_DOCKERFILE) continue;
    throw new DeadweightError('limit-exceeded', {
      message: `The Dockerfile on standard input has more than ${formatSize(MAX_DOCKERFILE)}.`,
      remedy: 'Give a Dockerfile that is smaller.',
    });
  }
  if (length > 0) return Buffer.concat(chunks);
  throw new DeadweightError('input-missing', {
    message: 'Standard input is empty, and "-" stands for a Dockerfile.',
    remedy: 'Look at what the command before the pipe says.',
  });
}

function usage(message: string, remedy: string): DeadweightError {
  return new DeadweightError('usage', { message, remedy });
}
