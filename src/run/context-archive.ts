import { createWriteStream } from 'node:fs';
import { mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Exec } from '../base/effects.ts';
import { DeadweightError, isDiskFull, systemErrorCode, systemReason } from '../base/errors.ts';
import { readInputFile } from '../base/input-file.ts';
import { pathInside } from '../base/inside-path.ts';
import { formatSize } from '../base/number-text.ts';
import { MAX_DOCKERFILE } from '../build/dockerfile-source.ts';
import { decompress, detectCompression } from '../tar/compression.ts';
import { MAX_STANDARD_INPUT } from './standard-input.ts';

/** A build context that came in an archive, as folders of the run. */
export interface UnpackedContext {
  readonly context: string;
  /** Where the paths that reports name start. */
  readonly namesFrom: string;
  /** Of the Dockerfile, below `namesFrom`. */
  readonly file: string;
}

interface UnpackOptions {
  /** Path of the Dockerfile within the archive; `Dockerfile` when empty. */
  readonly file: string;
  /** Of the run: all goes with it. */
  readonly temporaryDir: string;
  readonly exec: Exec;
}

/** Milliseconds in which tar neither writes nor ends: it is silent while it unpacks. */
const MAX_TAR_SILENCE = 3_600_000;

/**
 * Unpacks a context that came in a tar, which may be compressed as an image's archive may be. As with buildx, the
 * `.dockerignore` in it is a file like any other and leaves nothing out.
 * @param head the first bytes of `chunks`, six at least
 * @throws DeadweightError `input-corrupt`, `input-truncated`, `limit-exceeded`, `dockerfile-missing`, `disk-full`, …
 */
export async function unpackContext(
  chunks: AsyncIterable<Uint8Array>,
  head: Uint8Array,
  { file, temporaryDir, exec }: UnpackOptions,
): Promise<UnpackedContext> {
  const archive = join(temporaryDir, 'context.tar');
  const context = join(temporaryDir, 'standard-input');
  const namesFrom = join(temporaryDir, 'dockerfile');
  try {
    const plain = decompress(limited(chunks), detectCompression(head), undefined, 'archive');
    await pipeline(plain, createWriteStream(archive, { flags: 'wx', mode: 0o600 }));
    await mkdir(context, { recursive: true, mode: 0o700 });
    await extract(archive, context, exec);
    await rm(archive);
    const name = await nameOf(context, file);
    const text = await readDockerfile(context, name);
    const copy = join(namesFrom, name);
    await mkdir(dirname(copy), { recursive: true });
    await writeFile(copy, text, { mode: 0o600 });
    // It comes before the `.dockerignore` of the context.
    await writeFile(`${copy}.dockerignore`, '# Nothing is left out of a context in an archive.\n');
    return { context, namesFrom, file: copy };
  } catch (error) {
    throw error instanceof DeadweightError ? error : unwritable(temporaryDir, error);
  }
}

async function* limited(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > MAX_STANDARD_INPUT) {
      throw new DeadweightError('limit-exceeded', {
        message: `The context on standard input has more than ${formatSize(MAX_STANDARD_INPUT)}.`,
        remedy: 'Give the directory as context.',
      });
    }
    yield chunk;
  }
}

/** What tar says beside its errors. */
const WARNING =
  /: (?:Removing leading|Ignoring unknown|Skipping to next|Exiting with failure|Error is not recoverable)/;

/** Where nothing names it, buildx takes `dockerfile`, too. */
async function nameOf(context: string, file: string): Promise<string> {
  if (file !== '') return normalize(file);
  const hasOwn = (await realFile(context, 'Dockerfile')) !== null;
  return hasOwn || (await realFile(context, 'dockerfile')) === null ? 'Dockerfile' : 'dockerfile';
}

/** Tar strips what leads out of the folder, and follows no link that it made itself. */
async function extract(archive: string, folder: string, exec: Exec): Promise<void> {
  const { exitCode, stderr } = await exec
    .run('tar', ['-x', '-p', '--no-same-owner', '-f', archive, '-C', folder], {
      input: new Uint8Array(),
      maxSilence: MAX_TAR_SILENCE,
    })
    .catch((cause: unknown) => {
      throw new DeadweightError('program-missing', {
        message: `The context on standard input could not be unpacked: ${systemReason(cause)}.`,
        remedy: 'Install tar, or give the directory as context.',
        cause,
      });
    });
  if (exitCode === 0) return;
  const reason =
    stderr.split('\n').find(line => line !== '' && !WARNING.test(line)) ?? `tar ended with ${exitCode}`;
  throw new DeadweightError('input-corrupt', {
    message: `The context on standard input could not be unpacked: ${reason}`,
    remedy: 'Make the archive again: tar c -C DIR . | deadweight build -',
  });
}

/** A link in the archive leads nowhere outside of it. */
async function readDockerfile(context: string, name: string): Promise<Uint8Array> {
  const path = await realFile(context, name);
  if (path === null) {
    throw new DeadweightError('dockerfile-missing', {
      message: `The context on standard input has no ${name}.`,
      remedy: 'Name the Dockerfile as a path within the archive: -f PATH.',
    });
  }
  try {
    return readInputFile(path, { maxBytes: MAX_DOCKERFILE });
  } catch (cause) {
    throw new DeadweightError('input-corrupt', {
      message: `${name} of the context on standard input could not be read: ${systemReason(cause)}.`,
      remedy: 'Name the Dockerfile as a path within the archive: -f PATH.',
      cause,
    });
  }
}

/** null when there is none, or when it is not in the folder. */
async function realFile(folder: string, name: string): Promise<string | null> {
  try {
    const path = await realpath(join(folder, name));
    return pathInside(await realpath(folder), path) === null ? null : path;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemErrorCode(error) ?? '')) return null;
    throw error;
  }
}

function unwritable(folder: string, cause: unknown): DeadweightError {
  return new DeadweightError(isDiskFull(cause) ? 'disk-full' : 'permission-denied', {
    message: `The context on standard input could not be unpacked in ${folder}: ${systemReason(cause)}.`,
    remedy: 'Point TMPDIR at a folder that has room, or give the directory as context.',
    cause,
  });
}
