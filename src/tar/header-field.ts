import { Buffer, isUtf8 } from 'node:buffer';

const ZERO = 0x30;
const SEVEN = 0x37;
const SPACE = 0x20;

/**
 * A numeric field: octal digits between spaces and NULs, or GNU's base-256 (two's complement, big endian, the
 * top bit of the first byte set). An empty field is 0.
 * @returns NaN when the field is neither. Values beyond 2^53 are rounded.
 */
export function readNumber(buffer: Buffer, start: number, length: number): number {
  const first = buffer[start] ?? 0;
  if (first >= 0x80) return readBase256(buffer, start, length);
  const end = start + length;
  let at = start;
  let byte = first;
  while (at < end && (byte === SPACE || byte === 0)) {
    at += 1;
    byte = buffer[at] ?? 0;
  }
  let value = 0;
  while (at < end && byte >= ZERO && byte <= SEVEN) {
    value = value * 8 + (byte - ZERO);
    at += 1;
    byte = buffer[at] ?? 0;
  }
  return at === end || byte === 0 || byte === SPACE ? value : Number.NaN;
}

function readBase256(buffer: Buffer, start: number, length: number): number {
  const first = buffer[start] ?? 0;
  const negative = (first & 0x40) !== 0;
  const flip = negative ? 0xff : 0;
  let value = (first ^ flip) & 0x7f;
  for (let at = start + 1; at < start + length; at += 1) value = value * 256 + ((buffer[at] ?? 0) ^ flip);
  return negative ? -value - 1 : value;
}

/** A decimal integer that is exact in a double. @returns NaN when the text is none. */
export function readDecimal(text: string): number {
  if (!/^[+-]?\d{1,19}$/.test(text)) return Number.NaN;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

/** Seconds of a PAX time: `1700000000.25`, `-1.5`. @returns NaN when the text is none. */
export function readSeconds(text: string): number {
  return /^-?\d{1,19}(?:\.\d*)?$/.test(text) ? Number(text) : Number.NaN;
}

/** Buffer view of the same memory. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What reads as a byte that is no UTF-8, and a backslash in front of it, which is not to be read so. */
const LIKE_A_BYTE = /\\(?=(?:x5c)*x[89a-f][0-9a-f])/g;
const BYTE = /\\x(5c(?=(?:x5c)*x[89a-f][0-9a-f])|[89a-f][0-9a-f])/;

/**
 * Text up to the first NUL, at most `length` bytes. UTF-8; a byte that is not part of it reads as `\xHH`, and a backslash
 * that stands before what looks so as `\x5c`. Different names stay different (with U+FFFD they would not), and
 * `bytesOfText` gives each back.
 */
export function readText(buffer: Buffer, start: number, length: number): string {
  const limit = start + length;
  let end = start;
  let bits = 0;
  while (end < limit) {
    const byte = buffer[end];
    if (byte === 0 || byte === undefined) break;
    bits |= byte;
    end += 1;
  }
  if (end === start) return '';
  const read = buffer.toString('latin1', start, end);
  const text = escapeName(read);
  if (bits < 0x80) return text;
  return decodeText(text === read ? buffer.subarray(start, end) : Buffer.from(text, 'latin1'));
}

/** A text without bytes that are no UTF-8, as `readText` reads it. */
export function escapeName(text: string): string {
  return text.includes('\\x') ? text.replaceAll(LIKE_A_BYTE, '\\x5c') : text;
}

/** The bytes of a text that `readText` read. */
export function bytesOfText(text: string): Buffer {
  if (!text.includes('\\x')) return Buffer.from(text);
  const parts = text.split(BYTE);
  return Buffer.concat(parts.map((part, index) => Buffer.from(part, index % 2 === 0 ? 'utf8' : 'hex')));
}

function decodeText(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes[at] ?? 0);
    const sequence = bytes.subarray(at, at + length);
    if (sequence.length === length && isUtf8(sequence)) {
      text += sequence.toString('utf8');
      at += length;
    } else {
      text += `\\x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`;
      at += 1;
    }
  }
  return text;
}

function sequenceLength(lead: number): number {
  if (lead < 0xc0) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}
