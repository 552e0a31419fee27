import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeImage } from '../../src/analysis/analyze-image.ts';
import { ExploredTree } from '../../src/explore/explored-tree.ts';
import { finished } from '../../src/explore/sliced-work.ts';
import { PATH_STATUSES, stateOf, type TreeSubject } from '../../src/explore/tree-state.ts';
import { TreeView } from '../../src/explore/tree-view.ts';
import { ComparedInventory } from '../../src/inventory/compared-inventory.ts';
import { ScannedInventory } from '../../src/inventory/image-inventory.ts';
import type { LayerScan } from '../../src/layer/layer-scan.ts';
import { stackNaively } from '../analysis/reference/naive-filesystem.ts';
import { times } from '../support/long.ts';
import { directory, file, hardlink, imageOf, scan } from '../support/scans/scan.ts';
import { stacks } from '../support/scans/stacks.ts';

const RUNS = { numRuns: times(300) };
const ALL = { added: true, removed: true, modified: true, unmodified: true, unknown: true };
const EVERYTHING = { shown: ALL, matches: null, package: null };

function analyze(scans: readonly LayerScan[]) {
  return analyzeImage(imageOf(scans), scans, null);
}

function treeOf(scans: readonly LayerScan[]): ExploredTree {
  return new ExploredTree(new ScannedInventory(analyze(scans)), null);
}

function viewOf(tree: ExploredTree, subject: TreeSubject, selection = EVERYTHING): TreeView {
  const open = new Uint8Array(tree.paths.size).fill(1);
  return finished(TreeView.of(tree, finished(stateOf(tree, subject)), selection, open, 'size'));
}

/** Every path that is shown, with what became of it. */
function pathsOf(view: TreeView): ReadonlyMap<string, string> {
  const rows = view.rowsFrom(0, Number.POSITIVE_INFINITY);
  return new Map(rows.map(({ node }) => [view.tree.paths.pathOf(node), view.statusOf(node)]));
}

describe('the filesystem after a layer', () => {
  it('has the bytes that the analysis of the layers up to it shows', () => {
    fc.assert(
      fc.property(stacks(), scans => {
        const tree = treeOf(scans);
        for (let to = 0; to < scans.length; to += 1) {
          const { layers } = analyze(scans.slice(0, to + 1));
          const visible = layers.reduce((sum, layer) => sum + layer.visibleBytes, 0);
          expect(viewOf(tree, { kind: 'layers', from: to - 1, to }).bytesOf()).toBe(visible);
        }
      }),
      RUNS,
    );
  });

  it.each([
    ['before a directory that no entry names takes its place', [hardlink('b', 'a'), directory('a/c')], 5],
    ['after a directory that no entry names took its place', [directory('a/c'), hardlink('b', 'a')], 0],
    ['after a whiteout of its layer', [hardlink('b', 'a'), file('a', 2)], 2, ['a']],
  ])('knows which file is linked: %s', (_when, entries, bytes, whiteouts: readonly string[] = []) => {
    const tree = treeOf([scan([file('a', 5)]), scan(entries, { whiteouts }), scan([file('other', 1)])]);
    expect(viewOf(tree, { kind: 'layers', from: 0, to: 1 }).bytesOf()).toBe(bytes);
  });

  it('has the paths that the specification gives, and tells what the layer did to each', () => {
    fc.assert(
      fc.property(stacks(), scans => {
        const tree = treeOf(scans);
        for (let to = 0; to < scans.length; to += 1) {
          const [before, after] = [
            stackNaively(scans.slice(0, to)).tree,
            stackNaively(scans.slice(0, to + 1)).tree,
          ];
          const shown = pathsOf(viewOf(tree, { kind: 'layers', from: to - 1, to }));
          const expected = new Set([...before.keys(), ...after.keys()].filter(path => path !== ''));
          for (const path of expected) {
            const status = shown.get(path);
            // A directory that no entry names is seen by what is in it.
            if (status === undefined) expect(before.get(path) ?? after.get(path)).toBe('directory');
            const [was, is] = [before.get(path), after.get(path)];
            // Of an empty directory that no entry names, nobody tells when it goes.
            if (was !== 'directory' && is !== 'directory') {
              expect(status === 'added').toBe(was === undefined);
              expect(status === 'removed').toBe(is === undefined);
            }
            if (status === 'unmodified') expect(is === 'directory').toBe(was === 'directory');
          }
          for (const path of shown.keys()) expect(expected.has(path)).toBe(true);
        }
      }),
      RUNS,
    );
  });
});

describe('sums', () => {
  it('of what a layer wrote are those of the report', () => {
    fc.assert(
      fc.property(stacks(), scans => {
        const tree = treeOf(scans);
        const written = analyze(scans).layers.map(() => 0);
        for (let entry = 0; entry < tree.entryCount; entry += 1)
          written[tree.layerOf(entry)] = (written[tree.layerOf(entry)] ?? 0) + tree.sizeOf(entry);
        expect(written).toEqual(analyze(scans).layers.map(({ size }) => size));
      }),
      RUNS,
    );
  });

  it('of wasted bytes are those of the report, by layer and up to each layer', () => {
    fc.assert(
      fc.property(stacks(), scans => {
        const tree = treeOf(scans);
        let sum = 0;
        for (const { index, wastedBytes } of analyze(scans).layers) {
          sum += wastedBytes;
          expect(viewOf(tree, { kind: 'waste', from: index, to: index }).bytesOf()).toBe(wastedBytes);
          expect(viewOf(tree, { kind: 'waste', from: 0, to: index }).bytesOf()).toBe(sum);
        }
      }),
      RUNS,
    );
  });

  it('has nothing of base layers', () => {
    fc.assert(
      fc.property(stacks(), fc.nat({ max: 3 }), (scans, baseLayerCount) => {
        const { packages } = analyze(scans);
        const inventory = new ScannedInventory({ scans, packages, baseLayerCount });
        const tree = new ExploredTree(inventory, null);
        const wasted = [...inventory.rows()].reduce((sum, row) => sum + row.wasted, 0);
        expect(viewOf(tree, { kind: 'waste', from: 0, to: scans.length }).bytesOf()).toBe(wasted);
      }),
      { numRuns: times(100) },
    );
  });

  it('of a comparison are the difference of the sizes', () => {
    fc.assert(
      fc.property(stacks(), stacks(), (before, after) => {
        const [baseline, head] = [analyze(before), analyze(after)];
        const inventory = new ScannedInventory(head);
        const compared = new ComparedInventory({ baseline: new ScannedInventory(baseline), head: inventory });
        const tree = new ExploredTree(inventory, compared);
        expect(viewOf(tree, { kind: 'comparison' }).bytesOf()).toBe(head.size - baseline.size);
      }),
      RUNS,
    );
  });
});

describe('rows', () => {
  const subject = fc.constantFrom<TreeSubject['kind']>('layers', 'waste');

  it('are found by their number, and their numbers by the path', () => {
    fc.assert(
      fc.property(stacks(), subject, fc.integer(), (scans, kind, seed) => {
        const tree = treeOf(scans);
        const open = Uint8Array.from({ length: tree.paths.size }, (_, node) => (seed >> (node % 31)) & 1);
        const to = scans.length - 1;
        const state = finished(stateOf(tree, { kind, from: kind === 'waste' ? 0 : to - 1, to }));
        for (const order of ['size', 'name'] as const) {
          const view = finished(TreeView.of(tree, state, EVERYTHING, open, order));
          const all = view.rowsFrom(0, Number.POSITIVE_INFINITY);
          expect(all).toHaveLength(view.rowCount);
          for (const [row, each] of all.entries()) {
            expect(view.rowsFrom(row, 2)).toEqual(all.slice(row, row + 2));
            expect(view.rowOf(each.node)).toBe(row);
          }
        }
      }),
      RUNS,
    );
  });

  it('are those of the chosen kinds, and the directories above them', () => {
    fc.assert(
      fc.property(stacks(), fc.constantFrom(...PATH_STATUSES), (scans, hidden) => {
        const tree = treeOf(scans);
        const to = scans.length - 1;
        const layers: TreeSubject = { kind: 'layers', from: to - 1, to };
        const view = viewOf(tree, layers, { ...EVERYTHING, shown: { ...ALL, [hidden]: false } });
        for (const { node } of view.rowsFrom(0, Number.POSITIVE_INFINITY))
          if (view.statusOf(node) === hidden) expect(view.isFoldable(node)).toBe(true);
      }),
      RUNS,
    );
  });
});
