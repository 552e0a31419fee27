import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exec } from '../base/effects.ts';
import { DeadweightError } from '../base/errors.ts';
import { formatSize } from '../base/number-text.ts';
import type { BuildInputs } from '../build/build-inputs.ts';
import { MAX_DOCKERFILE } from '../build/dockerfile-source.ts';
import { looksLikeArchive } from '../tar/compression.ts';
import { BLOCK } from '../tar/header.ts';
import { unpackContext } from './context-archive.ts';
import type { InputStream } from './standard-input.ts';

/** A build whose Dockerfile and context are files. */
export interface FiledBuild {
  readonly inputs: BuildInputs;
  /** Where the paths that reports name start; null where the inputs name them. */
  readonly namesFrom: string | null;
}

export interface FilingOptions {
  /** Of the run: the files go with it. */
  readonly temporaryDir: string;
  readonly exec: Exec;
}

/**
 * The same build with what is on standard input in files, which can be built from twice. As docker takes it: `-f -` is a
 * Dockerfile with a context, `-` a Dockerfile without one, or a tar of the context.
 * @throws DeadweightError `usage`, `input-missing`, `limit-exceeded`, and those of `unpackContext`
 */
export async function fileStandardInput(
  inputs: BuildInputs,
  input: InputStream,
  { temporaryDir, exec }: FilingOptions,
): Promise<FiledBuild> {
  const isContext = inputs.context === '-';
  if (!isContext && inputs.file !== '-') return { inputs, namesFrom: null };
  if (isContext && inputs.file === '-') {
    throw usage(
      'Standard input is given twice, as the context and as the Dockerfile.',
      'Omit --file: a Dockerfile on standard input needs no context.',
    );
  }
  if (input.isTTY === true) {
    throw usage('Standard input is a terminal, and "-" stands for a Dockerfile.', 'Give it as < Dockerfile.');
  }
  const { head, chunks } = await readHead(input);
  const isArchive = looksLikeArchive(head);
  if (isContext && isArchive) {
    const unpacked = await unpackContext(chunks, head, { file: inputs.file, temporaryDir, exec });
    const { context, file, namesFrom } = unpacked;
    return { inputs: { ...inputs, context, file }, namesFrom };
  }
  if (isArchive) {
    throw usage(
      'Standard input is an archive, and --file - stands for a Dockerfile.',
      'Give the archive as the context: deadweight build -',
    );
  }
  if (isContext && inputs.file !== '') {
    throw usage(
      'Standard input is the Dockerfile of a build without a context, and --file names another.',
      'Omit --file, or give the context as a directory or a tar.',
    );
  }
  const text = await readDockerfile(chunks);
  const namesFrom = join(temporaryDir, 'dockerfile');
  const context = isContext ? join(temporaryDir, 'standard-input') : inputs.context;
  await mkdir(namesFrom, { recursive: true });
  if (isContext) await mkdir(context, { recursive: true });
  const file = join(namesFrom, 'Dockerfile');
  await writeFile(file, text, { mode: 0o600 });
  return { inputs: { ...inputs, context, file }, namesFrom };
}

/** The first block of a tar, or all where that is shorter; and everything, from its beginning. */
async function readHead(
  input: AsyncIterable<Uint8Array>,
): Promise<{ readonly head: Uint8Array; readonly chunks: AsyncIterable<Uint8Array> }> {
  const iterator = input[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let isEnded = false;
  while (head.length < BLOCK && !isEnded) {
    const next = await iterator.next();
    isEnded = next.done === true;
    if (!next.done) head = Buffer.concat([head, next.value]);
  }
  return {
    head,
    chunks: (async function* () {
      yield head;
      if (!isEnded) yield* { [Symbol.asyncIterator]: () => iterator };
    })(),
  };
}

async function readDockerfile(input: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of input) {
    length += chunk.length;
    chunks.push(chunk);
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
