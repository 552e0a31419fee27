import { Buffer } from 'node:buffer';
import { closeSync, fstatSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { DeadweightError, systemErrorCode, systemReason } from '../base/errors.ts';
import { type InputFile, type OpenInputOptions, openInputFile, UnfitFile } from '../base/input-file.ts';
import { truncatedTar } from './tar-error.ts';

/**
 * Synchronous reads by position: asynchronous ones cost 20 µs each, and a layer has 100,000 headers.
 */
export interface RandomAccess {
  /** Bytes. */
  readonly size: number;
  /** @returns bytes read: as many as `target` holds, fewer only at the end. */
  read(target: Uint8Array, position: number): number;
  /** What says now that these are the same bytes as before; null or absent where nothing does. */
  place?(): BytesPlace | null;
  /** Where they lie in a file that is open; null or absent where that is no one file. */
  range?(): FileRange | null;
  /** Whether what lies between headers is dear to read: then nothing is read ahead. */
  readonly isScattered?: boolean;
  close(): void;
}

/** Bytes of a file, by what changes when they do. */
export interface BytesPlace {
  /** Device, inode, size and times of the file in nanoseconds, and which of its bytes: `2049:131:1024:…:…[512+512]`. */
  readonly text: string;
  /** When anything of the file was changed last. Milliseconds since the epoch. */
  readonly changedAt: number;
  /** How far apart changes are told from each other where it lies, where that is known. Milliseconds. */
  readonly resolution?: number;
}

/** Bytes from `start`. */
export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

/** Bytes of an open file, whose descriptor all threads of the process may read. */
export interface FileRange extends ByteRange {
  readonly descriptor: number;
}

/** Bytes that `streamRange` hands on at a time. */
const CHUNK = 256 * 1024;

/**
 * Opens a regular file. Its size is what it was then.
 * @throws DeadweightError `input-missing`, `permission-denied`, `input-corrupt` (a directory or device)
 */
export function openRandomAccess(path: string, options: OpenInputOptions = {}): RandomAccess {
  const { descriptor, size } = openFile(path, options);
  return new FileAccess(path, descriptor, size);
}

/** A part of a source as a source. Closing it does nothing. */
export function sliceOf(source: RandomAccess, range: ByteRange): RandomAccess {
  const start = Math.min(Math.max(range.start, 0), source.size);
  const size = Math.max(Math.min(range.length, source.size - start), 0);
  return {
    size,
    isScattered: source.isScattered ?? false,
    read(target, position) {
      const rest = size - position;
      if (rest <= 0) return 0;
      return source.read(rest < target.length ? target.subarray(0, rest) : target, start + position);
    },
    place() {
      const whole = source.place?.() ?? null;
      return whole && { text: `${whole.text}[${start}+${size}]`, changedAt: whole.changedAt };
    },
    range() {
      const whole = source.range?.() ?? null;
      return whole && { descriptor: whole.descriptor, start: whole.start + start, length: size };
    },
    close: () => undefined,
  };
}

/**
 * The bytes of a range in chunks that the caller may keep.
 * @throws DeadweightError `input-truncated` when the source ends before the range does
 */
export function streamRange(source: RandomAccess, range: ByteRange): AsyncIterable<Uint8Array> {
  return readChunks(source, range, length => Buffer.allocUnsafeSlow(length));
}

/**
 * The bytes of a range in chunks that lie in one buffer: each is overwritten when the next is asked for.
 * @throws DeadweightError `input-truncated` when the source ends before the range does
 */
export function lendRange(source: RandomAccess, range: ByteRange): AsyncIterable<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK, range.length));
  return readChunks(source, range, length => buffer.subarray(0, length));
}

async function* readChunks(
  source: RandomAccess,
  range: ByteRange,
  allocate: (length: number) => Buffer,
): AsyncIterable<Uint8Array> {
  let at = range.start;
  const end = range.start + range.length;
  while (at < end) {
    const chunk = allocate(Math.min(CHUNK, end - at));
    const length = source.read(chunk, at);
    if (length < chunk.length) throw truncatedTar('a range that should be there');
    at += length;
    yield chunk;
    await setImmediate();
  }
}

class FileAccess implements RandomAccess {
  readonly size: number;
  readonly #path: string;
  #descriptor: number | null;

  constructor(path: string, descriptor: number, size: number) {
    this.#path = path;
    this.#descriptor = descriptor;
    this.size = size;
  }

  read(target: Uint8Array, position: number): number {
    const descriptor = this.#descriptor;
    if (descriptor === null) throw new TypeError(`${this.#path} is closed`);
    let length = 0;
    try {
      while (length < target.length) {
        const count = readSync(descriptor, target, length, target.length - length, position + length);
        if (count === 0) break;
        length += count;
      }
    } catch (cause) {
      throw readFailure(this.#path, cause);
    }
    return length;
  }

  place(): BytesPlace {
    if (this.#descriptor === null) throw new TypeError(`${this.#path} is closed`);
    const { dev, ino, size, mtimeNs, ctimeNs } = fstatSync(this.#descriptor, { bigint: true });
    const changedAt = Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n);
    return { text: [dev, ino, size, mtimeNs, ctimeNs].join(':'), changedAt };
  }

  range(): FileRange {
    if (this.#descriptor === null) throw new TypeError(`${this.#path} is closed`);
    return { descriptor: this.#descriptor, start: 0, length: this.size };
  }

  close(): void {
    if (this.#descriptor === null) return;
    closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}

function openFile(path: string, options: OpenInputOptions): InputFile {
  try {
    return openInputFile(path, options);
  } catch (cause) {
    if (cause instanceof UnfitFile) throw notAFile(path, cause);
    const code = systemErrorCode(cause);
    if (code === 'EACCES' || code === 'EPERM') {
      throw new DeadweightError('permission-denied', {
        message: `${path} cannot be read: ${systemReason(cause)}.`,
        remedy: 'Run as a user who may read it, or change its mode.',
        cause,
      });
    }
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new DeadweightError('input-missing', {
        message: `${path} does not exist.`,
        remedy: 'Check the path; relative paths start at the working directory.',
        cause,
      });
    }
    throw readFailure(path, cause);
  }
}

function notAFile(path: string, cause: UnfitFile): DeadweightError {
  return new DeadweightError('input-corrupt', {
    message: `${path} cannot be read: ${cause.message}.`,
    remedy: 'Give the path of a file, or pipe an archive into deadweight inspect - instead.',
    cause,
  });
}

function readFailure(path: string, cause: unknown): DeadweightError {
  return new DeadweightError('input-corrupt', {
    message: `${path} cannot be read: ${systemReason(cause)}.`,
    remedy: 'Check the file and the disk it is on.',
    cause,
  });
}
