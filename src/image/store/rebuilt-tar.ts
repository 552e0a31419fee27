import { Buffer } from 'node:buffer';
import { grown, type NumberColumn, NumberColumnBuilder } from '../../layer/column.ts';
import { limit } from '../../layer/image-limits.ts';
import type { ByteRange, BytesPlace, RandomAccess } from '../../tar/random-access.ts';
import { Crc64 } from './crc64.ts';
import type { StoreAccess } from './store-access.ts';
import { type FilePiece, readPieces } from './tar-split.ts';
import { type LayerFolder, layerChanged, type NamedSize, type UnpackedFile } from './unpacked-files.ts';

/**
 * The tar of a layer that was unpacked, to be read by position: put together from the record that was made of it and the
 * files that are there. Headers are kept in memory, without the zeros around them; contents are read where they lie.
 */
export class RebuiltTar implements RandomAccess {
  /** Whoever reads ahead would open every file. */
  readonly isScattered = true;
  readonly #files: LayerFolder;
  readonly #pieces: Pieces;
  readonly #recordedAt: number;
  /** Index of the piece that was read last: most reads go on from there. */
  #last = 0;
  /** Files that are not there any more, by the later one of their name that is. */
  #replaced: ReadonlyMap<number, number> | null = null;
  #open: { readonly index: number; readonly file: UnpackedFile } | null = null;

  /** @throws DeadweightError as `rebuildTar` */
  static async open(recordPath: string, folder: string, access: StoreAccess): Promise<RebuiltTar> {
    const pieces = new PiecesBuilder();
    const record = access.open(recordPath);
    // Looked at first: what changes from here on is newer.
    // The past where nothing says so: then each file is compared.
    const recordedAt = record.place?.()?.changedAt ?? 0;
    for await (const some of readPieces(record, recordPath)) {
      for (const piece of some) {
        if (piece.type === 2) pieces.addBytes(Buffer.from(piece.payload, 'base64'));
        else if (piece.size > 0) pieces.addFile(piece);
      }
    }
    return new RebuiltTar(pieces.finish(), access.folder(folder), recordedAt);
  }

  private constructor(pieces: Pieces, files: LayerFolder, recordedAt: number) {
    this.#pieces = pieces;
    this.#files = files;
    this.#recordedAt = recordedAt;
  }

  get size(): number {
    return this.#pieces.size;
  }

  /** Bytes of memory that it takes up. */
  get memory(): number {
    return this.#pieces.memory;
  }

  /**
   * Whether the files are the contents of its entries: a sparse file is recorded as long as it is unpacked, and its header
   * has the size that was packed.
   * @param contents of regular files that have any, in the order of the tar, as the headers have them
   */
  hasContents(contents: Iterator<ByteRange>): boolean {
    for (let index = 0; index < this.#pieces.count; index += 1) {
      if (!this.#pieces.isFile(index)) continue;
      const { value } = contents.next();
      if (value?.start !== this.#pieces.startOf(index) || value?.length !== this.#pieces.lengthOf(index))
        return false;
    }
    return contents.next().done === true;
  }

  /**
   * Looks at each file, and reads none. What the tar has twice is there once.
   * @returns bytes of all files that are there
   * @throws DeadweightError `input-corrupt` where one is not as it is recorded, `permission-denied`
   */
  checkFiles(): number {
    let bytes = 0;
    const files: NamedSize[] = [];
    const replaced = this.#findReplaced();
    for (let index = 0; index < this.#pieces.count; index += 1) {
      const name = this.#pieces.nameOf(index);
      if (name === null || replaced.has(index)) continue;
      const size = this.#pieces.lengthOf(index);
      files.push({ name, size });
      bytes += size;
    }
    this.#files.check(files);
    return bytes;
  }

  read(target: Uint8Array, position: number): number {
    const pieces = this.#pieces;
    let length = 0;
    for (let index = this.#indexAt(position); length < target.length && index < pieces.count; index += 1) {
      this.#last = index;
      const at = position + length - pieces.startOf(index);
      const count = Math.min(target.length - length, pieces.lengthOf(index) - at);
      const part = length === 0 && count === target.length ? target : target.subarray(length, length + count);
      const name = pieces.nameOf(index);
      if (name === null) pieces.copyBytes(index, part, at);
      else this.#fileAt(index, name).read(part, at);
      length += count;
    }
    return length;
  }

  /** Of the file that it has open. It may be read again. */
  close(): void {
    this.#open?.file.close();
    this.#open = null;
  }

  #fileAt(index: number, name: Buffer): UnpackedFile {
    if (this.#open?.index === index) return this.#open.file;
    this.close();
    const later = this.#findReplaced().get(index);
    if (later !== undefined && !this.#pieces.haveSameContent(index, later))
      throw layerChanged(name.toString('latin1'));
    const file = this.#files.open(name, this.#pieces.lengthOf(index));
    this.#open = { index, file };
    // A file may be another one of the same size. What was touched before the record was made is what it was.
    if (file.changedAt >= this.#recordedAt) this.#compare(index, name, file);
    return file;
  }

  #findReplaced(): ReadonlyMap<number, number> {
    this.#replaced ??= this.#pieces.findReplaced();
    return this.#replaced;
  }

  /** @throws DeadweightError `input-corrupt` */
  #compare(index: number, name: Buffer, file: UnpackedFile): void {
    const size = this.#pieces.lengthOf(index);
    const crc = new Crc64();
    const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK, size));
    for (let at = 0; at < size; at += chunk.length) {
      const part = chunk.subarray(0, Math.min(chunk.length, size - at));
      file.read(part, at);
      crc.update(part);
    }
    if (crc.digest().equals(this.#pieces.checksumOf(index))) return;
    this.close();
    throw layerChanged(name.toString('latin1'));
  }

  /** The piece that a position is in; behind the last where it is behind all. */
  #indexAt(position: number): number {
    const pieces = this.#pieces;
    if (position >= pieces.size) return pieces.count;
    for (let near = this.#last; near < Math.min(this.#last + 4, pieces.count); near += 1) {
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

/** Bytes of the checksum of a file, which are kept before its name. */
const CHECKSUM = 8;
/** Bytes that are kept of the record of a layer: that of 700,000 files. */
const MAX_KEPT = 256 * 1024 * 1024;
/** Bytes of a file that are compared at a time. */
const CHUNK = 256 * 1024;

/** Stands for the zeros before the bytes where a piece is a file. */
const FILE = 0xffff_ffff;

/** The pieces of a tar in their order: bytes, without the zeros at both ends, and files, of which the names are kept. */
class Pieces {
  readonly count: number;
  readonly size: number;
  /** Of each, where it starts in the tar. */
  readonly #starts: NumberColumn;
  /** Of each, how many zeros are before its bytes; or `FILE`. */
  readonly #zeros: NumberColumn;
  /** Of each and of the end, where its bytes, or its checksum and name, start in `bytes`. */
  readonly #offsets: NumberColumn;
  readonly #bytes: Uint8Array;

  constructor(
    size: number,
    starts: NumberColumn,
    zeros: NumberColumn,
    offsets: NumberColumn,
    bytes: Uint8Array,
  ) {
    this.count = starts.length;
    this.size = size;
    this.#starts = starts;
    this.#zeros = zeros;
    this.#offsets = offsets;
    this.#bytes = bytes;
  }

  get memory(): number {
    const columns = [this.#starts, this.#zeros, this.#offsets, this.#bytes];
    return columns.reduce((sum, column) => sum + column.byteLength, 0);
  }

  startOf(index: number): number {
    return this.#starts[index] ?? this.size;
  }

  lengthOf(index: number): number {
    return this.startOf(index + 1) - this.startOf(index);
  }

  isFile(index: number): boolean {
    return this.#zeros[index] === FILE;
  }

  /** Null where it is bytes. */
  nameOf(index: number): Buffer | null {
    return this.isFile(index) ? this.#keptOf(index).subarray(CHECKSUM) : null;
  }

  /** Of a file. */
  checksumOf(index: number): Buffer {
    return this.#keptOf(index).subarray(0, CHECKSUM);
  }

  /** Whether two files are told to have the same content. */
  haveSameContent(index: number, other: number): boolean {
    const checksum = this.checksumOf(index);
    const isTold = checksum.some(byte => byte !== 0);
    return isTold && this.lengthOf(index) === this.lengthOf(other) && checksum.equals(this.checksumOf(other));
  }

  /** Files of which a later one has the name, by that: none, nearly always, which numbers tell sooner than names. */
  findReplaced(): ReadonlyMap<number, number> {
    const hashes = this.#hashNames();
    const sorted = hashes.toSorted();
    const shared = new Set<number>();
    for (let at = 1; at < sorted.length; at += 1) {
      const hash = sorted[at] ?? 0;
      if (hash !== 0 && hash === sorted[at - 1]) shared.add(hash);
    }
    const replaced = new Map<number, number>();
    if (shared.size === 0) return replaced;
    const last = new Map<string, number>();
    for (let index = this.count - 1; index >= 0; index -= 1) {
      if (!shared.has(hashes[index] ?? 0)) continue;
      const name = this.nameOf(index)?.toString('latin1') ?? '';
      const later = last.get(name);
      if (later === undefined) last.set(name, index);
      else replaced.set(index, later);
    }
    return replaced;
  }

  /** FNV-1a of the names of files, which is never 0; 0 for what is none. */
  #hashNames(): Uint32Array {
    const [bytes, offsets, zeros] = [this.#bytes, this.#offsets, this.#zeros];
    const hashes = new Uint32Array(this.count);
    for (let index = 0; index < hashes.length; index += 1) {
      if (zeros[index] !== FILE) continue;
      const end = offsets[index + 1] ?? 0;
      let hash = 0x811c9dc5;
      for (let at = (offsets[index] ?? 0) + CHECKSUM; at < end; at += 1)
        hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
      hashes[index] = hash >>> 0 || 1;
    }
    return hashes;
  }

  #keptOf(index: number): Buffer {
    const { buffer, byteOffset } = this.#bytes;
    const [start = 0, end = 0] = [this.#offsets[index], this.#offsets[index + 1]];
    return Buffer.from(buffer, byteOffset + start, end - start);
  }

  /** @param at bytes of the piece that are left out; behind it are as many as the target holds */
  copyBytes(index: number, target: Uint8Array, at: number): void {
    const zeros = this.#zeros[index] ?? 0;
    const [start = 0, end = 0] = [this.#offsets[index], this.#offsets[index + 1]];
    const from = Math.min(start + Math.max(at - zeros, 0), end);
    const before = Math.min(Math.max(zeros - at, 0), target.length);
    const to = Math.min(from + target.length - before, end);
    target.fill(0, 0, before);
    target.set(this.#bytes.subarray(from, to), before);
    target.fill(0, before + to - from);
  }
}

class PiecesBuilder {
  readonly #starts = new NumberColumnBuilder();
  readonly #zeros = new NumberColumnBuilder();
  readonly #offsets = new NumberColumnBuilder();
  #bytes = new Uint8Array(64 * 1024);
  #length = 0;
  #size = 0;

  addBytes(bytes: Buffer): void {
    if (bytes.length === 0) return;
    let [start, end] = [0, bytes.length];
    while (start < end && bytes[start] === 0) start += 1;
    while (end > start && bytes[end - 1] === 0) end -= 1;
    this.#add(bytes.length, start, bytes.subarray(start, end));
  }

  addFile({ name, size, checksum }: FilePiece): void {
    // What has none agrees with none.
    const kept = Buffer.alloc(CHECKSUM + name.length);
    if (checksum.length === CHECKSUM) checksum.copy(kept);
    name.copy(kept, CHECKSUM);
    this.#add(size, FILE, kept);
  }

  finish(): Pieces {
    this.#offsets.push(this.#length);
    const [starts, zeros, offsets] = [this.#starts.finish(), this.#zeros.finish(), this.#offsets.finish()];
    return new Pieces(this.#size, starts, zeros, offsets, this.#bytes);
  }

  #add(size: number, zeros: number, bytes: Uint8Array): void {
    this.#starts.push(this.#size);
    this.#zeros.push(zeros);
    this.#offsets.push(this.#length);
    limit(this.#length + bytes.length, MAX_KEPT, 'bytes in the record of a layer');
    this.#bytes = grown(this.#bytes, this.#length + bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    this.#size += size;
  }
}

/** What says whether the record of a tar is as it was; null where nothing does. */
export function recordPlace(recordPath: string, access: StoreAccess): BytesPlace | null {
  const record = access.open(recordPath);
  try {
    return record.place?.() ?? null;
  } finally {
    record.close();
  }
}
