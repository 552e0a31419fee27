import { Buffer } from 'node:buffer';
import { DeadweightError } from '../../base/errors.ts';
import { printable } from '../../base/untrusted-text.ts';
import { limit, MAX_ENTRIES } from '../../layer/image-limits.ts';
import { isByteCount, isRecord } from '../../layer/json-value.ts';
import { decompress, detectCompression } from '../../tar/compression.ts';
import { type RandomAccess, streamRange } from '../../tar/random-access.ts';
import type { StoreAccess } from './store-access.ts';

/** Bytes that are handed on at a time: pieces are small, a header each. */
const CHUNK = 256 * 1024;
/** Characters of a line: a header with long names and attributes, as base64. */
const MAX_LINE = 16 * 1024 * 1024;
/** An entry has two: its header, and what it is the header of. */
const MAX_LINES = 3 * MAX_ENTRIES;

/** A piece of a tar. */
type Piece = BytesPiece | FilePiece;

/** Bytes that are no file's content. */
interface BytesPiece {
  readonly type: 2;
  /** As base64. */
  readonly payload: string;
}

/** A file, whose content lies elsewhere. */
export interface FilePiece {
  readonly type: 1;
  readonly name: Buffer;
  readonly size: number;
  /** Of its content (`Crc64`). */
  readonly checksum: Buffer;
}

/**
 * The tar of a layer that was unpacked, byte for byte: put together from the record that was made of it and the files
 * that are there. https://github.com/vbatts/tar-split
 * @param recordPath JSON lines, compressed
 * @param folder with the files. Links in it are the image's: none leads out of it
 * @throws DeadweightError `input-missing`, `input-corrupt`, `input-truncated`, `permission-denied`, `limit-exceeded`
 */
export async function* rebuildTar(
  recordPath: string,
  folder: string,
  access: StoreAccess,
): AsyncIterable<Uint8Array> {
  const files = access.folder(folder);
  let chunk = Buffer.allocUnsafeSlow(CHUNK);
  let length = 0;
  for await (const pieces of readPieces(access.open(recordPath), recordPath))
    for (const piece of pieces) {
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

/**
 * The pieces of a tar by its record, in their order, some at a time.
 * @param record is closed when it is read
 * @throws DeadweightError as `rebuildTar`
 */
export async function* readPieces(record: RandomAccess, recordPath: string): AsyncIterable<readonly Piece[]> {
  for await (const lines of readLines(record, recordPath))
    yield lines.map(line => readPiece(line, recordPath));
}

/** As the engines' own writer begins most lines: what follows is base64, up to a quote. */
const BYTES = '{"type":2,"payload":"';

/** By hand: there are two hundred thousand of them, and a schema takes as long as all the rest. */
function readPiece(line: string, recordPath: string): Piece {
  if (line.startsWith(BYTES)) {
    const end = line.indexOf('"', BYTES.length);
    if (end >= 0 && /^(?:,"position":\d{1,12})?\}$/.test(line.slice(end + 1)))
      return { type: 2, payload: line.slice(BYTES.length, end) };
  }
  try {
    const wire: unknown = JSON.parse(line);
    if (isRecord(wire)) {
      const { type, payload = null, name = null, name_raw: raw = null, size = 0 } = wire;
      if (type === 2 && (payload === null || typeof payload === 'string'))
        return { type, payload: payload ?? '' };
      // A name that is no UTF-8 is recorded as base64.
      const bytes = typeof raw === 'string' && raw !== '' ? Buffer.from(raw, 'base64') : null;
      const text = typeof name === 'string' ? name : '';
      const checksum = Buffer.from(typeof payload === 'string' ? payload : '', 'base64');
      if (type === 1 && isByteCount(size ?? 0))
        return { type, name: bytes ?? Buffer.from(text), size: Number(size), checksum };
    }
  } catch (cause) {
    throw recordCorrupt(recordPath, cause);
  }
  throw recordCorrupt(recordPath, new Error('a line is no piece of a tar'));
}

async function* readLines(source: RandomAccess, path: string): AsyncIterable<readonly string[]> {
  try {
    const head = new Uint8Array(8);
    source.read(head, 0);
    const packed = streamRange(source, { start: 0, length: source.size });
    const decoder = new TextDecoder();
    let rest = '';
    let count = 0;
    for await (const bytes of decompress(packed, detectCompression(head))) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      count += lines.length;
      limit(count, MAX_LINES, 'lines in the record of a layer');
      if (rest.length > MAX_LINE) throw recordCorrupt(path, new Error('a line is too long'));
      yield lines.filter(line => line !== '');
    }
    if (rest !== '') yield [rest];
  } finally {
    source.close();
  }
}

function recordCorrupt(path: string, cause: unknown): DeadweightError {
  return new DeadweightError('input-corrupt', {
    message: `${printable(path)}, the store's record of a layer, is damaged.`,
    remedy:
      'Read the image through the program that keeps it instead (podman save NAME | deadweight inspect -, or --engine-store api), or pull it again.',
    cause,
  });
}
