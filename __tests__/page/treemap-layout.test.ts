import { describe, expect, it } from 'vitest';
import { PageTree } from '../../src/page/page-tree.ts';
import { sumTree } from '../../src/page/tree-sums.ts';
import { type Direction, layoutTreemap, neighbour, type TreemapRect } from '../../src/page/treemap-layout.ts';
import { makeFileTable } from '../../src/report/html/make-file-table.ts';
import { finished } from '../support/page/finished.ts';
import { manyFiles } from './many-files.ts';

const ALL = { layers: [], text: '', show: 'all', unit: 'size' } as const;

/** One directory with so many files, each of one byte. */
function flatTree(count: number): PageTree {
  const table = makeFileTable({ head: manyFiles(1), baseline: null });
  return new PageTree({
    ...table,
    depths: Uint16Array.from({ length: count + 1 }, (_, path) => (path === 0 ? 0 : 1)),
    kinds: Uint8Array.from({ length: count + 1 }, (_, path) => (path === 0 ? 0 : 1)),
  });
}

describe('the treemap', () => {
  it('has each path inside of its directory, and no two of one directory in one place', () => {
    const tree = new PageTree(makeFileTable({ head: manyFiles(300), baseline: null }));
    const { sizes } = finished(sumTree(tree, [], ALL));
    const rects = finished(layoutTreemap(tree, sizes, 0, 1200, 800));
    const byPath = new Map(rects.map(rect => [rect.path, rect]));
    expect(rects.length).toBeGreaterThan(20);
    for (const rect of rects.slice(1)) {
      const above = byPath.get(tree.parents[rect.path] ?? 0);
      if (above === undefined) throw new Error('a path without its directory');
      expect(rect.x).toBeGreaterThanOrEqual(above.x);
      expect(rect.y).toBeGreaterThanOrEqual(above.y);
      expect(rect.x + rect.width).toBeLessThanOrEqual(above.x + above.width);
      expect(rect.y + rect.height).toBeLessThanOrEqual(above.y + above.height);
    }
  });

  it('takes a directory of any number of files', () => {
    const tree = flatTree(300_000);
    const values = new Float64Array(tree.length).fill(1);
    expect(finished(layoutTreemap(tree, values, 0, 4000, 4000))).toHaveLength(300_001);
  });
});

/** The corners of a rectangle, which is called by its number. */
function rect(path: number, x: number, y: number, right: number, bottom: number): TreemapRect {
  return { path, x, y, width: right - x - 1, height: bottom - y - 1, depth: 1, isOpen: false };
}

describe('what lies beside a rectangle', () => {
  //  0   | 1 | 2
  //      |---+---
  //      | 3 | 4
  //  5   |   5
  const rects = [
    rect(0, 0, 0, 500, 600),
    rect(1, 500, 0, 700, 200),
    rect(2, 700, 0, 1000, 200),
    rect(3, 500, 200, 580, 600),
    rect(4, 580, 200, 1000, 600),
    rect(5, 0, 600, 1000, 700),
  ];

  it.each<[from: number, direction: Direction, to: number | null]>([
    [0, 'right', 3],
    [0, 'left', null],
    [0, 'up', null],
    [0, 'down', 5],
    [1, 'right', 2],
    [1, 'left', 0],
    [1, 'down', 4],
    [2, 'down', 4],
    [2, 'left', 1],
    [3, 'up', 1],
    [3, 'right', 4],
    [4, 'up', 2],
    [4, 'left', 3],
    [4, 'right', null],
    [5, 'up', 0],
    [5, 'down', null],
  ])('of %i to the %s is %s', (from, direction, to) => {
    const [start] = rects.filter(({ path }) => path === from);
    if (start === undefined) throw new Error('no such rectangle');
    expect(neighbour(rects, start, direction)?.path ?? null).toBe(to);
  });

  it('is there wherever another one is in that direction, and back leads to one that touches it', () => {
    const tree = new PageTree(makeFileTable({ head: manyFiles(40), baseline: null }));
    const { sizes } = finished(sumTree(tree, [], ALL));
    const all = finished(layoutTreemap(tree, sizes, 3, 900, 600)).filter(({ depth }) => depth === 1);
    expect(all.length).toBeGreaterThan(30);
    for (const each of all) {
      const next = neighbour(all, each, 'right');
      expect(next !== null).toBe(all.some(({ x }) => x >= each.x + each.width));
      if (next === null) continue;
      expect(next.x - each.x - each.width).toBeLessThan(3);
      expect(Math.max(next.y, each.y)).toBeLessThan(Math.min(next.y + next.height, each.y + each.height));
    }
  });
});
