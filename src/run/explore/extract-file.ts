import { constants } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { DeadweightError, systemErrorCode } from '../../base/errors.ts';
import { outputError } from '../../base/partial-output.ts';
import { printable } from '../../base/untrusted-text.ts';
import type { Image } from '../../image/image.ts';
import type { UnfinishedPaths } from '../../image/targets/image-target.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { isScannedEntry } from '../../layer/whiteout.ts';
import type { ContentSink } from '../../tar/content-sink.ts';
import { TarParser } from '../../tar/tar-parser.ts';

/** A file of a layer. */
export interface WantedFile {
  /** Index of the layer. */
  readonly layer: number;
  /** Clean. */
  readonly path: string;
  /** How many entries of the layer have the path before it. */
  readonly skip: number;
}

/** Permission bits, neither set-id nor sticky, and those without which the user could not read it. */
const PERMISSIONS = 0o777;
const OWN = 0o600;

/**
 * Writes the content of a file of an image to a new file, as it passes by: a file that is there is left alone, and no link is
 * followed. Owner and times are the user's own. What is half there is removed.
 * @param target absolute
 * @param unfinished has the target for as long as it is half there
 * @param signal breaks it off, also while no more bytes come
 * @returns bytes
 * @throws DeadweightError `output-unwritable`, `disk-full`, `permission-denied`, `input-corrupt`, `cancelled`, and as `Image.read`
 */
export async function extractFile(
  image: Pick<Image, 'layers'>,
  wanted: WantedFile,
  target: string,
  unfinished: Pick<UnfinishedPaths, 'files'>,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  const file = await create(target);
  unfinished.files.add(target);
  try {
    const { bytes, mode } = await copyContent(image, wanted, new FileSink(file, target), signal);
    await written(target, async () => {
      await file.chmod(((mode & PERMISSIONS) | OWN) & ~process.umask());
      await file.close();
    });
    return bytes;
  } catch (error) {
    await file.close().catch(() => undefined);
    await unlink(target).catch(() => undefined);
    throw error;
  } finally {
    unfinished.files.delete(target);
  }
}

async function create(target: string): Promise<FileHandle> {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  try {
    return await open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, OWN);
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw outputError(target, error);
    throw new DeadweightError('output-unwritable', {
      message: `${printable(target)} is there already, and nothing was written.`,
      remedy: 'Choose another path.',
      cause: error,
    });
  }
}

interface Copied {
  readonly bytes: number;
  /** Permission bits, set-id and sticky bits. */
  readonly mode: number;
}

/** Reads the layer no further than the file goes. */
async function copyContent(
  image: Pick<Image, 'layers'>,
  { layer, path, skip }: WantedFile,
  sink: FileSink,
  signal: AbortSignal,
): Promise<Copied> {
  let left = skip;
  let [isFound, mode] = [false, 0];
  const parser = new TarParser({
    entry(header) {
      if (isFound || cleanPath(header.path) !== path || !isScannedEntry(header)) return undefined;
      left -= 1;
      if (left >= 0) return undefined;
      isFound = true;
      mode = header.mode;
      return header.kind === 'file' ? sink : undefined;
    },
  });
  for await (const chunk of untilCancelled(image.layers[layer]?.open() ?? none(), signal)) {
    const pending = parser.write(chunk);
    if (pending !== undefined) await pending;
    if (sink.isWhole) return { bytes: sink.bytes, mode };
  }
  throw new DeadweightError('input-corrupt', {
    message: `Layer ${layer} has no file ${printable(path)} any more.`,
    remedy: 'Start deadweight explore again: the image has changed.',
  });
}

async function* none(): AsyncIterable<Uint8Array> {}

/**
 * The same chunks, until the signal comes: that of a chunk which does not come is not waited for.
 * @throws DeadweightError `cancelled`, and what the chunks throw
 */
async function* untilCancelled(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  let cancel: (error: DeadweightError) => void = () => undefined;
  const onAbort = (): void => cancel(brokenOff());
  signal.addEventListener('abort', onAbort);
  try {
    for (;;) {
      if (signal.aborted) throw brokenOff();
      const next = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
        cancel = reject;
        iterator.next().then(resolve, reject);
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // It ends behind the chunk that is waited for, which may never come.
    const ended = iterator.return?.().catch(() => undefined);
    if (!signal.aborted) await ended;
  }
}

function brokenOff(): DeadweightError {
  return new DeadweightError('cancelled', {
    message: 'The file was not written: it was broken off.',
    remedy: 'Start deadweight explore again.',
  });
}

/** What the system says of the file that is written. @throws DeadweightError `output-unwritable`, `disk-full`, … */
async function written<T>(target: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw outputError(target, error);
  }
}

class FileSink implements ContentSink {
  readonly #file: FileHandle;
  readonly #target: string;
  bytes = 0;
  isWhole = false;

  constructor(file: FileHandle, target: string) {
    this.#file = file;
    this.#target = target;
  }

  async write(chunk: Uint8Array): Promise<void> {
    // In one piece or several, as the system takes it.
    await written(this.#target, () => this.#file.appendFile(chunk));
    this.bytes += chunk.length;
  }

  end(): void {
    this.isWhole = true;
  }
}
