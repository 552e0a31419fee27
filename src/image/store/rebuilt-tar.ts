import { Buffer } from 'node:buffer';
import type { RandomAccess } from '../../tar/random-access.ts';
import { type LayerFile, LayerFiles, nameOf, readPieces } from './tar-split.ts';

/**
 * The tar of a layer that was unpacked, to be read by position: put together from the record that was made of it and the
 * files that are there. Headers are kept in memory, without the zeros around them; contents are read where they lie.
 */
export class RebuiltTar implements RandomAccess {
  readonly #files: LayerFiles;
  readonly #pieces: Pieces;
  /** Index of the piece that was read last: most reads go on from there. */
  #last = 0;
  #open: { readonly index: number; readonly file: LayerFile } | null = null;

  /** @throws DeadweightError as `rebuildTar` */
  static async open(recordPath: string, folder: string): Promise<RebuiltTar> {
    const pieces = new Pieces();
    for await (const piece of readPieces(recordPath)) {
      if (piece.type === 2) pieces.addBytes(Buffer.from(piece.payload ?? '', 'base64'));
      else if (piece.size) pieces.addFile(nameOf(piece), piece.size);
    }
    return new RebuiltTar(pieces, new LayerFiles(folder));
  }

  private constructor(pieces: Pieces, files: LayerFiles) {
    this.#pieces = pieces;
    this.#files = files;
  }

  get size(): number {
    return this.#pieces.size;
  }

  read(target: Uint8Array, position: number): number {
    let length = 0;
    for (
      let index = this.#indexAt(position);
      length < target.length && index < this.#pieces.count;
      index += 1
    ) {
      this.#last = index;
      const at = position + length - this.#pieces.startOf(index);
      const count = Math.min(target.length - length, this.#pieces.lengthOf(index) - at);
      const part = target.subarray(length, length + count);
      const name = this.#pieces.nameOf(index);
      if (name === null) this.#pieces.copyBytes(index, part, at);
      else this.#fileAt(index, name).read(part, at);
      length += count;
    }
    return length;
  }

  close(): void {
    this.#open?.file.close();
    this.#open = null;
  }

  #fileAt(index: number, name: Buffer): LayerFile {
    if (this.#open?.index === index) return this.#open.file;
    this.close();
    const file = this.#files.open(name, this.#pieces.lengthOf(index));
    this.#open = { index, file };
    return file;
  }

  /** The piece that a position is in; behind the last where it is behind all. */
  #indexAt(position: number): number {
    const pieces = this.#pieces;
    if (position >= pieces.size) return pieces.count;
    for (let near = this.#last; near < Math.min(this.#last + 3, pieces.count); near += 1) {
      const start = pieces.startOf(near);
      if (position >= start && position < start + pieces.lengthOf(near)) return near;
    }
    let [low, high] = [0, pieces.count - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (pieces.startOf(middle) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** In the order of the tar: bytes, of which the zeros at both ends are left out, and files. */
class Pieces {
  /** Of each, where it starts. */
  readonly #starts: number[] = [];
  readonly #names: (Buffer | null)[] = [];
  readonly #bytes: (Buffer | null)[] = [];
  /** Zeros before the bytes of each. */
  readonly #zeros: number[] = [];
  size = 0;

  get count(): number {
    return this.#starts.length;
  }

  addBytes(bytes: Buffer): void {
    if (bytes.length === 0) return;
    let [start, end] = [0, bytes.length];
    while (start < end && bytes[start] === 0) start += 1;
    while (end > start && bytes[end - 1] === 0) end -= 1;
    this.#add(bytes.length, null, Buffer.from(bytes.subarray(start, end)), start);
  }

  addFile(name: Buffer, size: number): void {
    this.#add(size, name, null, 0);
  }

  startOf(index: number): number {
    return this.#starts[index] ?? this.size;
  }

  lengthOf(index: number): number {
    return this.startOf(index + 1) - this.startOf(index);
  }

  /** Null where it is bytes. */
  nameOf(index: number): Buffer | null {
    return this.#names[index] ?? null;
  }

  copyBytes(index: number, target: Uint8Array, at: number): void {
    target.fill(0);
    const [bytes, zeros] = [this.#bytes[index], this.#zeros[index] ?? 0];
    if (!bytes || at + target.length <= zeros) return;
    const from = Math.max(at - zeros, 0);
    if (from >= bytes.length) return;
    target.set(bytes.subarray(from, at + target.length - zeros), Math.max(zeros - at, 0));
  }

  #add(length: number, name: Buffer | null, bytes: Buffer | null, zeros: number): void {
    this.#starts.push(this.size);
    this.#names.push(name);
    this.#bytes.push(bytes);
    this.#zeros.push(zeros);
    this.size += length;
  }
}
