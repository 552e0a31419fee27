import type { ComparedImages } from './compared-images.ts';
import type { PullCost, PulledLayer, UnchangedReason } from './comparison.ts';
import { layerText } from './layer-text.ts';
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
  const state = readLayerState(images, own);
  const diffIds = new Set(baseline.layers.map(({ diffId }) => diffId));
  const layers: PulledLayer[] = [];
  for (const [index, layer] of head.layers.entries()) {
    const key = keyOf(layer);
    if (there.has(key)) continue;
    there.add(key);
    const { size, compressedSize, instruction, createdBy } = layer;
    const unchanged = diffIds.has(layer.diffId) ? 'compressed-anew' : unchangedReason(index, images, state);
    layers.push({ layer: index, size, compressedSize, instruction, createdBy, unchanged });
  }
  const again = layers.filter(({ unchanged }) => unchanged !== null);
  return {
    size: sumOf(layers),
    compressedSize: compressedSum(layers),
    unchangedSize: sumOf(again),
    unchangedCompressedSize: compressedSum(again),
    cause: causeOf(again, images, state.firstChanged),
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

/** What is known of the layers of the head when one of them is asked about. */
interface LayerState {
  readonly changed: ChangedLayers;
  readonly same: SameLayers;
  /** The lowest own layer of the head that holds other files than the baseline's; Infinity where none does. */
  readonly firstChanged: number;
}

function readLayerState(images: ComparedImages, own: OwnChanges): LayerState {
  const changed = layersWithChanges(images, own);
  const same = readSameLayers(images);
  const first = images.head.layers.findIndex(
    ({ origin }, index) => origin !== 'base' && !isSameContent(index, images, { changed, same }),
  );
  return { changed, same, firstChanged: first < 0 ? Number.POSITIVE_INFINITY : first };
}

/**
 * Why a layer of the head has another digest than that of the baseline which has its files and no others; null where there is
 * none, or where it is not known whether the files are equal.
 */
function unchangedReason(index: number, images: ComparedImages, state: LayerState): UnchangedReason | null {
  if (images.head.layers[index]?.origin === 'base' || !isSameContent(index, images, state)) return null;
  if (images.isBaseImageChanged === true) return 'base-image';
  if (state.firstChanged < index) return 'earlier-layer';
  // The layer and all own layers below it are where they were.
  return index < state.same.firstDisplaced ? 'metadata' : 'order';
}

/** Whether the baseline has a layer of the same instruction with the same files and no others. */
function isSameContent(
  index: number,
  { baseline, head }: ComparedImages,
  { changed, same }: Pick<LayerState, 'changed' | 'same'>,
): boolean {
  const before = same.layers[index] ?? null;
  if (before === null || changed.head.has(index) || changed.baseline.has(before)) return false;
  const [old, recent] = [baseline.layers[before], head.layers[index]];
  if (old === undefined || recent === undefined) return false;
  // Modes, owners, links and empty files are not compared: another instruction may have made others of these.
  return old.size === recent.size && layerText(old) === layerText(recent);
}

interface SameLayers {
  /** By layer of the head: that of the baseline which the same instruction made, wherever it stands; null where there is none. */
  readonly layers: readonly (number | null)[];
  /** The lowest own layer of the head that stands elsewhere, or is in none. */
  readonly firstDisplaced: number;
}

function readSameLayers({ baseline, head, baselineLayerOf, headLayerOf }: ComparedImages): SameLayers {
  // Of instructions that changed places only one is matched.
  const unmatched = new Map<string, number>();
  for (const [index, layer] of baseline.layers.entries()) {
    const text = layerText(layer);
    if (layer.origin !== 'base' && headLayerOf(index) === null && !unmatched.has(text))
      unmatched.set(text, index);
  }
  const layers = head.layers.map(
    (layer, index) => baselineLayerOf(index) ?? unmatched.get(layerText(layer)) ?? null,
  );
  const displaced = head.layers.findIndex(
    ({ origin }, index) => origin !== 'base' && layers[index] !== index,
  );
  return { layers, firstDisplaced: displaced < 0 ? Number.POSITIVE_INFINITY : displaced };
}

/** What stands before layers that are pulled again with the content that they had; null where nothing does. */
function causeOf(again: readonly PulledLayer[], images: ComparedImages, layer: number): PullCost['cause'] {
  if (!again.some(({ unchanged }) => unchanged === 'earlier-layer')) return null;
  const { instruction = null, createdBy = '' } = images.head.layers[layer] ?? {};
  return { layer, instruction, createdBy, isMovedUp: isMovedUp(layer, again, images) };
}

/** Whether the baseline has the same instruction, and all that is built again stood before it there. */
function isMovedUp(layer: number, again: readonly PulledLayer[], images: ComparedImages): boolean {
  const { baseline, head, baselineLayerOf } = images;
  const text = head.layers[layer]?.instruction?.text;
  const before = baseline.layers.findLastIndex(({ instruction }) => instruction?.text === text);
  if (text === undefined || before < 0) return false;
  return again.every(other => (baselineLayerOf(other.layer) ?? before) < before);
}
