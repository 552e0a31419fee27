import type { DiffId } from '../base/digest.ts';
import { decodeDocument, encodeDocument } from './checked-document.ts';
import { isRecord } from './json-value.ts';

/** What was measured of a layer. The key says what, and all that the number depends on beside the layer. */
export type LayerNumbers = ReadonlyMap<string, number>;

/** The newest are kept: a layer that many images build upon is measured in many ways. */
const MAX_NUMBERS = 1000;

/** Names the file. @param place of a layer that was not hashed; null where it was */
export function numbersKey(diffId: DiffId, place: string | null): string {
  return place === null ? `numbers@1 ${diffId}` : `numbers@1 at ${place} ${diffId}`;
}

/** @param key of `numbersKey` */
export function encodeNumbers(numbers: LayerNumbers, key: string): Uint8Array {
  return encodeDocument(key, Object.fromEntries([...numbers].slice(-MAX_NUMBERS)));
}

/** @returns null for what is damaged, or of another layer */
export function decodeNumbers(bytes: Uint8Array, key: string): LayerNumbers | null {
  const numbers = decodeDocument(bytes, key);
  if (!isRecord(numbers)) return null;
  return new Map(
    Object.entries(numbers).filter((pair): pair is [string, number] => Number.isSafeInteger(pair[1])),
  );
}
