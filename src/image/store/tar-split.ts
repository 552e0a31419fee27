import { Buffer } from 'node:buffer';
import { closeSync, lstatSync, readSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { DeadweightError, systemErrorCode } from '../../base/errors.ts';
import { openInputFile, UnfitFile } from '../../base/input-file.ts';
import { pathInside } from '../../base/inside-path.ts';
import { printable } from '../../base/untrusted-text.ts';
import { isByteCount, isRecord } from '../../layer/json-value.ts';
import { decompress, detectCompression } from '../../tar/compression.ts';
import { readText } from '../../tar/header-field.ts';
import { openRandomAccess, streamRange } from '../../tar/random-access.ts';
import { storeUnreadable } from './store-file.ts';

/** Bytes that are handed on at a time: pieces are small, a header each. */
const CHUNK = 256 * 1024;
/** Characters of a line: a header with long names and attributes, as base64. */
const MAX_LINE = 16 * 1024 * 1024;

/** A piece of a tar. */
type Piece = BytesPiece | FilePiece;

/** Bytes that are no file's content. */
interface BytesPiece {
  readonly type: 2;
  /** As base64. */
  readonly payload: string;
}

/** A file, whose content lies elsewhere. */
interface FilePiece {
  readonly type: 1;
  readonly name: Buffer;
  readonly size: number;
}

/**
 * The tar of a layer that was unpacked, byte for byte: put together from the record that was made of it and the files
 * that are there. https://github.com/vbatts/tar-split
 * @param recordPath JSON lines, compressed
 * @param folder with the files. Links in it are the image's: none leads out of it
 * @throws DeadweightError `input-missing`, `input-corrupt`, `input-truncated`, `permission-denied`, `limit-exceeded`
 */
export async function* rebuildTar(recordPath: string, folder: string): AsyncIterable<Uint8Array> {
  const files = new UnpackedFiles(folder);
  let chunk = Buffer.allocUnsafeSlow(CHUNK);
  let length = 0;
  for await (const piece of readPieces(recordPath)) {
    const content = piece.type === 2 ? Buffer.from(piece.payload, 'base64') : null;
    const size = piece.type === 2 ? (content?.length ?? 0) : piece.size;
    const file = piece.type === 1 && size > 0 ? files.open(piece.name, size) : null;
    try {
      for (let at = 0; at < size; ) {
        const count = Math.min(CHUNK - length, size - at);
        if (content !== null) content.copy(chunk, length, at, at + count);
        else file?.read(chunk.subarray(length, length + count), at);
        at += count;
        length += count;
        if (length < CHUNK) continue;
        yield chunk;
        chunk = Buffer.allocUnsafeSlow(CHUNK);
        length = 0;
      }
    } finally {
      file?.close();
    }
  }
  if (length > 0) yield chunk.subarray(0, length);
}

/** The pieces of a tar by its record, in their order. @throws DeadweightError as `rebuildTar` */
export async function* readPieces(recordPath: string): AsyncIterable<Piece> {
  for await (const line of readLines(recordPath)) yield readPiece(line, recordPath);
}

/** By hand: there are two hundred thousand of them, and a schema takes as long as all the rest. */
function readPiece(line: string, recordPath: string): Piece {
  try {
    const wire: unknown = JSON.parse(line);
    if (isRecord(wire)) {
      const { type, payload = null, name = null, name_raw: raw = null, size = 0 } = wire;
      if (type === 2 && (payload === null || typeof payload === 'string'))
        return { type, payload: payload ?? '' };
      // A name that is no UTF-8 is recorded as base64.
      const bytes = typeof raw === 'string' && raw !== '' ? Buffer.from(raw, 'base64') : null;
      const text = typeof name === 'string' ? name : '';
      if (type === 1 && isByteCount(size ?? 0))
        return { type, name: bytes ?? Buffer.from(text), size: Number(size) };
    }
  } catch (cause) {
    throw recordCorrupt(recordPath, cause);
  }
  throw recordCorrupt(recordPath, new Error('a line is no piece of a tar'));
}

async function* readLines(path: string): AsyncIterable<string> {
  const source = openRandomAccess(path);
  try {
    const head = new Uint8Array(8);
    source.read(head, 0);
    const packed = streamRange(source, { start: 0, length: source.size });
    const decoder = new TextDecoder();
    let rest = '';
    for await (const bytes of decompress(packed, detectCompression(head))) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > MAX_LINE) throw recordCorrupt(path, new Error('a line is too long'));
      yield* lines.filter(line => line !== '');
    }
    if (rest !== '') yield rest;
  } finally {
    source.close();
  }
}

/** Reads as many bytes as the target holds. */
export interface UnpackedFile {
  read(target: Uint8Array, at: number): void;
  close(): void;
}

/**
 * Opens the files of a layer; of those that have the same folder, the folder is looked at once. A name is any bytes: paths
 * are texts of which each character is a byte.
 */
export class UnpackedFiles {
  readonly #folder: string;
  readonly #real: string;
  #last: { readonly folder: string | null; readonly real: string } = { folder: null, real: '' };

  constructor(folder: string) {
    this.#folder = textOf(Buffer.from(folder));
    this.#real = resolveLinks(this.#folder);
  }

  open(name: Buffer, size: number): UnpackedFile {
    const path = this.#find(textOf(name));
    try {
      const { descriptor, size: actual } = openInputFile(bytesOf(path), { followsLink: false });
      return {
        read: (target, at) => {
          if (actual !== size || readSync(descriptor, target, 0, target.length, at) < target.length)
            throw layerChanged(path);
        },
        close: () => closeSync(descriptor),
      };
    } catch (cause) {
      const code = systemErrorCode(cause);
      throw cause instanceof UnfitFile || code === 'ENOENT' || code === 'ELOOP'
        ? layerChanged(path)
        : storeUnreadable(nameForMessage(path), cause);
    }
  }

  /** Looks at a file without reading it. @throws DeadweightError as `open` */
  check(name: Buffer, size: number): void {
    const path = this.#find(textOf(name));
    try {
      const stats = lstatSync(bytesOf(path));
      if (stats.isFile() && stats.size === size) return;
    } catch (cause) {
      if (systemErrorCode(cause) !== 'ENOENT') throw storeUnreadable(nameForMessage(path), cause);
    }
    throw layerChanged(path);
  }

  /** @returns a path whose folders are no links, inside of the layer's folder */
  #find(name: string): string {
    const slash = name.lastIndexOf('/');
    const folder = slash < 0 ? '' : name.slice(0, slash);
    const file = name.slice(slash + 1);
    if (this.#last.folder !== folder) this.#last = { folder, real: this.#resolve(folder) };
    if (file === '' || file === '.' || file === '..') throw layerChanged(join(this.#folder, name));
    return `${this.#last.real}/${file}`;
  }

  #resolve(folder: string): string {
    const path = join(this.#folder, folder);
    const real = resolveLinks(path);
    if (pathInside(this.#real, real) === null || pathInside(this.#folder, path) === null)
      throw layerChanged(path);
    return real;
  }
}

function textOf(path: Buffer): string {
  return path.toString('latin1');
}

function bytesOf(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}

/** As paths of layers are shown: a byte that is no UTF-8 is `\\xHH`. */
function nameForMessage(path: string): string {
  return readText(bytesOf(path), 0, path.length);
}

function resolveLinks(folder: string): string {
  try {
    return textOf(realpathSync.native(bytesOf(folder), { encoding: 'buffer' }));
  } catch (cause) {
    const code = systemErrorCode(cause);
    throw code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP'
      ? layerChanged(folder)
      : storeUnreadable(nameForMessage(folder), cause);
  }
}

/** The store has something else there than what was unpacked. @param path each character is a byte */
export function layerChanged(path: string): DeadweightError {
  return new DeadweightError('input-corrupt', {
    message: `${printable(nameForMessage(path))} is not the file that the store has a record of.`,
    remedy:
      'Read the image through the program that keeps it instead: podman save NAME | deadweight inspect -, or --engine-store api.',
  });
}

function recordCorrupt(path: string, cause: unknown): DeadweightError {
  return new DeadweightError('input-corrupt', {
    message: `${printable(path)}, the store's record of a layer, is damaged.`,
    remedy:
      'Read the image through the program that keeps it instead (podman save NAME | deadweight inspect -, or --engine-store api), or pull it again.',
    cause,
  });
}
