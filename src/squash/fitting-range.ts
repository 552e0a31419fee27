import type { WastedFile } from '../analysis/image-analysis.ts';
import type { LayerRange } from './layer-merge.ts';

/** How many layers fewer an image is to have. */
interface Fit {
  /** The lowest layer that may be merged. */
  readonly from: number;
  /** Layers that have to go. */
  readonly needed: number;
  /** Ranges that are merged anyway, lowest first. They do not meet. */
  readonly merged: readonly LayerRange[];
}

/**
 * Ranges that leave an image as many layers fewer as are needed: those that are merged anyway, and one more, or one of them
 * that has grown, which makes the smallest layer of all that would do; of equals the highest, as what lies high changes often.
 * @param layers of the image, with their sizes in bytes
 * @param wasted hidden copies
 * @returns lowest first, not meeting; null where the layers are too few
 */
export function fitLayers(
  layers: readonly { readonly size: number }[],
  wasted: readonly Pick<WastedFile, 'writtenBy' | 'hiddenBy' | 'bytes'>[],
  { from, needed, merged }: Fit,
): readonly LayerRange[] | null {
  const units = unitsOf(layers.length, from, merged);
  const more = needed - (layers.length - from - units.length);
  if (more <= 0) return merged;
  const length = more + 1;
  if (length > units.length) return null;
  const sizes = unitSizes(layers, units);
  const unitOf = units.flatMap(({ first, last }, unit) => new Array<number>(last - first + 1).fill(unit));
  /** By where a run of units begins: what it frees, as the difference to the one before. */
  const freed = new Float64Array(units.length + 1);
  for (const { writtenBy, hiddenBy, bytes } of wasted) {
    const [written, hidden] = [unitOf[writtenBy - from], unitOf[hiddenBy - from]];
    if (written === undefined || hidden === undefined) continue;
    if (written === hidden && isMerged(units[written])) {
      sizes[written] = (sizes[written] ?? 0) - bytes;
      continue;
    }
    if (hidden - written >= length) continue;
    add(freed, Math.max(0, hidden - length + 1), bytes);
    add(freed, written + 1, -bytes);
  }
  const start = cheapestRun(sizes, freed, length);
  const [first, last] = [units[start], units[start + more]];
  if (first === undefined || last === undefined) return null;
  const run = { first: first.first, last: last.last };
  const others = merged.filter(range => range.last < run.first || range.first > run.last);
  return [...others, run].sort((one, other) => one.first - other.first);
}

/** What layers are there when ranges have been merged. */
function unitsOf(count: number, from: number, merged: readonly LayerRange[]): readonly LayerRange[] {
  const units: LayerRange[] = [];
  for (let layer = from; layer < count; ) {
    const range = merged.find(({ first }) => first === layer) ?? { first: layer, last: layer };
    units.push(range);
    layer = range.last + 1;
  }
  return units;
}

function unitSizes(layers: readonly { readonly size: number }[], units: readonly LayerRange[]): number[] {
  return units.map(({ first, last }) =>
    layers.slice(first, last + 1).reduce((sum, { size }) => sum + size, 0),
  );
}

function isMerged(unit: LayerRange | undefined): boolean {
  return unit !== undefined && unit.last > unit.first;
}

/** Where the run begins that makes the smallest layer. */
function cheapestRun(sizes: readonly number[], freed: Float64Array, length: number): number {
  let [held, gone, start, least] = [0, 0, 0, Number.POSITIVE_INFINITY];
  sizes.forEach((size, last) => {
    held += size - (sizes[last - length] ?? 0);
    const first = last - length + 1;
    if (first < 0) return;
    gone += freed[first] ?? 0;
    if (held - gone > least) return;
    least = held - gone;
    start = first;
  });
  return start;
}

function add(row: Float64Array, at: number, bytes: number): void {
  row[at] = (row[at] ?? 0) + bytes;
}
