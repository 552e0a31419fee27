import { Buffer } from 'node:buffer';
import { type DiffId, sha256 } from '../base/digest.ts';
import { parseBoundedJson } from '../base/json-shape.ts';
import { isRecord } from './json-value.ts';

/** What was measured of a layer. The key says what, and all that the number depends on beside the layer. */
export type LayerNumbers = ReadonlyMap<string, number>;

/** The newest are kept: a layer that many images build upon is measured in many ways. */
const MAX_NUMBERS = 1000;

/** Names the file. */
export function numbersKey(diffId: DiffId): string {
  return `numbers@1 ${diffId}`;
}

/** The SHA-256 of a JSON document, a line feed, and the document. */
export function encodeNumbers(numbers: LayerNumbers, diffId: DiffId): Uint8Array {
  const newest = Object.fromEntries([...numbers].slice(-MAX_NUMBERS));
  const text = JSON.stringify({ key: numbersKey(diffId), numbers: newest });
  return Buffer.from(`${sha256(text)}\n${text}`);
}

/** @returns null for what is damaged, or of another layer */
export function decodeNumbers(bytes: Uint8Array, diffId: DiffId): LayerNumbers | null {
  const [checksum = '', text = ''] = Buffer.from(bytes).toString('utf8').split('\n', 2);
  if (sha256(text) !== checksum) return null;
  const parsed: unknown = parseBoundedJson(text);
  if (!isRecord(parsed) || parsed['key'] !== numbersKey(diffId) || !isRecord(parsed['numbers'])) return null;
  return new Map(
    Object.entries(parsed['numbers']).filter((pair): pair is [string, number] =>
      Number.isSafeInteger(pair[1]),
    ),
  );
}
