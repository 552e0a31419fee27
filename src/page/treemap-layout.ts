import { type PageTree, ROOT_PATH } from './page-tree.ts';
import { squarify } from './squarify.ts';

/** A rectangle of the treemap. CSS pixels. */
export interface TreemapRect {
  readonly path: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Directories above it, from the one that is zoomed to. */
  readonly depth: number;
  /** Whether what is in it is drawn inside of it. */
  readonly isOpen: boolean;
}

/** Height of a directory's title. CSS pixels. */
export const TITLE_HEIGHT = 18;
const GAP = 2;
/** Smaller ones are drawn without what is in them. CSS pixels. */
const MIN_OPEN = { width: 34, height: 30 } as const;
/** CSS pixels of an area: what is smaller is not drawn. */
const MIN_AREA = 3;
/** More would be dust. */
const MAX_RECTS = 6000;

/**
 * The rectangles of a directory and of what is below it, step by step, each before what is inside of it; as deep as they can be seen.
 * @param values by path, with all below it
 */
export function* layoutTreemap(
  tree: PageTree,
  values: Float64Array,
  zoomed: number,
  width: number,
  height: number,
): Generator<undefined, readonly TreemapRect[]> {
  const rects: TreemapRect[] = [{ path: zoomed, x: 0, y: 0, width, height, depth: 0, isOpen: true }];
  // The largest first, so that those which are left out are the smallest.
  for (const rect of rects) {
    if (rects.length >= MAX_RECTS) break;
    if (!rect.isOpen) continue;
    yield;
    // One by one: a directory may have more than a call takes arguments.
    for (const inside of insideOf(rect, tree, values)) rects.push(inside);
  }
  return rects;
}

function insideOf(rect: TreemapRect, tree: PageTree, values: Float64Array): TreemapRect[] {
  const title = rect.depth === 0 ? 0 : TITLE_HEIGHT;
  const top = Math.max(GAP, title);
  const [width, height] = [rect.width - 2 * GAP, rect.height - top - GAP];
  if (width <= 0 || height <= 0) return [];
  const tiles = tree
    .childrenOf(rect.path)
    .map(path => ({ path, value: values[path] ?? 0, x: 0, y: 0, width: 0, height: 0 }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value);
  squarify(tiles, { x: rect.x + GAP, y: rect.y + top, width, height });
  return tiles
    .map(({ path, x, y, ...tile }): TreemapRect => {
      // A line between neighbours.
      const [width, height] = [tile.width - 1, tile.height - 1];
      const isLarge = width >= MIN_OPEN.width && height >= MIN_OPEN.height;
      return { path, x, y, width, height, depth: rect.depth + 1, isOpen: isLarge && tree.hasChildren(path) };
    })
    .filter(({ width, height }) => width > 0 && height > 0 && width * height >= MIN_AREA);
}

/** The rectangle at a point that is drawn last: the deepest. */
export function rectAt(rects: readonly TreemapRect[], x: number, y: number): TreemapRect | null {
  for (let index = rects.length - 1; index >= 0; index -= 1) {
    const rect = rects[index];
    if (rect && x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height)
      return rect;
  }
  return null;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** What a rectangle takes up of one of the two axes. CSS pixels. */
interface Extent {
  readonly middle: number;
  readonly half: number;
}

/** Lines between neighbours. CSS pixels. */
const TOLERANCE = 2;

/**
 * The rectangle that somebody looks for in a direction: the nearest, what lies beside it before what is only over there, and
 * of several the one across from its middle.
 * @param rects none of which covers another
 * @returns null where nothing is there
 */
export function neighbour(
  rects: readonly TreemapRect[],
  from: TreemapRect,
  direction: Direction,
): TreemapRect | null {
  const isAcross = direction === 'left' || direction === 'right';
  const sign = direction === 'left' || direction === 'up' ? -1 : 1;
  const [along, beside] = isAcross ? [extentAcross, extentDown] : [extentDown, extentAcross];
  const [own, ownBeside] = [along(from), beside(from)];
  let nearest: TreemapRect | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const rect of rects) {
    const { middle, half } = along(rect);
    const gap = sign * (middle - own.middle) - half - own.half;
    if (rect === from || gap < -TOLERANCE) continue;
    const other = beside(rect);
    const off = Math.max(0, Math.abs(other.middle - ownBeside.middle) - other.half);
    const cost = gap + 3 * Math.max(0, off - ownBeside.half) + off / 1000;
    if (cost >= least) continue;
    least = cost;
    nearest = rect;
  }
  return nearest;
}

function extentAcross({ x, width }: TreemapRect): Extent {
  return { middle: x + width / 2, half: width / 2 };
}

function extentDown({ y, height }: TreemapRect): Extent {
  return { middle: y + height / 2, half: height / 2 };
}

/** The path that is right below the zoomed one, on the way to another; null for the zoomed one itself. */
export function stepTo(tree: PageTree, zoomed: number, path: number): number | null {
  let step: number | null = null;
  for (let each = path; each !== zoomed && each !== ROOT_PATH; each = tree.parents[each] ?? ROOT_PATH)
    step = each;
  return step;
}
