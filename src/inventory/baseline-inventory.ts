import { StackedScans } from '../analysis/stacked-scans.ts';
import type { ScansAtHand } from '../compare/differing-files.ts';
import type { Snapshot } from '../compare/snapshot.ts';
import { ScannedInventory } from './image-inventory.ts';
import type { ImageInventory } from './inventory.ts';
import { SnapshotInventory } from './snapshot-inventory.ts';

/**
 * What an image holds of which a snapshot is there, and as many scans as are at hand.
 * @param scans its own, by layer
 * @param others of the image that it is compared with: it may have some of these layers, too
 */
export function inventoryOfSnapshot(
  snapshot: Snapshot,
  scans: ScansAtHand,
  others: ScansAtHand = [],
): ImageInventory {
  const known = scans.filter(scan => scan !== null);
  const areWhole =
    snapshot.layers.length > 0 &&
    snapshot.layers.every(({ diffId }, index) => `${scans[index]?.diffId}` === diffId);
  if (!areWhole) return new SnapshotInventory(snapshot, [...known, ...others.filter(scan => scan !== null)]);
  const baseLayerCount = snapshot.layers.filter(({ origin }) => origin === 'base').length;
  return new ScannedInventory({ scans: known, packages: new StackedScans(known).packages, baseLayerCount });
}
