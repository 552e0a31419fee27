import type { DiveNumbers, ImageAnalysis, LayerAnalysis } from '../analysis/image-analysis.ts';
import { type DiffId, type Digest, isDiffId, isDigest } from '../base/digest.ts';
import { DeadweightError } from '../base/errors.ts';
import { parsePlatform } from '../base/platform.ts';
import { quote } from '../base/untrusted-text.ts';
import { NO_PACKAGES } from '../packages/installed-packages.ts';
import type { Snapshot, SnapshotLayer } from './snapshot.ts';

/**
 * What a snapshot tells of the image it was made from, so that it can stand where an analysis is wanted.
 * It lists no wasted and no visible files, knows no visible bytes of packages and has no scans, so it supports no
 * findings but those that count layers; a notice says so.
 * @throws DeadweightError `snapshot-invalid`, `usage`: not for what `parseSnapshot` returned, but for its platform
 */
export function analysisOfSnapshot(snapshot: Snapshot): ImageAnalysis {
  const { baseLayerCount, layers, shadowedBaseBytes } = snapshot;
  const baseWaste = layers.slice(0, baseLayerCount ?? 0).reduce((sum, layer) => sum + layer.wastedBytes, 0);
  return {
    reference: snapshot.reference,
    platform: parsePlatform(snapshot.platform),
    imageId: digestOf(snapshot.imageId),
    manifestDigest: null,
    mediaType: null,
    size: snapshot.size,
    compressedSize: snapshot.compressedSize,
    baseLayerCount,
    baseSize: snapshot.baseSize,
    ownSize: snapshot.ownSize,
    baseImageName: snapshot.baseImageName,
    baseImageDigest: snapshot.baseImageDigest,
    layers: layers.map(layerOf),
    efficiency: {
      score: snapshot.efficiency,
      ownScore: snapshot.ownEfficiency,
      wastedBytes: snapshot.wastedBytes,
      shadowedBaseBytes,
      baseWastedBytes: shadowedBaseBytes === null ? null : Math.max(0, baseWaste - shadowedBaseBytes),
    },
    dive: diveOf(snapshot),
    wastedFiles: [],
    visibleFiles: [],
    packages: NO_PACKAGES,
    history: [],
    labels: {},
    user: null,
    credentials: [],
    scans: [],
    notices: [{ code: 'from-snapshot', message: NOTICE }],
  };
}

const NOTICE =
  "This image was read from a snapshot, which lists neither wasted files nor the visible bytes of packages, so there are no findings about them; dive's user-wasted percent is computed from the layers' sizes.";

function layerOf(layer: SnapshotLayer, index: number): LayerAnalysis {
  const { digest, size, wastedBytes } = layer;
  return {
    index,
    diffId: diffIdOf(layer.diffId),
    digest: digest === null ? null : digestOf(digest),
    mediaType: layer.mediaType,
    createdBy: layer.createdBy,
    size,
    compressedSize: layer.compressedSize,
    visibleBytes: size - wastedBytes,
    wastedBytes,
    fileCount: layer.files.length,
    origin: layer.origin,
    instruction: layer.instruction,
    cache: 'unknown',
    durationMs: null,
  };
}

/** Only regular files have bytes in all but the oddest tars, so the sizes that dive sums are the layers'. */
function diveOf({ dive, size, layers }: Snapshot): DiveNumbers {
  const userSizeBytes = size - (layers[0]?.size ?? 0);
  return { ...dive, userWastedPercent: dive.wastedBytes / userSizeBytes, sizeBytes: size, userSizeBytes };
}

function digestOf(text: string): Digest {
  if (isDigest(text)) return text;
  throw invalid(text);
}

function diffIdOf(text: string): DiffId {
  if (isDiffId(text)) return text;
  throw invalid(text);
}

function invalid(text: string): DeadweightError {
  return new DeadweightError('snapshot-invalid', {
    message: `The snapshot names ${quote(text)} where a digest belongs.`,
    remedy: 'Make the snapshot again, or compare with the image itself.',
  });
}
