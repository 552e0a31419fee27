import type { ComparedImages } from './compared-images.ts';
import type { PullCost, PulledLayer, UnchangedReason } from './comparison.ts';
import type { OwnChanges } from './own-changes.ts';
import type { SnapshotLayer } from './snapshot.ts';

/**
 * What a machine that has the baseline's image downloads for the head's: the layers whose blobs the baseline has not, each
 * once. Blobs are the same by their digests; where one of the images has none, by their diffIDs.
 */
export function measurePull(images: ComparedImages, own: OwnChanges): PullCost {
  const { baseline, head } = images;
  const isKnownByDigest = [...baseline.layers, ...head.layers].every(({ digest }) => digest !== null);
  const keyOf = ({ digest, diffId }: SnapshotLayer): string =>
    isKnownByDigest && digest !== null ? digest : diffId;
  const there = new Set(baseline.layers.map(keyOf));
  const changed = layersWithChanges(images, own);
  const diffIds = new Set(baseline.layers.map(({ diffId }) => diffId));
  const layers: PulledLayer[] = [];
  for (const [index, layer] of head.layers.entries()) {
    const key = keyOf(layer);
    if (there.has(key)) continue;
    there.add(key);
    const { size, compressedSize, instruction, createdBy } = layer;
    const unchanged = diffIds.has(layer.diffId)
      ? 'compressed-anew'
      : unchangedReason(index, layer, images, changed);
    layers.push({ layer: index, size, compressedSize, instruction, createdBy, unchanged });
  }
  const again = layers.filter(({ unchanged }) => unchanged !== null);
  return {
    size: sumOf(layers),
    compressedSize: compressedSum(layers),
    unchangedSize: sumOf(again),
    unchangedCompressedSize: compressedSum(again),
    cause: causeOf(again, images, changed),
    layers,
  };
}

function sumOf(layers: readonly PulledLayer[]): number {
  return layers.reduce((sum, { size }) => sum + size, 0);
}

/** null unless it is known of every layer. */
function compressedSum(layers: readonly PulledLayer[]): number | null {
  let sum = 0;
  for (const { compressedSize } of layers) {
    if (compressedSize === null) return null;
    sum += compressedSize;
  }
  return sum;
}

/** Layers that hold what the other image has not, or of which that is not known; by their indexes. */
interface ChangedLayers {
  readonly baseline: ReadonlySet<number>;
  readonly head: ReadonlySet<number>;
}

function layersWithChanges({ sides }: ComparedImages, own: OwnChanges): ChangedLayers {
  const { baseline, head } = sides;
  const changed = { baseline: new Set<number>(), head: new Set<number>() };
  const add = (before: number | null, after: number | null): void => {
    if (before !== null) changed.baseline.add(baseline.layerOf(before));
    if (after !== null) changed.head.add(head.layerOf(after));
  };
  for (const { before, after } of own.changes) add(before, after);
  for (const { before, after } of own.renamed) add(before, after);
  for (const { before, after } of own.replaced) add(before, after);
  for (const { before, after } of own.equal) {
    const isKnown = baseline.knowsContent(before) && head.knowsContent(after);
    if (!isKnown || baseline.contentOf(before) !== head.contentOf(after)) add(before, after);
  }
  return changed;
}

/**
 * Why a layer of the head has another digest than that of the baseline which has its files and no others; null where there is
 * none, or where it is not known whether the files are equal.
 */
function unchangedReason(
  index: number,
  layer: SnapshotLayer,
  images: ComparedImages,
  changed: ChangedLayers,
): UnchangedReason | null {
  const { baseline, areMatched } = images;
  if (layer.origin === 'base' || changed.head.has(index)) return null;
  const before = baseline.layers.findIndex((_layer, other) => areMatched(other, index));
  if (baseline.layers[before]?.size !== layer.size || changed.baseline.has(before)) return null;
  if (images.isBaseImageChanged === true) return 'base-image';
  if (firstChanged(changed) < index) return 'earlier-layer';
  return before === index ? 'metadata' : 'order';
}

/** The lowest layer of the head that holds other content; Infinity where none does. */
function firstChanged({ head }: ChangedLayers): number {
  return head.size === 0
    ? Number.POSITIVE_INFINITY
    : [...head].reduce((lowest, layer) => Math.min(lowest, layer));
}

/** What stands before layers that are pulled again with the content that they had; null where nothing does. */
function causeOf(
  again: readonly PulledLayer[],
  { head }: ComparedImages,
  changed: ChangedLayers,
): PullCost['cause'] {
  if (!again.some(({ unchanged }) => unchanged === 'earlier-layer')) return null;
  const layer = firstChanged(changed);
  const { instruction = null, createdBy = '' } = head.layers[layer] ?? {};
  return { layer, instruction, createdBy };
}
