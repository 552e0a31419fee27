import type { SourceLines } from '../base/phrase.ts';
import type { CausePlace } from './comparison.ts';
import type { Snapshot } from './snapshot.ts';

/** Places that a cause lists; the bytes of others are in none of them. */
const MAX_PLACES = 10;

/** The place of a layer that holds so many bytes. */
export type PlaceOf = (layer: number, bytes: number) => CausePlace;

/** @param snapshot of which the layers are */
export function placeIn({ layers }: Snapshot): PlaceOf {
  return (layer, bytes) => {
    const { instruction = null, createdBy = '' } = layers[layer] ?? {};
    return { layer, bytes, instruction, createdBy };
  };
}

/** From the first to the last line of the layers' instructions; null where one is not known, or of another file. */
export function linesOf(layers: Iterable<number>, placeOf: PlaceOf): SourceLines | null {
  const instructions = Array.from(layers, layer => placeOf(layer, 0).instruction);
  const [first, ...others] = instructions;
  if (first === undefined || first === null) return null;
  const { file } = first;
  let { startLine, endLine } = first;
  for (const other of others) {
    if (other === null || other.file !== file) return null;
    startLine = Math.min(startLine, other.startLine);
    endLine = Math.max(endLine, other.endLine);
  }
  return { file, startLine, endLine };
}

/** Signed bytes by the index of a layer. */
export type LayerBytes = Map<number, number>;

/** Signed bytes of both images together, by the layers of each. */
export function sumOfPlaces({
  baseline,
  head,
}: {
  readonly baseline: LayerBytes;
  readonly head: LayerBytes;
}): number {
  let sum = 0;
  for (const layers of [baseline, head]) for (const bytes of layers.values()) sum += bytes;
  return sum;
}

export function addBytes(bytes: LayerBytes, layer: number, more: number): void {
  bytes.set(layer, (bytes.get(layer) ?? 0) + more);
}

/** Largest absolute bytes first. */
export function listPlaces(bytes: LayerBytes, placeOf: PlaceOf): CausePlace[] {
  return [...bytes]
    .sort(([a, x], [b, y]) => Math.abs(y) - Math.abs(x) || a - b)
    .slice(0, MAX_PLACES)
    .map(([layer, sum]) => placeOf(layer, sum));
}
