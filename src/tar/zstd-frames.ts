import { Buffer } from 'node:buffer';
import { DeadweightError } from '../base/errors.ts';
import type { Expansion } from './expansion.ts';
import { asBuffer } from './header-field.ts';

/**
 * Cuts zstd data so that no chunk holds bytes of two frames, and leaves skippable frames out. Node's engine drops, without
 * a word, what follows the end of a frame in one chunk; a frame that starts a chunk it reads.
 * @see https://www.rfc-editor.org/rfc/rfc8878#section-3.1
 * @throws DeadweightError `input-truncated`, `input-corrupt` (bytes that are no frame, zero padding excepted)
 */
export async function* alignToFrames(
  chunks: AsyncIterable<Uint8Array>,
  expansion: Expansion,
  lengths: FrameLengths,
): AsyncIterable<Uint8Array> {
  const walk = new FrameWalk(expansion, lengths);
  for await (const chunk of chunks) yield* walk.split(asBuffer(chunk));
  walk.finish();
}

/** How long the contents of frames are as their headers have it. The decoder overlooks a shorter one that comes in pieces. */
export class FrameLengths {
  #sum = 0;
  #areKnown = true;

  /** @param length bytes; null where the header does not have it */
  add(length: number | null): void {
    if (length === null) this.#areKnown = false;
    else this.#sum += length;
  }

  /** @throws DeadweightError `input-corrupt` behind the last chunk */
  async *check(unpacked: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    let total = 0;
    for await (const chunk of unpacked) {
      total += chunk.length;
      yield chunk;
    }
    if (this.#areKnown && total !== this.#sum) throw notZstd();
  }
}

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;

/** The longest part that is looked at: a window, a dictionary and a size. Bytes. */
const MAX_FIELD = 13;

/** The decoder refuses more, and only where a frame does not come in one chunk. Encoders need `--ultra --long=28` for it. Bytes. */
export const MAX_WINDOW = 128 * 1024 * 1024;

type Field = 'magic' | 'skip-size' | 'descriptor' | 'header' | 'block';
type Run = 'skip' | 'block-body' | 'checksum' | 'padding';

/** Follows frames and blocks from their headers alone. */
class FrameWalk {
  #part: Field | Run = 'magic';
  /** Bytes of the part that are still to come. */
  #left = 4;
  readonly #field = Buffer.alloc(MAX_FIELD);
  #have = 0;
  #descriptor = 0;
  #hasChecksum = false;
  #isLast = false;
  #frames = 0;
  readonly #expansion: Expansion;
  readonly #lengths: FrameLengths;

  constructor(expansion: Expansion, lengths: FrameLengths) {
    this.#expansion = expansion;
    this.#lengths = lengths;
  }

  /** The pieces of a chunk that belong to data frames, none with bytes of two. */
  *split(bytes: Buffer): Generator<Buffer> {
    let at = 0;
    let start = this.#isInFrame() ? 0 : -1;
    while (at < bytes.length) {
      const length = Math.min(this.#left, bytes.length - at);
      this.#collect(bytes, at, length);
      at += length;
      this.#left -= length;
      if (this.#left > 0) break;
      const wasInFrame = this.#isInFrame();
      this.#endPart();
      if (!wasInFrame && this.#isInFrame()) {
        start = at - 4;
        if (start < 0) {
          yield Buffer.from(this.#field.subarray(0, 4));
          start = at;
        }
      } else if (wasInFrame && !this.#isInFrame()) {
        yield bytes.subarray(start, at);
        start = -1;
      }
    }
    if (start >= 0 && start < at) yield bytes.subarray(start, at);
  }

  finish(): void {
    const isPadding = this.#field.subarray(0, this.#have).every(byte => byte === 0);
    const isBetween = this.#part === 'padding' || (this.#part === 'magic' && isPadding);
    if (isBetween && this.#frames > 0) return;
    throw new DeadweightError('input-truncated', {
      message: 'The zstd data ends too early.',
      remedy: 'Save or download the image again.',
    });
  }

  #isInFrame(): boolean {
    return !['magic', 'skip-size', 'skip', 'padding'].includes(this.#part);
  }

  #collect(bytes: Buffer, at: number, length: number): void {
    if (this.#part === 'padding') {
      if (bytes.subarray(at, at + length).some(byte => byte !== 0)) throw notZstd();
    } else if (this.#part !== 'skip' && this.#part !== 'block-body') {
      bytes.copy(this.#field, this.#have, at, at + length);
      this.#have += length;
    }
  }

  #expect(part: Field | Run, length: number): void {
    this.#part = part;
    this.#left = length;
    this.#have = 0;
    if (length === 0) this.#endPart();
  }

  #endPart(): void {
    switch (this.#part) {
      case 'magic':
        this.#endMagic(this.#field.readUInt32LE(0));
        break;
      case 'skip-size':
        this.#expect('skip', this.#field.readUInt32LE(0));
        break;
      case 'skip':
        this.#expect('magic', 4);
        break;
      case 'descriptor':
        this.#endDescriptor(this.#field[0] ?? 0);
        break;
      case 'header':
        if (this.#windowSize() > MAX_WINDOW) throw excessiveWindow();
        this.#lengths.add(this.#contentLength());
        this.#expect('block', 3);
        break;
      case 'block':
        this.#endBlockHeader(this.#field.readUIntLE(0, 3));
        break;
      case 'block-body':
        if (this.#isLast) this.#expect('checksum', this.#hasChecksum ? 4 : 0);
        else this.#expect('block', 3);
        break;
      case 'checksum':
        this.#frames += 1;
        this.#expansion.addFrame();
        this.#expect('magic', 4);
        break;
      case 'padding':
        this.#expect('padding', Number.MAX_SAFE_INTEGER);
        break;
    }
  }

  #endMagic(magic: number): void {
    if (magic === MAGIC) this.#expect('descriptor', 1);
    else if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) this.#expect('skip-size', 4);
    else if (magic === 0 && this.#frames > 0) this.#expect('padding', Number.MAX_SAFE_INTEGER);
    else throw notZstd();
  }

  #endDescriptor(descriptor: number): void {
    const { isSingleSegment, dictionary, contentSize } = readDescriptor(descriptor);
    this.#descriptor = descriptor;
    this.#hasChecksum = (descriptor & 4) !== 0;
    this.#expect('header', (isSingleSegment ? 0 : 1) + dictionary + contentSize);
  }

  /** What the decoder has to hold of the content, from the header. Bytes. */
  #windowSize(): number {
    const first = this.#field[0] ?? 0;
    const { isSingleSegment } = readDescriptor(this.#descriptor);
    return isSingleSegment ? (this.#contentLength() ?? 0) : 2 ** (10 + (first >> 3)) * (1 + (first & 7) / 8);
  }

  /** Bytes; null where the header does not have it. */
  #contentLength(): number | null {
    const { isSingleSegment, dictionary, contentSize } = readDescriptor(this.#descriptor);
    const at = (isSingleSegment ? 0 : 1) + dictionary;
    if (contentSize === 0) return null;
    if (contentSize === 8) return Number(this.#field.readBigUInt64LE(at));
    // Two bytes begin where one ends.
    return this.#field.readUIntLE(at, contentSize) + (contentSize === 2 ? 256 : 0);
  }

  #endBlockHeader(header: number): void {
    this.#isLast = (header & 1) === 1;
    const type = (header >> 1) & 3;
    // A compressed block of no bytes is none. The decoder says so only where the whole frame comes in one chunk.
    if (type === 2 && header >> 3 === 0) throw notZstd();
    // A block of type 1 is one byte, repeated. That type 3 is none is for the engine to say.
    this.#expect('block-body', type === 1 ? 1 : header >> 3);
  }
}

/** How many bytes the parts of a header have. */
function readDescriptor(descriptor: number) {
  const sizeFlag = descriptor >> 6;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  return {
    isSingleSegment,
    dictionary: [0, 1, 2, 4][descriptor & 3] ?? 0,
    contentSize: sizeFlag === 0 ? (isSingleSegment ? 1 : 0) : 2 ** sizeFlag,
  };
}

function excessiveWindow(): DeadweightError {
  return new DeadweightError('limit-exceeded', {
    message: 'The zstd data is refused: unpacking it takes a window of more than 128 MiB.',
    remedy: 'Write the layer again without a long window: zstd without --long, or with --long=27.',
  });
}

function notZstd(): DeadweightError {
  return new DeadweightError('input-corrupt', {
    message: 'The zstd data is damaged, or followed by something else.',
    remedy: 'Save or download the image again.',
  });
}
