import { Buffer } from 'node:buffer';
import { formatCount } from './number-text.ts';

/** How deep a JSON document from outside may nest. Real ones nest ten deep. */
export const MAX_JSON_DEPTH = 100;
/** How many values it may have where its reader allows no more. Real manifests and configurations have thousands, and large package locks half a million. */
export const MAX_JSON_VALUES = 1_000_000;

/** Shorter documents of an image cost too little to be looked at. Bytes. */
const SMALL = 64 * 1024;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * What a JSON text would become when it is parsed, told by its brackets and commas alone: 16 MB of them make a gigabyte
 * of values.
 * @returns why it is refused, to follow its name; null when it is not. Whether it is JSON is for the parser to say.
 */
export function excessOfJson(bytes: Uint8Array): string | null {
  return bytes.length <= SMALL ? null : findExcess(bytes, MAX_JSON_VALUES);
}

/** The document nests too deep or has too many values. The message follows its name: `has more than 100 values`. */
export class ExcessiveJson extends Error {}

/**
 * The value of a JSON text from outside that is no larger than its reader allows.
 * @param maxValues keys count as values
 * @throws ExcessiveJson before anything is made of it
 * @throws SyntaxError when it is not JSON
 */
export function parseBoundedJson(text: string, maxValues: number = MAX_JSON_VALUES): unknown {
  const excess = findExcess(Buffer.from(text), maxValues);
  if (excess !== null) throw new ExcessiveJson(excess);
  return JSON.parse(text);
}

function findExcess(bytes: Uint8Array, maxValues: number): string | null {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) at = endOfText(bytes, at + 1);
    else if (byte === COMMA || byte === COLON) values += 1;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth -= 1;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      depth += 1;
      values += 1;
      if (depth > MAX_JSON_DEPTH) return `nests more than ${MAX_JSON_DEPTH} deep`;
    }
    if (values > maxValues) return `has more than ${formatCount(maxValues)} values`;
  }
  return null;
}

/** Where the quote stands that ends a text. */
function endOfText(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
