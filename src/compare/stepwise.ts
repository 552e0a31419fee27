import type { Cause, CausePlace } from './comparison.ts';
import type { ScansAtHand } from './differing-files.ts';
import type { HiddenFile, Snapshot, SnapshotFile, SnapshotLayer } from './snapshot.ts';
import type { StoredContent } from './stored-content.ts';

/** A snapshot with a layer for each step of a build whose layers became one, and which of its own layers each is a part of. */
interface Stepwise {
  readonly snapshot: Snapshot;
  /** By layer of the stepwise snapshot. */
  readonly layers: readonly number[];
  /** Of the layers that are whole. */
  readonly scans: ScansAtHand;
}

/** Whether layers of an image were merged that its build made. */
export function hasSteps({ layers }: Snapshot): boolean {
  return layers.some(({ steps }) => steps !== undefined);
}

/**
 * The image as its build made it, without what merging its layers left out: what a file is told by is the instruction that
 * put it there. Sizes and files add up to the same; nothing is known of the layers but that.
 */
export function stepwise(snapshot: Snapshot, scans: ScansAtHand): Stepwise {
  const parts = snapshot.layers.map(partsOf);
  const layers = parts.flatMap((some, index) => some.map(() => index));
  const lastPart = (layer: number): number => layers.lastIndexOf(layer);
  return {
    snapshot: {
      ...snapshot,
      compressedSize: null,
      layers: parts.flat().map(part => ({
        ...part,
        hidden: part.hidden.map(([file, hider, reason]) => [file, lastPart(hider), reason] as const),
      })),
    },
    layers,
    scans: layers.map(layer => (parts[layer]?.length === 1 ? (scans[layer] ?? null) : null)),
  };
}

function partsOf(layer: SnapshotLayer): readonly SnapshotLayer[] {
  const { steps, ...whole } = layer;
  if (steps === undefined) return [whole];
  const parts = steps.made.map(() => new LayerPart());
  const places = layer.files.map((file, index) => {
    const part = parts[steps.ofFiles[index] ?? 0];
    const content = layer.contents.length === 0 ? undefined : (layer.contents[index] ?? null);
    return { part, index: part?.add(file, content) ?? 0 };
  });
  for (const [file, hider, reason] of layer.hidden) {
    const place = places[file];
    place?.part?.hidden.push([place.index, hider, reason]);
  }
  return steps.made.map(({ createdBy, instruction }, step) => {
    const { files = [], contents = [], hidden = [], size = 0 } = parts[step] ?? {};
    const made = { ...whole, createdBy, instruction, files, contents, hidden, size };
    // No other layer has it, but the same part of the same layer.
    return { ...made, diffId: `${layer.diffId}/${step}`, digest: null, compressedSize: null, wastedBytes: 0 };
  });
}

/** What one of the steps put into a merged layer. */
class LayerPart {
  readonly files: SnapshotFile[] = [];
  readonly contents: (StoredContent | null)[] = [];
  readonly hidden: HiddenFile[] = [];
  size = 0;

  /** @param content undefined where the layer knows none @returns the index of the file */
  add(file: SnapshotFile, content: StoredContent | null | undefined): number {
    this.size += file[1];
    if (content !== undefined) this.contents.push(content);
    return this.files.push(file) - 1;
  }
}

/** Causes that were told by the steps of both builds, with the layers of both images. */
export function causesByLayer(
  causes: readonly Cause[],
  baseline: Pick<Stepwise, 'layers'>,
  head: Pick<Stepwise, 'layers'>,
): readonly Cause[] {
  const placed = (places: readonly CausePlace[], { layers }: Pick<Stepwise, 'layers'>): CausePlace[] =>
    places.map(place => ({ ...place, layer: layers[place.layer] ?? place.layer }));
  return causes.map(cause => {
    const { layers } = cause.change === 'removed' ? baseline : head;
    const { waste } = cause;
    return {
      ...cause,
      baseline: placed(cause.baseline, baseline),
      head: placed(cause.head, head),
      waste: waste && { ...waste, layer: layers[waste.layer] ?? waste.layer },
    };
  });
}
