import { expect, it } from 'vitest';
import { ExploredTree } from '../../src/explore/explored-tree.ts';
import { ComparedInventory } from '../../src/inventory/compared-inventory.ts';
import { ScannedInventory } from '../../src/inventory/image-inventory.ts';
import { fabricate } from '../support/fabricate/analysis.ts';

function inventoryOf(layer: Parameters<typeof fabricate>[0][number]): ScannedInventory {
  return new ScannedInventory(fabricate([layer]));
}

it('adds nothing to the paths of the inventory that it shows', () => {
  const head = inventoryOf({ files: { 'etc/passwd': 10 }, symlinks: { 'bin/sh': 'busybox-elsewhere' } });
  const baseline = inventoryOf({ files: { 'etc/passwd': 10, 'opt/only/before': 20 } });
  const { table } = head.paths;
  const before = { paths: table.size, names: table.names.size };
  const tree = new ExploredTree(head, new ComparedInventory({ head, baseline }));
  expect({ paths: table.size, names: table.names.size }).toEqual(before);
  const only = tree.paths.find('opt/only/before') ?? expect.fail();
  expect(tree.changeOf(only)).toEqual({ change: 'removed', delta: -20 });
  const link = tree.paths.find('bin/sh') ?? expect.fail();
  const entry = (tree.presentAt(0)[link] ?? 0) - 1;
  expect(tree.describe(entry).linkname).toBe('busybox-elsewhere');
  // Its own table is the image's where nothing is to be added.
  expect(new ExploredTree(head, null).paths).toBe(table);
  expect({ paths: table.size, names: table.names.size }).toEqual(before);
});

it('looks for the package of an entry when it is asked for, and once', () => {
  const inventory = inventoryOf({ files: { 'etc/passwd': 10 } });
  const asked: string[] = [];
  const found = { type: 'deb', name: 'base-passwd', version: '3.6' };
  const tree = new ExploredTree(
    {
      paths: inventory.paths,
      rowCount: inventory.rowCount,
      rows: () => inventory.rows(),
      packageOf: path => {
        asked.push(path);
        return found;
      },
    },
    null,
  );
  expect(asked).toEqual([]);
  const entry = (tree.presentAt(0)[tree.paths.find('etc/passwd') ?? -1] ?? 0) - 1;
  expect(tree.packageAt(tree.packageOf(entry))).toEqual(found);
  expect(tree.packageOf(entry)).toBe(tree.numberOfPackage(found));
  expect(asked).toEqual(['etc/passwd']);
});
