import { type DiffId, isDiffId, sha256 } from '../base/digest.ts';
import { decodeDocument, encodeDocument } from './checked-document.ts';
import { isRecord, isString } from './json-value.ts';

/** A layer whose scan was in the store. */
export interface KnownLayer {
  readonly diffId: DiffId;
  /** Where it lay, for a scan of that place; null for one of the layer wherever it is. */
  readonly place: string | null;
}

/** Names the file. @param what the layers are of, which may be an address with a login: nobody gets to see it */
export function layersKey(what: string): string {
  return `layers@2 ${sha256(what)}`;
}

export function encodeLayers(layers: readonly KnownLayer[], what: string): Uint8Array {
  return encodeDocument(layersKey(what), layers);
}

/** @returns null for what is damaged, or of something else */
export function decodeLayers(bytes: Uint8Array, what: string): readonly KnownLayer[] | null {
  const layers = decodeDocument(bytes, layersKey(what));
  return Array.isArray(layers) && layers.every(isKnownLayer) ? layers : null;
}

function isKnownLayer(value: unknown): value is KnownLayer {
  if (!isRecord(value)) return false;
  const { diffId, place } = value;
  return isString(diffId) && isDiffId(diffId) && (place === null || isString(place));
}
