import { closeSync, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { CountBytes, Progress } from '../base/effects.ts';
import { DeadweightError, isDiskFull, systemErrorCode, systemReason } from '../base/errors.ts';
import { openInputFile } from '../base/input-file.ts';
import { formatSize } from '../base/number-text.ts';
import { looksLikeArchive } from '../tar/compression.ts';
import { BLOCK } from '../tar/header.ts';
import { isZeroBlock } from '../tar/header-block.ts';

/** Bytes that are kept of standard input: several times the largest images there are. */
export const MAX_STANDARD_INPUT = 64e9;

/** Bytes of an archive that begins as an empty one does: a tape's block is 10 KiB. */
const MAX_EMPTY = 1024 * 1024;

/** Standard input, as a run sees it. */
export type InputStream = AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };

interface SavedInput {
  /** Of the run: the file goes with it. */
  readonly folder: string;
  readonly progress: Progress;
  readonly maxBytes?: number;
}

/**
 * Keeps the archive on standard input in a file: archives are read by position, and compressed ones twice.
 * @returns the path of the file
 * @throws DeadweightError `usage` for a terminal, `input-missing` when it is empty, `limit-exceeded`, `disk-full`, …
 */
export async function saveStandardInput(
  input: InputStream,
  { folder, progress, maxBytes = MAX_STANDARD_INPUT }: SavedInput,
): Promise<string> {
  if (input.isTTY === true) throw fromTerminal();
  const path = join(folder, 'standard-input');
  try {
    const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    await progress.show({ label: 'Saving standard input' }, count =>
      pipeline(archiveBytes(input, count, maxBytes), file),
    );
    return path;
  } catch (error) {
    throw error instanceof DeadweightError ? error : saveFailure(folder, error);
  }
}

/** Ends early where it does not begin as an archive does: whoever reads what is kept says what it is. */
async function* archiveBytes(
  input: AsyncIterable<Uint8Array>,
  count: CountBytes,
  maxBytes: number,
): AsyncIterable<Uint8Array> {
  let head = Buffer.alloc(0);
  let total = 0;
  for await (const chunk of input) {
    total += chunk.length;
    if (total > maxBytes) throw tooLong(maxBytes);
    yield chunk;
    count(chunk.length);
    if (head.length < BLOCK) head = Buffer.concat([head, chunk.subarray(0, BLOCK - head.length)]);
    if (head.length < BLOCK) continue;
    // Zeros are a tar with nothing in it, and a device has no end of them.
    if (!looksLikeArchive(head) || (total > MAX_EMPTY && isZeroBlock(head, 0))) return;
  }
  if (total === 0) throw nothingThere();
}

/** Standard input of this process, kept when it is asked for: a pipe can be read once. */
export function readStandardInput(folder: string, progress: Progress): () => Promise<string> {
  return async () => pathOfStandardInput() ?? (await saveStandardInput(process.stdin, { folder, progress }));
}

/** The path of the file that standard input is, which needs no copy; null when it is a pipe or such. */
function pathOfStandardInput(): string | null {
  const path = '/dev/stdin';
  try {
    closeSync(openInputFile(path).descriptor);
    return path;
  } catch {
    // A pipe, or a file that somebody with more rights opened for us.
    return null;
  }
}

function fromTerminal(): DeadweightError {
  return new DeadweightError('usage', {
    message: 'Standard input is a terminal, and "-" stands for an archive on standard input.',
    remedy: 'Run docker save app | deadweight inspect -',
  });
}

function nothingThere(): DeadweightError {
  return new DeadweightError('input-missing', {
    message: 'Standard input is empty, and "-" stands for an archive on standard input.',
    remedy: 'Look at what the command before the pipe says: docker save app | deadweight inspect -',
  });
}

function tooLong(maxBytes: number): DeadweightError {
  return new DeadweightError('limit-exceeded', {
    message: `Standard input has more than ${formatSize(maxBytes)}, and no more is kept of it in a temporary file.`,
    remedy: 'Save the archive to a file and name that: docker-archive:PATH or oci-archive:PATH.',
  });
}

function saveFailure(folder: string, cause: unknown): DeadweightError {
  const isFull = isDiskFull(cause);
  const isRead = systemErrorCode(cause) === 'EISDIR';
  return new DeadweightError(isFull ? 'disk-full' : isRead ? 'input-corrupt' : 'permission-denied', {
    message: isRead
      ? 'Standard input is a directory, and "-" stands for an archive on standard input.'
      : `Standard input could not be kept in ${folder}: ${systemReason(cause)}.`,
    remedy: isRead
      ? 'Give the directory as oci:DIR or dir:DIR.'
      : 'Point TMPDIR at a folder that has room, or save the archive to a file and name that.',
    cause,
  });
}
