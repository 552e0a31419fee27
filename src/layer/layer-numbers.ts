import type { DiffId } from '../base/digest.ts';
import { decodeDocument, encodeDocument } from './checked-document.ts';
import { isRecord } from './json-value.ts';

/** What was measured of a layer. The key says what, and all that the number depends on beside the layer. */
export type LayerNumbers = ReadonlyMap<string, number>;

/** The newest are kept: a layer that many images build upon is measured in many ways. */
const MAX_NUMBERS = 1000;

/** Names the file. */
export function numbersKey(diffId: DiffId): string {
  return `numbers@1 ${diffId}`;
}

export function encodeNumbers(numbers: LayerNumbers, diffId: DiffId): Uint8Array {
  return encodeDocument(numbersKey(diffId), Object.fromEntries([...numbers].slice(-MAX_NUMBERS)));
}

/** @returns null for what is damaged, or of another layer */
export function decodeNumbers(bytes: Uint8Array, diffId: DiffId): LayerNumbers | null {
  const numbers = decodeDocument(bytes, numbersKey(diffId));
  if (!isRecord(numbers)) return null;
  return new Map(
    Object.entries(numbers).filter((pair): pair is [string, number] => Number.isSafeInteger(pair[1])),
  );
}
