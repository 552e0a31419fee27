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
