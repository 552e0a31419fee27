import type { DiffId } from '../base/digest.ts';

/**
 * How many leading layers come from a base image whose diffIDs are known, lowest first: all of them, when the image
 * starts with exactly these; null when it was built on something else. 0 for an empty base (scratch).
 */
export function detectBase(
  layers: readonly { readonly diffId: DiffId }[],
  base: readonly DiffId[],
): number | null {
  return base.every((diffId, index) => layers[index]?.diffId === diffId) ? base.length : null;
}
