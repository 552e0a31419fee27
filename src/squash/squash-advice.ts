import type { ImageAnalysis, WastedFile } from '../analysis/image-analysis.ts';
import { sumBytes } from '../base/sum-bytes.ts';
import { fitLayers } from './fitting-range.ts';
import type { LayerRange } from './layer-merge.ts';
import { type RangeGain, SquashGains } from './squash-gain.ts';

/** A range of layers that is worth merging. Bytes of files. */
interface RangeAdvice extends RangeGain {
  /** Of what is freed, what fixes of the Dockerfile do not free. */
  readonly added: number;
}

/** Layers that are worth merging, all of it in one go. */
export interface SquashAdvice {
  /** Lowest first. They do not meet. */
  readonly ranges: readonly RangeAdvice[];
  /** Layers of the image then. */
  readonly layerCount: number;
  /** The most layers that were asked for, which the image then keeps; null where none were, or own layers are too few. */
  readonly limit: number | null;
}

/** What a fix of the Dockerfile would free of a layer. */
interface FixedFile {
  readonly layer: number;
  readonly path: string;
  readonly bytes: number;
}

/** What an image is to be like, and what of it is mended otherwise. */
export interface AdviceRequest {
  /** Each byte once. */
  readonly fixed: readonly FixedFile[];
  /** Most layers that the image is to have; null where it may have those that it has. */
  readonly limit: number | null;
}

/** From here on images that are built upon soon have no room left. Layers. */
export const MANY_LAYERS = 100;

/** Ranges that free something, at most: more in one command nobody reads. One more may be there to keep a limit. */
const MAX_FREEING = 3;

/**
 * Least that a range has to free beyond fixes: below a hundredth of the image nobody notices it, and below a megabyte it is
 * not worth another step of the release. Share of the image; bytes.
 */
const MIN_SHARE = 0.01;
const MIN_BYTES = 1_000_000;

/**
 * Bytes that may be tied together for one that is freed. The merged layer is pulled whole at any change of one that it is of,
 * and shared with no image that has only some of them: that is not worth less than a tenth of it.
 */
const MAX_TIED = 10;

/** What every range frees takes the square of the layers. The kernel's overlay stops at 500: no engine runs more. */
const MAX_LAYERS_OF_RANGES = 500;

type Merged = Pick<ImageAnalysis, 'layers' | 'wastedFiles' | 'baseLayerCount' | 'size'>;

/**
 * Which layers of an image are worth merging. Base layers never are: other images have them, too. Where the base is not
 * known the lowest layer is taken for one, as nearly every image has some.
 * @returns null where none are
 */
export function adviseSquash(image: Merged, { fixed, limit }: AdviceRequest): SquashAdvice | null {
  const from = image.baseLayerCount ?? 1;
  const own = image.wastedFiles.filter(({ writtenBy }) => writtenBy >= from);
  const beyond = withoutFixed(own, fixed);
  const freeing = chooseFreeing(image, from, beyond);
  const count = image.layers.length;
  const fitted =
    limit === null ? null : fitLayers(image.layers, own, { from, needed: count - limit, merged: freeing });
  const chosen = fitted ?? freeing;
  if (chosen.length === 0) return null;
  const ranges = chosen.map(range => {
    const freed = bytesWithin(range, own);
    const held = image.layers.slice(range.first, range.last + 1).reduce((sum, { size }) => sum + size, 0);
    return { ...range, freed, added: bytesWithin(range, beyond), size: held - freed };
  });
  const layerCount = ranges.reduce((left, { first, last }) => left - (last - first), count);
  return { ranges, layerCount, limit: fitted === null ? null : limit };
}

/** Ranges that do not meet and together free most for what they tie together; none where none is worth it. */
function chooseFreeing(
  { layers, size }: Merged,
  from: number,
  wasted: readonly Hidden[],
): readonly LayerRange[] {
  const own = layers.slice(from);
  const least = Math.max(MIN_BYTES, Math.ceil(size * MIN_SHARE));
  if (own.length > MAX_LAYERS_OF_RANGES || sumBytes(wasted) < least) return [];
  const gains = new SquashGains(
    own.map(layer => layer.size),
    wasted.map(file => ({
      ...file,
      writtenBy: file.writtenBy - from,
      hiddenBy: file.hiddenBy - from,
    })),
  );
  return bestDisjoint(gains.tight(0, least), own.length, MAX_FREEING).map(({ first, last }) => ({
    first: first + from,
    last: last + from,
  }));
}

interface Choice {
  readonly worth: number;
  readonly ranges: readonly LayerRange[];
}

const NOTHING: Choice = { worth: 0, ranges: [] };

/**
 * Of ranges of `count` layers at most `max` that do not meet, which are worth most; of equals the fewest.
 * @returns lowest first
 */
function bestDisjoint(gains: Iterable<RangeGain>, count: number, max: number): readonly LayerRange[] {
  const byLast = Map.groupBy(gains, ({ last }) => last);
  /** By how many ranges at most, then by how many of the lowest layers. */
  let fewer: readonly Choice[] = new Array<Choice>(count + 1).fill(NOTHING);
  for (let ranges = 1; ranges <= max; ranges += 1) {
    const best: Choice[] = [NOTHING];
    for (let last = 0; last < count; last += 1) {
      let choice = [fewer[last + 1] ?? NOTHING, best[last] ?? NOTHING].reduce(better);
      for (const gain of byLast.get(last) ?? []) {
        const below = fewer[gain.first] ?? NOTHING;
        const worth = below.worth + worthOf(gain);
        if (worth > choice.worth)
          choice = { worth, ranges: [...below.ranges, { first: gain.first, last: gain.last }] };
      }
      best.push(choice);
    }
    fewer = best;
  }
  return (fewer[count] ?? NOTHING).ranges;
}

function better(one: Choice, other: Choice): Choice {
  return other.worth > one.worth ? other : one;
}

/** Above 0 where it is worth it. */
function worthOf({ freed, size }: RangeGain): number {
  return freed * MAX_TIED - size;
}

type Hidden = Pick<WastedFile, 'writtenBy' | 'hiddenBy' | 'bytes'>;

function bytesWithin({ first, last }: LayerRange, wasted: readonly Hidden[]): number {
  return wasted.reduce(
    (sum, { writtenBy, hiddenBy, bytes }) => (writtenBy >= first && hiddenBy <= last ? sum + bytes : sum),
    0,
  );
}

/** What is hidden and no fix frees. Of copies that a layer has of one path it does not matter which goes. */
function withoutFixed(wasted: readonly WastedFile[], fixed: readonly FixedFile[]): readonly Hidden[] {
  if (fixed.length === 0) return wasted;
  const paths = new Map<number, Map<string, number>>();
  for (const { layer, path, bytes } of fixed) {
    const freed = paths.get(layer) ?? new Map<string, number>();
    paths.set(layer, freed.set(path, (freed.get(path) ?? 0) + bytes));
  }
  return wasted.flatMap(({ path, bytes, writtenBy, hiddenBy }) => {
    const freed = paths.get(writtenBy);
    const by = Math.min(bytes, freed?.get(path) ?? 0);
    if (by > 0) freed?.set(path, (freed.get(path) ?? 0) - by);
    return by === bytes ? [] : [{ writtenBy, hiddenBy, bytes: bytes - by }];
  });
}
