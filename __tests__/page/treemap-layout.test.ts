import { describe, expect, it } from 'vitest';
import { PageTree } from '../../src/page/page-tree.ts';
import { sumTree } from '../../src/page/tree-sums.ts';
import { layoutTreemap } from '../../src/page/treemap-layout.ts';
import { makeFileTable } from '../../src/report/html/make-file-table.ts';
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
    const { sizes } = sumTree(tree, [], ALL);
    const rects = layoutTreemap(tree, sizes, 0, 1200, 800);
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
    expect(layoutTreemap(tree, values, 0, 4000, 4000)).toHaveLength(300_001);
  });
});
