import { Buffer } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { systemErrorCode } from './errors.ts';

/** A file that is open, and no FIFO, socket, device or directory: no read of it waits for anybody. */
export interface InputFile {
  /** Whoever opened it closes it. */
  readonly descriptor: number;
  /** Bytes, when it was opened. */
  readonly size: number;
  /** When anything of it was changed last, which nobody can set (ctime). Milliseconds since the epoch. */
  readonly changedAt: number;
}

export interface OpenInputOptions {
  /** Whether a symbolic link at the end of the path is followed. True when absent. */
  readonly followsLink?: boolean;
}

/**
 * Opens a regular file for reading. Whoever names a file names anything: a FIFO that nobody writes to would hold the
 * process for ever at `open`, where no signal but KILL ends it. So it is opened without waiting, and looked at first.
 * @param path as bytes where they are no UTF-8
 * @throws UnfitFile when it is no regular file; else the system's error
 */
export function openInputFile(path: string | Buffer, options: OpenInputOptions = {}): InputFile {
  const { descriptor, stats } = openAny(path, options);
  if (stats.isFile()) return { descriptor, size: stats.size, changedAt: stats.ctimeMs };
  closeSync(descriptor);
  throw new UnfitFile(`it is ${kindOf(stats)}`);
}

interface ReadInputOptions extends OpenInputOptions {
  readonly maxBytes: number;
}

/**
 * A regular file, whole. The null device is an empty file: people name it for "none".
 * @throws UnfitFile when it is no regular file or has more bytes; else the system's error
 */
export function readInputFile(path: string, { maxBytes, ...options }: ReadInputOptions): Buffer {
  const { descriptor, stats } = openAny(path, options);
  try {
    if (isNullDevice(stats)) return Buffer.alloc(0);
    if (!stats.isFile()) throw new UnfitFile(`it is ${kindOf(stats)}`);
    if (stats.size > maxBytes) throw new FileTooLarge(stats.size, maxBytes);
    return readToEnd(descriptor, stats.size, maxBytes);
  } finally {
    closeSync(descriptor);
  }
}

/** The first bytes of a regular file; null where there is none that can be read. @param count at most these */
export function readFirstBytes(path: string, count: number): Buffer | null {
  try {
    const { descriptor } = openInputFile(path);
    try {
      const bytes = Buffer.alloc(count);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, count, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (error instanceof UnfitFile || systemErrorCode(error) !== null) return null;
    throw error;
  }
}

/** The path leads to what cannot be read as a file. The message follows "cannot be read:". */
export class UnfitFile extends Error {}

/** The file has more bytes than are read of such a file. */
export class FileTooLarge extends UnfitFile {
  constructor(size: number, maxBytes: number) {
    super(`it has ${size} bytes, and at most ${maxBytes} are read`);
  }
}

function openAny(path: string | Buffer, { followsLink = true }: OpenInputOptions) {
  const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
  const descriptor = tryOpen(path, O_RDONLY | O_NONBLOCK | (followsLink ? 0 : O_NOFOLLOW));
  return { descriptor, stats: fstatSync(descriptor) };
}

function tryOpen(path: string | Buffer, flags: number): number {
  try {
    return openSync(path, flags);
  } catch (error) {
    // A socket cannot be opened at all, nor a device without a driver.
    if (systemErrorCode(error) !== 'ENXIO') throw error;
    throw new UnfitFile(`it is ${kindOf(statSync(path))}`, { cause: error });
  }
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a pipe, and only files are read';
  if (stats.isSocket()) return 'a socket, and only files are read';
  return 'a device, and only files are read';
}

function isNullDevice(stats: Stats): boolean {
  if (!stats.isCharacterDevice()) return false;
  return stats.rdev === statSync('/dev/null', { throwIfNoEntry: false })?.rdev;
}

/** @param size as it was when it was opened: files of /proc have none, and others grow */
function readToEnd(descriptor: number, size: number, maxBytes: number): Buffer {
  const chunks: Buffer[] = [];
  let total = 0;
  for (let wanted = size + 1; ; wanted = 64 * 1024) {
    const chunk = Buffer.allocUnsafeSlow(wanted);
    const count = readSync(descriptor, chunk, 0, wanted, null);
    if (count === 0) return Buffer.concat(chunks);
    total += count;
    if (total > maxBytes) throw new FileTooLarge(total, maxBytes);
    chunks.push(chunk.subarray(0, count));
  }
}
