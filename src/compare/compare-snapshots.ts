import { DeadweightError } from '../base/errors.ts';
import type { Notice } from '../base/notice.ts';
import { explain } from './causes.ts';
import { figuresDelta, figuresOf, haveSameMediaTypes, mediaTypesOf } from './compared-figures.ts';
import type { ComparedSide, Comparison, LayerChange, LayerDelta } from './comparison.ts';
import type { LayerMatch, MatchKind } from './layer-match.ts';
import { matchLayers } from './match-layers.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * What changed from `base` to `head`, and why. The causes add up to the size delta, byte for byte.
 * @throws DeadweightError `usage` when the two are of different platforms
 */
export function compareSnapshots(base: Snapshot, head: Snapshot): Comparison {
  if (base.platform !== head.platform) {
    throw new DeadweightError('usage', {
      message: `${base.reference} is for ${base.platform}, and ${head.reference} for ${head.platform}.`,
      remedy: 'Compare images of one platform: --platform chooses it.',
    });
  }
  const matches = matchLayers(base, head);
  return {
    base: { ...figuresOf(base), ...sideOf(base) },
    head: { ...figuresOf(head), ...sideOf(head) },
    delta: figuresDelta(base, head),
    layers: matches.flatMap(match => layerDelta(base, head, match)),
    ...explain(base, head, matches),
    baseImageChanged: isBaseImageChanged(base, head),
    notices: noticesOf(base, head),
  };
}

function sideOf({ reference, commit, imageId }: Snapshot): ComparedSide {
  return { reference, commit, imageId };
}

const CHANGES: Readonly<Record<MatchKind, LayerChange>> = {
  identical: 'unchanged',
  rebuilt: 'changed',
  edited: 'changed',
  'base-only': 'removed',
  'head-only': 'added',
};

function layerDelta(base: Snapshot, head: Snapshot, match: LayerMatch): LayerDelta[] {
  const before = match.base === null ? undefined : base.layers[match.base];
  const after = match.head === null ? undefined : head.layers[match.head];
  const layer = after ?? before;
  if (layer === undefined) return [];
  return [
    {
      change: CHANGES[match.kind],
      origin: layer.origin,
      baseIndex: match.base,
      headIndex: match.head,
      baseSize: before?.size ?? null,
      headSize: after?.size ?? null,
      delta: (after?.size ?? 0) - (before?.size ?? 0),
      baseWastedBytes: before?.wastedBytes ?? null,
      headWastedBytes: after?.wastedBytes ?? null,
      instruction: layer.instruction,
      createdBy: layer.createdBy,
    },
  ];
}

/** Told by the layers: a tag, a digest or a configuration that is new over the same layers changes no byte. */
function isBaseImageChanged(base: Snapshot, head: Snapshot): boolean | null {
  if (base.baseLayerCount === null || head.baseLayerCount === null) return null;
  const before = base.layers.slice(0, base.baseLayerCount);
  const after = head.layers.slice(0, head.baseLayerCount);
  return before.length !== after.length || before.some((layer, i) => layer.diffId !== after[i]?.diffId);
}

function noticesOf(base: Snapshot, head: Snapshot): Notice[] {
  const notices: Notice[] = [];
  if ((base.baseLayerCount === null) !== (head.baseLayerCount === null)) {
    const unknown = base.baseLayerCount === null ? base : head;
    const message = `Which layers of ${unknown.reference} come from its base image is not known: its wasted bytes count them too, those of the other side do not, and changes of the base image are not told apart.`;
    notices.push({ code: 'comparison-base-unknown', message });
  }
  if (base.packages === null || head.packages === null) {
    const { reference } = base.packages === null ? base : head;
    const message = `The snapshot of ${reference} is of an earlier version, which noted no packages: the causes name files and directories only.`;
    notices.push({ code: 'comparison-packages-unknown', message });
  }
  if (base.compressedSize !== null && head.compressedSize !== null && !haveSameMediaTypes(base, head)) {
    const types = [base, head].map(side => [...mediaTypesOf(side)].sort().join(', '));
    const message = `The compressed sizes are not compared: the layers are ${types[0]} before and ${types[1]} now.`;
    notices.push({ code: 'compressed-size-not-comparable', message });
  }
  return notices;
}
