import { DeadweightError } from '../base/errors.ts';
import type { Notice } from '../base/notice.ts';
import { explain } from './causes.ts';
import { findChangedSettings } from './changed-settings.ts';
import { compareImages } from './compared-images.ts';
import type { ComparedFigures, ComparedImage, Comparison, LayerChange, LayerDelta } from './comparison.ts';
import { approximationNotice, compareContents } from './content-comparison.ts';
import { listDifferingFiles, type ScansAtHand } from './differing-files.ts';
import { type LayerMatch, type MatchKind, matchLayers } from './layer-match.ts';
import { findMovedContent } from './moved-content.ts';
import { readOwnChanges } from './own-changes.ts';
import { measurePull } from './pull.ts';
import { summarizeRenames } from './renamed-paths.ts';
import type { Snapshot } from './snapshot.ts';
import { causesByLayer, hasSteps, stepwise } from './stepwise.ts';

/** The scans of two images, as far as they are at hand. */
interface ComparedScans {
  readonly baseline: ScansAtHand;
  readonly head: ScansAtHand;
}

const NO_SCANS: ComparedScans = { baseline: [], head: [] };

/**
 * What changed from the baseline to the head, and why. The causes add up to the size delta, byte for byte.
 * @param scans list the files of base layers too, and may know contents that the snapshots do not
 * @throws DeadweightError `usage` when the two are of different platforms
 */
export function compareSnapshots(
  baseline: Snapshot,
  head: Snapshot,
  scans: ComparedScans = NO_SCANS,
): Comparison {
  if (baseline.platform !== head.platform) {
    throw new DeadweightError('usage', {
      message: `${baseline.reference} is for ${baseline.platform}, and ${head.reference} for ${head.platform}.`,
      remedy: 'Compare images of one platform: --platform chooses it.',
    });
  }
  const compared = compareByLayer(baseline, head, scans);
  if (!hasSteps(baseline) && !hasSteps(head)) return compared;
  const [before, after] = [stepwise(baseline, scans.baseline), stepwise(head, scans.head)];
  const { causes } = compareByLayer(before.snapshot, after.snapshot, {
    baseline: before.scans,
    head: after.scans,
  });
  return { ...compared, causes: causesByLayer(causes, before, after) };
}

function compareByLayer(baseline: Snapshot, head: Snapshot, scans: ComparedScans): Comparison {
  const matches = matchLayers(baseline, head);
  const sides = listDifferingFiles([baseline, scans.baseline], [head, scans.head]);
  const images = compareImages(baseline, head, sides, matches);
  const own = readOwnChanges(images);
  const contents = compareContents(sides, own);
  const { causes, packages, movedToBase } = explain(images, own);
  const approximation = approximationNotice(contents);
  return {
    baseline: { ...snapshotFigures(baseline), ...imageOf(baseline) },
    head: { ...snapshotFigures(head), ...imageOf(head) },
    delta: figuresDelta(baseline, head),
    layers: matches.flatMap(match => layerDelta(baseline, head, match)),
    pull: measurePull(images, own),
    causes,
    packages,
    moved: [...findMovedContent(own.equal, images), ...movedToBase],
    settings: findChangedSettings(images),
    renamed: summarizeRenames(own.renamed, sides),
    contents,
    baseImageChanged: images.isBaseImageChanged,
    notices: [...noticesOf(baseline, head), ...(approximation ? [approximation] : [])],
  };
}

function imageOf({ reference, commit, imageId }: Snapshot): ComparedImage {
  return { reference, commit, imageId };
}

const CHANGES: Readonly<Record<MatchKind, LayerChange>> = {
  identical: 'unchanged',
  rebuilt: 'changed',
  edited: 'changed',
  'baseline-only': 'removed',
  'head-only': 'added',
};

function layerDelta(baseline: Snapshot, head: Snapshot, match: LayerMatch): LayerDelta[] {
  const before = match.baseline === null ? undefined : baseline.layers[match.baseline];
  const after = match.head === null ? undefined : head.layers[match.head];
  const layer = after ?? before;
  if (layer === undefined) return [];
  return [
    {
      change: CHANGES[match.kind],
      origin: layer.origin,
      baselineIndex: match.baseline,
      headIndex: match.head,
      baselineSize: before?.size ?? null,
      headSize: after?.size ?? null,
      delta: (after?.size ?? 0) - (before?.size ?? 0),
      baselineWastedBytes: before?.wastedBytes ?? null,
      headWastedBytes: after?.wastedBytes ?? null,
      instruction: layer.instruction,
      baselineInstruction: before?.instruction ?? null,
      createdBy: layer.createdBy,
    },
  ];
}

function noticesOf(baseline: Snapshot, head: Snapshot): Notice[] {
  const notices: Notice[] = [];
  if ((baseline.baseLayerCount === null) !== (head.baseLayerCount === null)) {
    const unknown = baseline.baseLayerCount === null ? baseline : head;
    const message = `Which layers of ${unknown.reference} come from its base image is not known: its wasted bytes count them too, those of the other side do not, and changes of the base image are not told apart.`;
    notices.push({ code: 'comparison-base-unknown', message });
  }
  if (baseline.packages === null || head.packages === null) {
    const { reference } = baseline.packages === null ? baseline : head;
    const message = `The snapshot of ${reference} is of an earlier version, which recorded no packages: the causes name files and directories only.`;
    notices.push({ code: 'comparison-packages-unknown', message });
  }
  if (
    baseline.compressedSize !== null &&
    head.compressedSize !== null &&
    !haveSameMediaTypes(baseline, head)
  ) {
    const types = [baseline, head].map(side => [...mediaTypesOf(side)].sort().join(', '));
    const message = `The compressed sizes are not compared: the layers are ${types[0]} before and ${types[1]} now.`;
    notices.push({ code: 'compressed-size-not-comparable', message });
  }
  return notices;
}

function snapshotFigures(snapshot: Snapshot): ComparedFigures {
  const { layers, baseLayerCount } = snapshot;
  return {
    size: snapshot.size,
    compressedSize: snapshot.compressedSize,
    ownSize: snapshot.ownSize,
    baseSize: snapshot.baseSize,
    layerCount: layers.length,
    baseLayerCount,
    ownLayerCount: baseLayerCount === null ? null : layers.length - baseLayerCount,
    efficiency: snapshot.efficiency,
    ownEfficiency: snapshot.ownEfficiency,
    wastedBytes: snapshot.wastedBytes,
    diveEfficiency: snapshot.dive.efficiency,
  };
}

/** head − baseline; null where one of them does not know. */
function figuresDelta(baseline: Snapshot, head: Snapshot): ComparedFigures {
  const before = snapshotFigures(baseline);
  const after = snapshotFigures(head);
  const minus = (a: number | null, b: number | null): number | null =>
    a === null || b === null ? null : a - b;
  return {
    size: after.size - before.size,
    compressedSize: haveSameMediaTypes(baseline, head)
      ? minus(after.compressedSize, before.compressedSize)
      : null,
    ownSize: minus(after.ownSize, before.ownSize),
    baseSize: minus(after.baseSize, before.baseSize),
    layerCount: after.layerCount - before.layerCount,
    baseLayerCount: minus(after.baseLayerCount, before.baseLayerCount),
    ownLayerCount: minus(after.ownLayerCount, before.ownLayerCount),
    efficiency: after.efficiency - before.efficiency,
    ownEfficiency: minus(after.ownEfficiency, before.ownEfficiency),
    wastedBytes: after.wastedBytes - before.wastedBytes,
    diveEfficiency: after.diveEfficiency - before.diveEfficiency,
  };
}

/** Bytes of gzip and of zstd are not the same measure. An image without layers has any media type. */
function haveSameMediaTypes(baseline: Snapshot, head: Snapshot): boolean {
  const before = mediaTypesOf(baseline);
  const after = mediaTypesOf(head);
  if (before.size === 0 || after.size === 0) return true;
  return before.size === after.size && [...before].every(type => after.has(type));
}

function mediaTypesOf({ layers }: Snapshot): ReadonlySet<string> {
  return new Set(layers.map(layer => layer.mediaType ?? 'unknown'));
}
