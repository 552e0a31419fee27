import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeImage } from '../../src/analysis/analyze-image.ts';
import type { ImageAnalysis } from '../../src/analysis/image-analysis.ts';
import { createSnapshot } from '../../src/compare/snapshot-of.ts';
import { ComparedInventory } from '../../src/inventory/compared-inventory.ts';
import { ScannedInventory } from '../../src/inventory/image-inventory.ts';
import type { ImageInventory, InventoryRow } from '../../src/inventory/inventory.ts';
import { SnapshotInventory } from '../../src/inventory/snapshot-inventory.ts';
import type { LayerScan } from '../../src/layer/layer-scan.ts';
import { stackNaively } from '../analysis/reference/naive-filesystem.ts';
import { times } from '../support/long.ts';
import { imageOf } from '../support/scans/scan.ts';
import { stacks } from '../support/scans/stacks.ts';

const RUNS = { numRuns: times(500) };

function analyze(scans: readonly LayerScan[]): ImageAnalysis {
  return analyzeImage(imageOf(scans), scans, null);
}

function rowsOf(scans: readonly LayerScan[]): InventoryRow[] {
  return [...new ScannedInventory(analyze(scans)).rows()];
}

function total<T>(list: readonly T[], number: (one: T) => number): number {
  return list.reduce((sum, one) => sum + number(one), 0);
}

/** What each path is, by the specification taken step by step. */
function pathsAfter(scans: readonly LayerScan[]): ReadonlySet<string> {
  return new Set(['', ...stackNaively(scans).tree.keys()]);
}

describe('the entries of an image', () => {
  it('add up to what the analysis tells', () => {
    fc.assert(
      fc.property(stacks(), scans => {
        const { layers, size, wastedFiles, visibleFiles, efficiency } = analyze(scans);
        const inventory = new ScannedInventory(analyze(scans));
        const rows = [...inventory.rows()];
        expect(rows).toHaveLength(inventory.rowCount);
        expect(total(rows, row => row.size)).toBe(size);
        expect(total(rows, row => row.wasted)).toBe(efficiency.wastedBytes);
        for (const { index, size: bytes, wastedBytes } of layers) {
          const own = rows.filter(({ layer }) => layer === index);
          expect(total(own, row => row.size)).toBe(bytes);
          expect(total(own, row => row.wasted)).toBe(wastedBytes);
        }
        const shown = rows
          .filter(({ visible }) => visible > 0)
          .map(({ path, visible }) => `${path} ${visible}`);
        expect(shown.sort()).toEqual(
          [...visibleFiles]
            .filter(({ bytes }) => bytes > 0)
            .map(({ path, bytes }) => `${path} ${bytes}`)
            .sort(),
        );
        const hidden = rows.filter(row => row.hidden > 0);
        expect(hidden.map(row => [row.layer, row.hiddenBy, row.reason, row.hidden].join()).sort()).toEqual(
          wastedFiles.map(each => [each.writtenBy, each.hiddenBy, each.reason, each.bytes].join()).sort(),
        );
      }),
      RUNS,
    );
  });

  it('waste nothing in base layers, whatever is hidden there', () => {
    fc.assert(
      fc.property(stacks(), fc.nat({ max: 3 }), (scans, baseLayerCount) => {
        const { packages } = analyze(scans);
        const rows = [...new ScannedInventory({ scans, packages, baseLayerCount }).rows()];
        for (const { layer, hidden, wasted } of rows)
          expect(wasted).toBe(layer < baseLayerCount ? 0 : hidden);
      }),
      { numRuns: times(200) },
    );
  });

  it('are kept at every path that is there in the end, and changed or deleted where they are not', () => {
    fc.assert(
      fc.property(stacks(), scans => {
        const rows = rowsOf(scans);
        const present = pathsAfter(scans);
        for (const { path, state, goneIn } of rows) {
          if (state === 'deleted') expect(present.has(path)).toBe(false);
          else expect(present.has(path)).toBe(true);
          expect(goneIn === null).toBe(state === 'kept');
        }
        const kept = rows.filter(({ state }) => state === 'kept').map(({ path }) => path);
        expect(new Set(kept).size).toBe(kept.length);
        // Nothing but a directory is there without an entry.
        const { tree } = stackNaively(scans);
        const names = [...tree].filter(([, node]) => node !== 'directory').map(([path]) => path);
        expect(names.filter(path => !kept.includes(path))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('go in the layer after which their path is another, or nothing', () => {
    fc.assert(
      fc.property(stacks(), scans => {
        for (const { path, layer, goneIn, kind } of rowsOf(scans)) {
          if (goneIn === null || goneIn === layer) continue;
          // One layer before, it was still there.
          const before = rowsOf(scans.slice(0, goneIn)).filter(
            row => row.layer === layer && row.path === path,
          );
          expect(before.some(row => row.state === 'kept' && row.kind === kind)).toBe(true);
        }
      }),
      { numRuns: times(200) },
    );
  });
});

function compare(baseline: ImageInventory, head: ImageInventory) {
  const compared = new ComparedInventory({ baseline, head });
  return { rows: [...compared.rows()], compared };
}

describe('two images by path', () => {
  it('have deltas that add up to that of their sizes, and one row a path', () => {
    fc.assert(
      fc.property(stacks(), stacks(), (before, after) => {
        const [baseline, head] = [analyze(before), analyze(after)];
        const { rows } = compare(new ScannedInventory(baseline), new ScannedInventory(head));
        expect(total(rows, row => row.delta)).toBe(head.size - baseline.size);
        expect(new Set(rows.map(({ path }) => path)).size).toBe(rows.length);
        expect(total(rows, row => row.head?.wasted ?? 0)).toBe(head.efficiency.wastedBytes);
        for (const { change, delta, head: now, baseline: then } of rows) {
          expect(change === 'added').toBe(then === null);
          expect(change === 'removed').toBe(now === null);
          if (change === 'unchanged') expect(delta).toBe(0);
        }
      }),
      RUNS,
    );
  });

  it('are the same from a snapshot, whose own layers list their files', () => {
    fc.assert(
      fc.property(stacks(), scans => {
        const analysis = analyze(scans);
        const snapshot = createSnapshot(analysis, null);
        const { rows } = compare(new SnapshotInventory(snapshot), new ScannedInventory(analysis));
        expect(rows.filter(({ delta, change }) => delta !== 0 || change !== 'unchanged')).toEqual([]);
        const inventory = new SnapshotInventory(snapshot);
        const listed = [...inventory.rows()];
        expect(listed).toHaveLength(inventory.rowCount);
        expect(total(listed, row => row.size)).toBe(analysis.size);
      }),
      RUNS,
    );
  });
});
