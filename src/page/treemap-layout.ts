import { treemapSquarify } from 'd3-hierarchy';
import { type PageTree, ROOT_PATH } from './page-tree.ts';

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
 * The rectangles of a directory and of what is below it, each before what is inside of it; as deep as they can be seen.
 * @param values by path, with all below it
 */
export function layoutTreemap(
  tree: PageTree,
  values: Float64Array,
  zoomed: number,
  width: number,
  height: number,
): readonly TreemapRect[] {
  const rects: TreemapRect[] = [{ path: zoomed, x: 0, y: 0, width, height, depth: 0, isOpen: true }];
  // The largest first, so that those which are left out are the smallest.
  for (const rect of rects) {
    if (rects.length >= MAX_RECTS) break;
    // One by one: a directory may have more than a call takes arguments.
    if (rect.isOpen) for (const inside of insideOf(rect, tree, values)) rects.push(inside);
  }
  return rects;
}

function insideOf(rect: TreemapRect, tree: PageTree, values: Float64Array): TreemapRect[] {
  const title = rect.depth === 0 ? 0 : TITLE_HEIGHT;
  const [left, top] = [rect.x + GAP, rect.y + Math.max(GAP, title)];
  const [right, bottom] = [rect.x + rect.width - GAP, rect.y + rect.height - GAP];
  const children = tree
    .childrenOf(rect.path)
    .map(path => ({ path, value: values[path] ?? 0, x0: 0, y0: 0, x1: 0, y1: 0 }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value);
  if (children.length === 0 || right <= left || bottom <= top) return [];
  const value = children.reduce((sum, child) => sum + child.value, 0);
  treemapSquarify({ value, children }, left, top, right, bottom);
  return children
    .map(({ path, x0, y0, x1, y1 }) => {
      const [width, height] = [x1 - x0 - 1, y1 - y0 - 1];
      const isLarge = width >= MIN_OPEN.width && height >= MIN_OPEN.height;
      return {
        path,
        x: x0,
        y: y0,
        width,
        height,
        depth: rect.depth + 1,
        isOpen: isLarge && tree.hasChildren(path),
      };
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

/** The path that is right below the zoomed one, on the way to another; null for the zoomed one itself. */
export function stepTo(tree: PageTree, zoomed: number, path: number): number | null {
  let step: number | null = null;
  for (let each = path; each !== zoomed && each !== ROOT_PATH; each = tree.parents[each] ?? ROOT_PATH)
    step = each;
  return step;
}
