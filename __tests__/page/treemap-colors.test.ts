import { describe, expect, it } from 'vitest';
import { INITIAL_STATE, type PageState } from '../../src/page/page-state.ts';
import { PageTree } from '../../src/page/page-tree.ts';
import { sumTree, type TreeFilter } from '../../src/page/tree-sums.ts';
import { blockBytes, CHANGES } from '../../src/page/treemap-colors.ts';
import { finished } from '../support/page/finished.ts';
import { treeOf } from './tree-of.ts';

const tree = treeOf({
  layers: [
    { base: true, files: { 'etc/issue': 40 } },
    {
      text: 'COPY app /app',
      files: { 'app/a': 100, 'app/b': 20, 'app/gone': 7, 'same/x': { size: 5, content: 'one' } },
    },
    { text: 'RUN chown', files: { 'app/a': 100 }, deletes: ['app/gone'] },
  ],
  baseline: {
    layers: [
      { base: true, files: { 'etc/issue': 40 } },
      { files: { 'app/b': 30, 'same/x': { size: 5, content: 'two' }, old: 9 } },
    ],
  },
});

function block(path: string, by: PageState['color'], filter: Partial<TreeFilter> = {}, of: PageTree = tree) {
  const sums = finished(sumTree(of, [], { ...INITIAL_STATE, ...filter }));
  const { byKey, most, hidden } = blockBytes(of, sums, of.nearest(path), by);
  return { byKey: Object.fromEntries(byKey), most, hidden };
}

function change(path: string): string | undefined {
  return CHANGES[block(path, 'change').most ?? -1]?.[1];
}

describe('a rectangle of the treemap', () => {
  it('is of the layer that it shows, and what others had there is hidden', () => {
    expect(block('app/a', 'layer')).toEqual({ byKey: { 2: 100 }, most: 2, hidden: 0.5 });
    expect(block('app/gone', 'layer')).toEqual({ byKey: {}, most: null, hidden: 1 });
  });

  it('has the bytes of all below it, which add up to what is shown and what is hidden', () => {
    expect(block('', 'layer').byKey).toEqual({ 0: 40, 1: 25, 2: 100 });
    expect(block('', 'layer').hidden).toBeCloseTo(107 / 272);
    expect(block('app', 'layer')).toMatchObject({ byKey: { 1: 20, 2: 100 }, most: 2 });
    expect(block('app', 'waste')).toMatchObject({ byKey: { 0: 227 }, most: 0 });
  });

  it('is of chosen layers alone', () => {
    expect(block('', 'layer', { layers: [1] })).toMatchObject({ byKey: { 1: 25 }, most: 1 });
  });

  it('is told by what its bytes came to against the base', () => {
    expect(change('app/a')).toBe('added or grown');
    expect(change('app/b')).toBe('smaller');
    expect(change('same/x')).toBe('changed, same size');
    expect(change('same')).toBe('changed, same size');
    expect(change('etc')).toBe('unchanged');
    expect(block('app', 'change').byKey).toEqual({ 0: 207, 1: 20 });
  });

  it('is of the package of most bytes in it', () => {
    const owners = Uint32Array.from({ length: tree.length }, (_, path) =>
      tree.pathOf(path) === 'app/a' ? 3 : 0,
    );
    const owned = new PageTree({ ...tree.table, owners });
    expect(block('app', 'package', {}, owned)).toMatchObject({ byKey: { 0: 27, 3: 200 }, most: 3 });
  });
});
