import { Buffer } from 'node:buffer';
import { sha256 } from '../base/digest.ts';
import { parseBoundedJson } from '../base/json-shape.ts';
import { isRecord } from './json-value.ts';

/** A small file of the store: the SHA-256 of a JSON document, a line feed, and the document, which names its key. */
export function encodeDocument(key: string, value: unknown): Uint8Array {
  const text = JSON.stringify({ key, value });
  return Buffer.from(`${sha256(text)}\n${text}`);
}

/** @returns undefined for what is damaged, or of another key */
export function decodeDocument(bytes: Uint8Array, key: string): unknown {
  const [checksum = '', text = ''] = Buffer.from(bytes).toString('utf8').split('\n', 2);
  if (sha256(text) !== checksum) return undefined;
  const parsed: unknown = parseBoundedJson(text);
  return isRecord(parsed) && parsed['key'] === key ? parsed['value'] : undefined;
}
