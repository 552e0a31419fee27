import { Buffer } from 'node:buffer';
import { quote } from '../base/untrusted-text.ts';
import { BLOCK, type TarKind } from './header.ts';
import { readNumber, readText } from './header-field.ts';
import { corruptTar } from './tar-error.ts';

/** The fields of one 512-byte header, before records that precede it are applied. */
export interface HeaderBlock {
  readonly name: string;
  /** Character code of the type flag; 0 in archives of the V7 format. */
  readonly typeflag: number;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly linkname: string;
  /** Whether the magic is GNU's (`ustar  \0`): only then may the block carry a sparse map. */
  readonly gnu: boolean;
}

/** Whether all 512 bytes are zero. */
export function isZeroBlock(buffer: Buffer, at: number): boolean {
  for (let index = at; index < at + BLOCK; index += 1) if (buffer[index] !== 0) return false;
  return true;
}

/** Whether the checksum is right, of bytes taken as unsigned (POSIX) or signed (some old tars). */
export function hasValidChecksum(buffer: Buffer, at: number): boolean {
  const stated = readNumber(buffer, at + 148, 8);
  const unsigned = sumOfBytes(buffer, at) - sumOfField(buffer, at) + 8 * 0x20;
  if (stated === unsigned) return true;
  let high = 0;
  for (let index = at; index < at + BLOCK; index += 1) {
    const isInField = index >= at + 148 && index < at + 156;
    if (!isInField && (buffer[index] ?? 0) > 0x7f) high += 1;
  }
  return stated === unsigned - 256 * high;
}

const block = Buffer.alloc(BLOCK);
const words = new Uint32Array(block.buffer, block.byteOffset, BLOCK / 4);

/** Two bytes at a time in each half of a word, four times as fast: 128 words of 2 × 255 do not overflow 16 bits. */
function sumOfBytes(buffer: Buffer, at: number): number {
  buffer.copy(block, 0, at, at + BLOCK);
  let sums = 0;
  for (let index = 0; index < BLOCK / 4; index += 1) {
    const word = words[index] ?? 0;
    sums = (sums + (word & 0xff00ff) + ((word >>> 8) & 0xff00ff)) | 0;
  }
  return (sums & 0xffff) + (sums >>> 16);
}

function sumOfField(buffer: Buffer, at: number): number {
  let sum = 0;
  for (let index = at + 148; index < at + 156; index += 1) sum += buffer[index] ?? 0;
  return sum;
}

/**
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html (ustar interchange format)
 * @throws DeadweightError `input-corrupt` when the checksum or a number is wrong.
 */
export function readHeaderBlock(buffer: Buffer, at: number): HeaderBlock {
  if (!hasValidChecksum(buffer, at)) throw corruptTar('a header has a wrong checksum');
  const magic = readMagic(buffer, at);
  const prefix = readPrefix(buffer, at, magic);
  const name = readText(buffer, at, 100);
  const header: HeaderBlock = {
    name: prefix === '' ? name : `${prefix}/${name}`,
    typeflag: buffer[at + 156] ?? 0,
    size: readNumber(buffer, at + 124, 12),
    mode: permissionsOf(readNumber(buffer, at + 100, 8)),
    uid: readNumber(buffer, at + 108, 8),
    gid: readNumber(buffer, at + 116, 8),
    mtime: readNumber(buffer, at + 136, 12),
    linkname: readText(buffer, at + 157, 100),
    gnu: magic === 'gnu',
  };
  if (Number.isNaN(header.size + header.mode + header.uid + header.gid + header.mtime)) {
    throw corruptTar(`the header of ${quote(header.name)} has a field that is not a number`);
  }
  return header;
}

/** The low twelve bits, also of a negative number; NaN stays. */
function permissionsOf(mode: number): number {
  return mode >= 0 && mode < 0o10000 ? mode : ((mode % 0o10000) + 0o10000) % 0o10000;
}

type Magic = 'v7' | 'ustar' | 'star' | 'gnu';

function readMagic(buffer: Buffer, at: number): Magic {
  const isUstar =
    buffer[at + 257] === 0x75 &&
    buffer[at + 258] === 0x73 &&
    buffer[at + 259] === 0x74 &&
    buffer[at + 260] === 0x61 &&
    buffer[at + 261] === 0x72;
  if (!isUstar) return 'v7';
  if (buffer[at + 262] === 0x20 && buffer[at + 263] === 0x20 && buffer[at + 264] === 0) return 'gnu';
  if (buffer[at + 262] !== 0) return 'v7';
  const isStar = buffer[at + 508] === 0x74 && buffer.toString('latin1', at + 508, at + 512) === 'tar\0';
  return isStar ? 'star' : 'ustar';
}

/**
 * GNU headers have times where ustar has the prefix; but Go before 1.8 wrote a prefix there too, and images of that
 * age exist. As Go's own reader does: what is no time and is ASCII is a prefix.
 */
function readPrefix(buffer: Buffer, at: number, magic: Magic): string {
  if (magic === 'v7' || buffer[at + 345] === 0) return '';
  if (magic === 'ustar') return readText(buffer, at + 345, 155);
  if (magic === 'star') return readText(buffer, at + 345, 131);
  const times = readNumber(buffer, at + 345, 12) + readNumber(buffer, at + 357, 12);
  if (!Number.isNaN(times)) return '';
  const prefix = readText(buffer, at + 345, 155);
  return /^[\x01-\x7f]*$/.test(prefix) ? prefix : '';
}

/**
 * Bytes of the name's first part in a header; 0 where there is none. What else stands there is of other formats: times, and
 * the map of a sparse file.
 */
export function prefixLength(buffer: Buffer, at: number): number {
  const magic = readMagic(buffer, at);
  if (readPrefix(buffer, at, magic) === '') return 0;
  const field = buffer.subarray(at + 345, at + 345 + (magic === 'star' ? 131 : 155));
  const end = field.indexOf(0);
  return end < 0 ? field.length : end;
}

/** The kind of a type flag. V7 archives tell directories by a trailing slash. */
export function kindOf(typeflag: number, path: string): TarKind {
  switch (typeflag) {
    case 0x30: // 0
    case 0x37: // 7, contiguous
    case 0x53: // S, GNU sparse
      return 'file';
    case 0:
      return path.endsWith('/') ? 'directory' : 'file';
    case 0x31:
      return 'hardlink';
    case 0x32:
      return 'symlink';
    case 0x33:
      return 'character';
    case 0x34:
      return 'block';
    case 0x35:
      return 'directory';
    case 0x36:
      return 'fifo';
    default:
      return 'other';
  }
}

/** Whether data blocks follow a header of this kind. Unknown kinds have them, as POSIX says. */
export function hasContent(kind: TarKind): boolean {
  return kind === 'file' || kind === 'other';
}
