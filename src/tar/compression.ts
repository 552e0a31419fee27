import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';
import { DeadweightError, systemErrorCode } from '../base/errors.ts';
import { type ForeignCompression, unpackWithProgram } from './decompression-program.ts';
import { Expansion, type PackedSource } from './expansion.ts';
import { BLOCK } from './header.ts';
import { hasValidChecksum, isZeroBlock } from './header-block.ts';
import { asBuffer } from './header-field.ts';
import { alignToFrames, FrameLengths } from './zstd-frames.ts';

export type Compression = 'none' | 'gzip' | 'zstd' | ForeignCompression;

/** Bytes that an engine hands on at a time: fewer, larger ones cost fewer turns of the event loop. */
const OUTPUT = 256 * 1024;

/** By magic bytes; needs six. A zstd blob may start with a skippable frame. */
export function detectCompression(head: Uint8Array): Compression {
  const [a, b, c, d] = head;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd';
  if (a !== undefined && a >> 4 === 5 && b === 0x2a && c === 0x4d && d === 0x18) return 'zstd';
  const text = String.fromCharCode(...head.subarray(0, 6));
  if (text === '\u00fd7zXZ\0') return 'xz';
  // The second number begins a block, or the end where there is none.
  return /^BZh[1-9](?:1A|\u0017r)/.test(text) ? 'bzip2' : 'none';
}

/** Whether a tar starts here, or what is compressed in one of the ways that are read. */
export function looksLikeArchive(head: Uint8Array): boolean {
  return detectCompression(head) !== 'none' || looksLikeTar(head);
}

/** Whether a tar starts here: a header with a right checksum, or a block of zeros (an empty tar). */
export function looksLikeTar(head: Uint8Array): boolean {
  if (head.length < BLOCK) return false;
  const buffer = asBuffer(head);
  return isZeroBlock(buffer, 0) || hasValidChecksum(buffer, 0);
}

/**
 * Reads all members of a gzip (eStargz has one for each file) and all frames of a zstd, skippable ones too.
 * Zero padding behind them is accepted, anything else is an error.
 * @param expansion counts what is unpacked; of these bytes alone when absent
 * @throws DeadweightError `input-truncated`, `input-corrupt`, `limit-exceeded`; and whatever `chunks` throws
 */
export function decompress(
  chunks: AsyncIterable<Uint8Array>,
  compression: Compression,
  expansion = new Expansion(),
  source: PackedSource = 'layer',
): AsyncIterable<Uint8Array> {
  if (compression === 'none') return chunks;
  const packed = countPacked(chunks, expansion, source);
  return countUnpacked(unpack(packed, compression, expansion), expansion);
}

async function* countPacked(chunks: AsyncIterable<Uint8Array>, expansion: Expansion, source: PackedSource) {
  for await (const chunk of chunks) {
    expansion.addPacked(chunk.length, source);
    yield chunk;
  }
}

async function* countUnpacked(chunks: AsyncIterable<Uint8Array>, expansion: Expansion) {
  for await (const chunk of chunks) {
    expansion.addUnpacked(chunk.length);
    yield chunk;
  }
}

function unpack(
  chunks: AsyncIterable<Uint8Array>,
  compression: Exclude<Compression, 'none'>,
  expansion: Expansion,
): AsyncIterable<Uint8Array> {
  switch (compression) {
    case 'gzip':
      return inflate(chunks, createGunzip({ chunkSize: OUTPUT }), cause => failure('gzip', cause));
    case 'zstd': {
      const lengths = new FrameLengths();
      const frames = alignToFrames(chunks, expansion, lengths);
      const engine = createZstdDecompress({ chunkSize: OUTPUT });
      return lengths.check(inflate(frames, engine, cause => failure('zstd', cause)));
    }
    case 'xz':
    case 'bzip2':
      return unpackWithProgram(chunks, compression);
  }
}

function failure(compression: Compression, cause: unknown): DeadweightError {
  const isTruncated = systemErrorCode(cause) === 'Z_BUF_ERROR';
  return new DeadweightError(isTruncated ? 'input-truncated' : 'input-corrupt', {
    message: isTruncated
      ? `The ${compression} data ends too early.`
      : `The ${compression} data is damaged (${cause instanceof Error ? cause.message : 'unknown reason'}).`,
    remedy: 'Save or download the image again.',
    cause,
  });
}

/**
 * Drives an engine of node:zlib. Its streams stop silently at the first zero byte after the data, so that what is left
 * over must be looked at here: only zeros may follow.
 * @param describe makes our error of the engine's
 */
async function* inflate(
  chunks: AsyncIterable<Uint8Array>,
  engine: Gunzip | ZstdDecompress,
  describe: (cause: unknown) => DeadweightError,
): AsyncIterable<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]();
  let failure: unknown;
  // What the source throws once all is unpacked comes when nobody listens any more; it is thrown below.
  engine.on('error', () => undefined);
  const feeding = feed(source, engine).catch((error: unknown) => {
    failure ??= error;
    engine.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    for await (const chunk of engine) yield chunk;
    await feeding;
    if (failure !== undefined) throw failure;
  } catch (error) {
    const cause = failure ?? error;
    throw isForeign(cause) ? cause : describe(cause);
  } finally {
    engine.destroy();
    await source.return?.();
  }
}

/** Whether the error is not the engine's own. */
function isForeign(error: unknown): boolean {
  if (error instanceof DeadweightError) return true;
  if (!(error instanceof Error) || !('code' in error)) return true;
  return !/^(?:Z_|ZSTD_|ERR_)/.test(String(error.code));
}

async function feed(source: AsyncIterator<Uint8Array>, engine: Gunzip | ZstdDecompress): Promise<void> {
  let fed = 0;
  let isOver = false;
  for (let next = await source.next(); next.done !== true; next = await source.next()) {
    const chunk = next.value;
    if (chunk.length === 0) continue;
    if (isOver) {
      requireZeros(chunk);
      continue;
    }
    await write(engine, chunk);
    fed += chunk.length;
    const left = fed - engine.bytesWritten;
    if (left > 0) {
      requireZeros(chunk.subarray(chunk.length - left));
      isOver = true;
    }
  }
  if (!isOver) engine.end();
}

function write(engine: Gunzip | ZstdDecompress, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    engine.write(chunk, error => (error ? reject(error) : resolve()));
  });
}

function requireZeros(bytes: Uint8Array): void {
  if (bytes.every(byte => byte === 0)) return;
  throw new DeadweightError('input-corrupt', {
    message: 'The compressed data is followed by something else.',
    remedy: 'Save or download the image again.',
  });
}
