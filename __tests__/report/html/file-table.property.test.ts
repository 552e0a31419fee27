import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeImage } from '../../../src/analysis/analyze-image.ts';
import { ScannedInventory } from '../../../src/inventory/image-inventory.ts';
import type { ImageInventory, InventoryRow } from '../../../src/inventory/inventory.ts';
import type { LayerScan } from '../../../src/layer/layer-scan.ts';
import { INITIAL_STATE } from '../../../src/page/page-state.ts';
import { PageTree } from '../../../src/page/page-tree.ts';
import { sumTree } from '../../../src/page/tree-sums.ts';
import { type FileTable, PATH_KINDS } from '../../../src/report/html/file-table.ts';
import { makeFileTable } from '../../../src/report/html/make-file-table.ts';
import { packTable, unpackTable } from '../../../src/report/html/packed-table.ts';
import { times } from '../../support/long.ts';
import { finished } from '../../support/page/finished.ts';
import { imageOf } from '../../support/scans/scan.ts';
import { stacks } from '../../support/scans/stacks.ts';

const RUNS = { numRuns: times(300) };

function unpacked(table: FileTable): FileTable {
  const steps = unpackTable(packTable(table));
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

function analyze(scans: readonly LayerScan[]) {
  return analyzeImage(imageOf(scans), scans, null);
}

function total(column: Float64Array): number {
  return column.reduce((sum, value) => sum + value, 0);
}

const FOLDED = PATH_KINDS.indexOf('folded');

const HOSTILE = [
  '\u202egnp.exe',
  '\ufefffirst',
  '</script><!--',
  '"\'`$&',
  'a\nb\r\t\u001b[31m',
  '\u0000',
  '\\xff\\xfe',
  '__proto__',
  '..a',
  'x'.repeat(16_384),
  '\u{1f600}',
  '\u2028',
];

const names = fc
  .oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }))
  .map(name => name.replaceAll('/', '_').toWellFormed())
  .filter(name => name !== '.' && name !== '..');

const anyRow = fc.record<InventoryRow>({
  path: fc.array(names, { minLength: 1, maxLength: 4 }).map(parts => parts.join('/')),
  kind: fc.constantFrom('file', 'hardlink', 'symlink', 'directory'),
  layer: fc.nat({ max: 2 }),
  size: fc.oneof(fc.nat(), fc.constant(2 ** 53 - 1)),
  visible: fc.nat(),
  hidden: fc.nat(),
  wasted: fc.nat(),
  reason: fc.constantFrom(null, 'deleted', 'overwritten'),
  hiddenBy: fc.constantFrom(null, 0, 2),
  state: fc.constantFrom('kept', 'changed', 'deleted'),
  goneIn: fc.constantFrom(null, 0, 2),
  mode: fc.constantFrom(null, 0, 0o4755),
  uid: fc.constantFrom(null, 0, 2 ** 31),
  gid: fc.constantFrom(null, 0, 1000),
  mtime: fc.constant(0),
  linkname: fc.option(names),
  package: fc.option(fc.record({ type: fc.constant('deb'), name: names, version: names })),
  content: fc.constant(null),
});

function inventoryOf(rows: readonly InventoryRow[]): ImageInventory {
  const sorted = rows.toSorted((a, b) => a.layer - b.layer);
  return { rowCount: rows.length, rows: () => sorted.values(), unlistedBytes: 0, hasFilesAlone: false };
}

describe('the files of a page', () => {
  it('are unpacked as they were packed, whatever their names', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 12 }), rows => {
        const table = makeFileTable({ head: inventoryOf(rows), baseline: null });
        const read = unpacked(table);
        expect(read).toEqual({ ...table, nameBytes: new Uint8Array(table.nameBytes) });
        const tree = new PageTree(read);
        const shown = new Set(Array.from({ length: tree.length }, (_, path) => tree.pathOf(path)));
        expect(shown.size).toBe(tree.length);
        for (const { path } of rows) expect(shown).toContain(path);
        for (const { path } of rows) expect(tree.pathOf(tree.nearest(path))).toBe(path);
      }),
      RUNS,
    );
  });

  it('add up to what the report tells, joined or not', () => {
    fc.assert(
      fc.property(stacks(), stacks(), fc.integer({ min: 1, max: 30 }), (scans, before, max) => {
        const analysis = analyze(scans);
        const [head, baseline] = [new ScannedInventory(analysis), new ScannedInventory(analyze(before))];
        const table = unpacked(makeFileTable({ head, baseline }, max));
        const { sizes, visible, hidden, baselines, layers } = table;
        expect(total(sizes)).toBe(analysis.size);
        expect(total(hidden)).toBe(analysis.efficiency.wastedBytes);
        expect(total(visible)).toBe([...analysis.visibleFiles].reduce((sum, { bytes }) => sum + bytes, 0));
        expect(total(baselines)).toBe(analyze(before).size);
        for (const { index, size } of analysis.layers)
          expect(total(sizes.filter((_, entry) => layers[entry] === index))).toBe(size);
      }),
      RUNS,
    );
  });

  it('waste what own layers hold, and base layers nothing', () => {
    fc.assert(
      fc.property(stacks(), fc.nat({ max: 5 }), (scans, baseCount) => {
        const { layers } = analyze(scans);
        const head = new ScannedInventory(analyze(scans));
        const tree = new PageTree(unpacked(makeFileTable({ head, baseline: null })));
        const { wasted, hidden, sizes } = finished(
          sumTree(
            tree,
            layers.map(({ index, size }) => ({
              index,
              size,
              origin: index < baseCount ? ('base' as const) : ('own' as const),
              compressedSize: null,
            })),
            INITIAL_STATE,
          ),
        );
        const rows = [...head.rows()];
        const own = rows.filter(({ layer }) => layer >= baseCount);
        expect(wasted[0]).toBe(own.reduce((sum, row) => sum + row.wasted, 0));
        expect(hidden[0]).toBe(rows.reduce((sum, row) => sum + row.wasted, 0));
        expect(sizes[0]).toBe(layers.reduce((sum, { size }) => sum + size, 0));
      }),
      RUNS,
    );
  });

  it('are joined where they are too many, and none is lost', () => {
    fc.assert(
      fc.property(stacks(), fc.integer({ min: 1, max: 12 }), (scans, max) => {
        const head = new ScannedInventory(analyze(scans));
        const whole = makeFileTable({ head, baseline: null });
        const short = makeFileTable({ head, baseline: null }, max);
        const tree = new PageTree(short);
        const all = Array.from({ length: tree.length }, (_, path) => path);
        const itself = all.filter(path => tree.kindOf(path) !== 'folded');
        expect(itself.length).toBeLessThanOrEqual(max);
        const files = (table: FileTable) =>
          table.kinds.reduce(
            (sum, kind, path) => sum + (kind === 0 ? 0 : kind === FOLDED ? (table.folded[path] ?? 0) : 1),
            0,
          );
        expect(files(short)).toBe(files(whole));
      }),
      RUNS,
    );
  });
});
