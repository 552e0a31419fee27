import { type PlaceOf, placeIn } from './cause-places.ts';
import type { DifferingSides } from './differing-files.ts';
import { ImageSources } from './image-sources.ts';
import type { LayerMatch } from './layer-match.ts';
import { PackageUnion } from './package-union.ts';
import type { Snapshot } from './snapshot.ts';

/** Two images with what their files are told by. */
export interface ComparedImages {
  readonly baseline: Snapshot;
  readonly head: Snapshot;
  /** Their files in layers that only one of them has. */
  readonly sides: DifferingSides;
  /** null where one of them does not know its packages. */
  readonly union: PackageUnion | null;
  /** What they were built from. */
  readonly sources: { readonly baseline: ImageSources; readonly head: ImageSources };
  readonly places: { readonly baseline: PlaceOf; readonly head: PlaceOf };
  /** Whether FROM resolved to other layers. null where one of them does not know its base image. */
  readonly isBaseImageChanged: boolean | null;
  /** Whether a layer of the baseline is the same instruction as that of the head, by their indexes. */
  readonly areMatched: (baseline: number, head: number) => boolean;
  /** The baseline's layer of the same instruction as this one of the head; null where there is none. */
  readonly baselineLayerOf: (head: number) => number | null;
  /** The head's layer of the same instruction as this one of the baseline; null where there is none. */
  readonly headLayerOf: (baseline: number) => number | null;
}

export function compareImages(
  baseline: Snapshot,
  head: Snapshot,
  sides: DifferingSides,
  matches: readonly LayerMatch[],
): ComparedImages {
  const headLayers = new Map(matches.map(match => [match.baseline, match.head]));
  const baselineLayers = new Map(matches.map(match => [match.head, match.baseline]));
  return {
    baseline,
    head,
    sides,
    union: PackageUnion.of(baseline, head),
    sources: { baseline: new ImageSources(baseline), head: new ImageSources(head) },
    places: { baseline: placeIn(baseline), head: placeIn(head) },
    isBaseImageChanged: isBaseImageChanged(baseline, head),
    areMatched: (before, after) => headLayers.get(before) === after,
    headLayerOf: layer => headLayers.get(layer) ?? null,
    baselineLayerOf: layer => baselineLayers.get(layer) ?? null,
  };
}

/** Told by the layers: a tag, a digest or a configuration that is new over the same layers changes no byte. */
function isBaseImageChanged(baseline: Snapshot, head: Snapshot): boolean | null {
  if (baseline.baseLayerCount === null || head.baseLayerCount === null) return null;
  const before = baseline.layers.slice(0, baseline.baseLayerCount);
  const after = head.layers.slice(0, head.baseLayerCount);
  return before.length !== after.length || before.some((layer, i) => layer.diffId !== after[i]?.diffId);
}
