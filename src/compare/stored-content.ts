import { Buffer } from 'node:buffer';
import type { LayerEntries } from '../layer/layer-entries.ts';

/** Bytes of a content: the first 128 bits of a SHA-256. */
const BYTES = 16;
/** Words of 32 bits that a content has in the columns of a scan. */
export const CONTENT_WORDS = BYTES / Uint32Array.BYTES_PER_ELEMENT;

/**
 * The content of one file, as snapshots have it: the first 128 bits of its SHA-256 in 22 characters of base64url.
 * Packed with gzip these take 17 bytes, where hexadecimal digits would take 18 and be a half longer in memory.
 */
export type StoredContent = string;

/** Characters that 128 bits have in base64url; the last one has four bits to spare, which are 0. */
const LENGTH = 22;
const NO_DIGIT = 0xff;

/** What each character of base64url stands for, by its code. */
const DIGITS = new Uint8Array(128).fill(NO_DIGIT);
for (const [digit, code] of Buffer.from(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
).entries()) {
  DIGITS[code] = digit;
}

function digitAt(text: string, at: number): number {
  return DIGITS[text.charCodeAt(at)] ?? NO_DIGIT;
}

export function isStoredContent(value: unknown): value is StoredContent {
  if (typeof value !== 'string' || value.length !== LENGTH) return false;
  for (let at = 0; at < LENGTH; at += 1) if (digitAt(value, at) === NO_DIGIT) return false;
  return digitAt(value, LENGTH - 1) % 16 === 0;
}

/** The contents of the entries of one layer, as snapshots have them. @returns null for an entry whose content is not known */
export function storedContents(entries: LayerEntries): (index: number) => StoredContent | null {
  const { contents } = entries.columns;
  if (contents === null) return () => null;
  const bytes = Buffer.allocUnsafeSlow(contents.length * Uint32Array.BYTES_PER_ELEMENT);
  for (const [word, bits] of contents.entries()) bytes.writeUInt32BE(bits, word * 4);
  return index =>
    entries.knowsContent(index) ? bytes.toString('base64url', index * BYTES, (index + 1) * BYTES) : null;
}

/** Writes a content as the columns of a scan have it: four words of 32 bits. */
export function readStoredContent(content: StoredContent, words: Uint32Array): void {
  let bits = 0;
  let count = 0;
  let word = 0;
  for (let at = 0; at < LENGTH; at += 1) {
    const digit = digitAt(content, at);
    count += 6;
    if (count < 32) {
      bits = (bits << 6) | digit;
      continue;
    }
    // The word takes what it has room for, and the next one begins with the rest.
    count -= 32;
    words[word] = (bits << (6 - count)) | (digit >>> count);
    word += 1;
    bits = digit & ((1 << count) - 1);
  }
}
