import { Buffer, isUtf8 } from 'node:buffer';

/** Buffer view of the same memory. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Text up to the first NUL, at most `length` bytes. UTF-8; a byte that is not part of it reads as `\xHH`,
 * which keeps different names different (U+FFFD would not).
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
  return bits < 0x80 ? buffer.toString('latin1', start, end) : decodeText(buffer.subarray(start, end));
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
