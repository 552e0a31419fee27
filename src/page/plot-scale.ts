/** A scale of bytes with round numbers at its marks. */
export interface ByteScale {
  readonly least: number;
  readonly most: number;
  /** From `least` to `most`. */
  readonly marks: readonly number[];
}

/** Marks that a scale has, about. */
const MARKS = 4;

/** A scale that holds all values. It begins at zero only where that is near: what matters is how they differ. */
export function byteScale(values: readonly number[]): ByteScale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const step = roundStep(Math.max(high - low, high * 0.02, 1) / MARKS);
  const first = Math.max(0, Math.floor(low / step));
  const last = Math.max(first + 1, Math.ceil(high / step));
  const marks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  return { least: first * step, most: last * step, marks };
}

/** 1, 2 or 5 times a power of ten, not less than this. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5].find(each => each * power >= step) ?? 10;
  return Math.max(1, factor * power);
}
