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
  const differing = differingLayers(images, own);
  const diffIds = new Set(baseline.layers.map(({ diffId }) => diffId));
  const layers: PulledLayer[] = [];
  for (const [index, layer] of head.layers.entries()) {
    const key = keyOf(layer);
    if (there.has(key)) continue;
    there.add(key);
    const before = unchangedFrom(index, layer, images, differing);
    const isSame = diffIds.has(layer.diffId) || before !== null;
    layers.push({
      layer: index,
      size: layer.size,
      compressedSize: layer.compressedSize,
      instruction: layer.instruction,
      createdBy: layer.createdBy,
      unchanged: isSame ? reasonOf(index, before, images) : null,
    });
  }
  const again = layers.filter(({ unchanged }) => unchanged !== null);
  return {
    size: sumOf(layers),
    compressedSize: compressedSum(layers),
    unchangedSize: sumOf(again),
    unchangedCompressedSize: compressedSum(again),
    cause: again.length === 0 ? null : causeOf(again, images),
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

/** Layers that hold what the other image has not, by their indexes. */
interface Differing {
  readonly baseline: ReadonlySet<number>;
  readonly head: ReadonlySet<number>;
}

function differingLayers({ sides }: ComparedImages, own: OwnChanges): Differing {
  const { baseline, head } = sides;
  const differing = { baseline: new Set<number>(), head: new Set<number>() };
  const add = (before: number | null, after: number | null): void => {
    if (before !== null) differing.baseline.add(baseline.layerOf(before));
    if (after !== null) differing.head.add(head.layerOf(after));
  };
  for (const { before, after } of own.changes) add(before, after);
  for (const { before, after } of own.renamed) add(before, after);
  for (const { before, after } of own.equal) {
    const isKnown = baseline.knowsContent(before) && head.knowsContent(after);
    if (isKnown && !baseline.hasContentOf(before, head, after)) add(before, after);
  }
  return differing;
}

/** The layer of the baseline that has the files of a layer of the head, and no others; null where there is none. */
function unchangedFrom(
  index: number,
  layer: SnapshotLayer,
  { baseline, areMatched }: ComparedImages,
  differing: Differing,
): number | null {
  if (layer.origin === 'base' || differing.head.has(index)) return null;
  const before = baseline.layers.findIndex((_layer, other) => areMatched(other, index));
  const isSame = baseline.layers[before]?.size === layer.size && !differing.baseline.has(before);
  return isSame ? before : null;
}

/** @param before the layer of the baseline with its files; null where it is that layer's tar itself */
function reasonOf(index: number, before: number | null, images: ComparedImages): UnchangedReason {
  const diffId = images.head.layers[index]?.diffId;
  if (images.baseline.layers.some(layer => layer.diffId === diffId)) return 'compressed-anew';
  if (hasOtherBase(images)) return 'base-image';
  if (firstRebuilt(images) < index) return 'earlier-layer';
  return before === index ? 'metadata' : 'order';
}

function hasOtherBase({ baseline, head }: ComparedImages): boolean {
  const before = baseline.layers.slice(0, baseline.baseLayerCount ?? 0);
  const after = head.layers.slice(0, head.baseLayerCount ?? 0);
  return (
    before.length !== after.length || before.some((layer, index) => layer.diffId !== after[index]?.diffId)
  );
}

/** The lowest layer of the head that is not the baseline's in its place: all above it are built again. */
function firstRebuilt({ baseline, head }: ComparedImages): number {
  let index = 0;
  while (index < head.layers.length && head.layers[index]?.diffId === baseline.layers[index]?.diffId)
    index += 1;
  return index;
}

/** What stands before the layers that are pulled again with the content that they had; null where nothing does. */
function causeOf(again: readonly PulledLayer[], images: ComparedImages): PullCost['cause'] {
  if (!again.some(({ unchanged }) => unchanged === 'earlier-layer')) return null;
  const layer = firstRebuilt(images);
  const { instruction = null, createdBy = '' } = images.head.layers[layer] ?? {};
  return { layer, instruction, createdBy };
}
