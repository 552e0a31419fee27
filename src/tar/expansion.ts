import { DeadweightError } from '../base/errors.ts';
import { formatCount } from '../base/number-text.ts';

/** Unpacked bytes that are always read, however few they were packed into: databases and disks are full of zeros. */
export const MAX_UNPACKED_FREE = 4 * 1024 ** 3;
/** Beyond that, unpacked bytes for each packed one. Layers of programs have two to five. */
export const MAX_EXPANSION = 200;
/** Frames of zstd that are always read, and unpacked bytes that each one beyond must bring. */
export const MAX_FRAMES_FREE = 500_000;
export const MIN_FRAME_BYTES = 256;

/** What is compressed: an archive as a whole, or a layer. */
export type PackedSource = 'archive' | 'layer';

/**
 * What compressed bytes unpack to, over all layers of one pass through an image: 0.3 MB can unpack to 10 GB, which
 * nobody has on a disk. It is counted before the bytes are handed on.
 */
export class Expansion {
  #packed = 0;
  #unpacked = 0;
  #frames = 0;
  #isOfArchive = false;

  /**
   * What an archive is packed into counts; what its layers are packed into was unpacked from that, and does not.
   * @param source what the bytes are of, the archive first
   */
  addPacked(bytes: number, source: PackedSource): void {
    if (source === 'archive') this.#isOfArchive = true;
    if (source === 'archive' || !this.#isOfArchive) this.#packed += bytes;
  }

  /** @throws DeadweightError `limit-exceeded` */
  addUnpacked(bytes: number): void {
    this.#unpacked += bytes;
    if (this.#unpacked <= MAX_UNPACKED_FREE + MAX_EXPANSION * this.#packed) return;
    const times = formatCount(Math.floor(this.#unpacked / Math.max(this.#packed, 1)));
    const packed = formatCount(this.#packed);
    throw excessive(
      `${packed} compressed bytes unpack to more than 4 GiB, ${times} times as many, and at most ${MAX_EXPANSION} times are read`,
    );
  }

  /** Each frame costs a call of the decoder, be it empty. @throws DeadweightError `limit-exceeded` */
  addFrame(): void {
    this.#frames += 1;
    if (this.#frames <= MAX_FRAMES_FREE + this.#unpacked / MIN_FRAME_BYTES) return;
    throw excessive(
      `the zstd data has more than ${formatCount(MAX_FRAMES_FREE)} frames with hardly anything in them`,
    );
  }
}

function excessive(why: string): DeadweightError {
  return new DeadweightError('limit-exceeded', {
    message: `The compressed data is refused: ${why}.`,
    remedy: 'Check where the image comes from; if you trust it, save it with uncompressed layers.',
  });
}
