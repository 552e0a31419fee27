import type { ImageAnalysis } from '../../analysis/image-analysis.ts';
import { mergeContent } from '../../analysis/rewrite.ts';
import { isDiffId } from '../../base/digest.ts';
import { findContentCandidates, type LayerPaths } from '../../compare/content-candidates.ts';
import { differingLayers, listDifferingFiles, type ScansAtHand } from '../../compare/differing-files.ts';
import type { Snapshot, SnapshotLayer } from '../../compare/snapshot.ts';
import { createSnapshot } from '../../compare/snapshot-of.ts';
import type { LayerScan } from '../../layer/layer-scan.ts';
import type { ScanStore } from '../../layer/scan-store.ts';
import { COLLECTORS } from '../../packages/collectors.ts';

/** Reads contents of an image that is open; null for layers that nothing was asked of. */
export type ReadContents = (files: LayerPaths) => Promise<ScansAtHand>;

/** An image that is compared, and what can be learned of it. */
export interface LearnedImage {
  readonly snapshot: Snapshot;
  readonly scans: ScansAtHand;
  /** null where the image is not open, or has nothing more to tell. */
  readonly readContents: ReadContents | null;
}

/** The scans of two images that are compared, as far as they are at hand. */
export interface LearnedScans {
  readonly baseline: ScansAtHand;
  readonly head: ScansAtHand;
}

/**
 * The scans of two images with what decides whether their files changed: scans that are stored stand in for layers whose
 * files or contents a snapshot does not have, and images that are open are read once more, in file order, for no other
 * files than these.
 * @param keepsHead whether later runs compare with the head
 */
export async function learnContents(
  baseline: LearnedImage,
  head: LearnedImage,
  store: Pick<ScanStore, 'get'>,
  keepsHead: boolean,
): Promise<LearnedScans> {
  const before = await addStoredScans(baseline, head.snapshot, store);
  const after = await addStoredScans(head, baseline.snapshot, store);
  const access = {
    baseline: baseline.readContents !== null,
    head: head.readContents !== null,
    keepsHead,
  };
  if (!access.baseline && !access.head) return { baseline: before, head: after };
  const candidates = findContentCandidates(
    listDifferingFiles([baseline.snapshot, before], [head.snapshot, after]),
    access,
  );
  return {
    baseline: await readMore(before, candidates.baseline, baseline.readContents),
    head: await readMore(after, candidates.head, head.readContents),
  };
}

/**
 * The snapshot of an image with what was learned of its contents since.
 * @param scans of the image's layers, as `learnContents` gives them
 */
export function learnedSnapshot(snapshot: Snapshot, analysis: ImageAnalysis, scans: ScansAtHand): Snapshot {
  if (scans.every((scan, index) => scan === (analysis.scans[index] ?? null))) return snapshot;
  return createSnapshot(learnedAnalysis(analysis, scans), snapshot.commit, snapshot.sources);
}

/** An analysis with scans that know more contents. @param scans as `learnContents` gives them */
export function learnedAnalysis(analysis: ImageAnalysis, scans: ScansAtHand): ImageAnalysis {
  return { ...analysis, scans: analysis.scans.map((scan, index) => scans[index] ?? scan) };
}

async function readMore(
  scans: ScansAtHand,
  files: LayerPaths,
  readContents: ReadContents | null,
): Promise<ScansAtHand> {
  if (readContents === null || files.size === 0) return scans;
  return mergeContent(scans, await readContents(files));
}

/** Only of layers that the other image has not: the rest cancels by its diffID. */
async function addStoredScans(
  { snapshot, scans }: LearnedImage,
  other: Snapshot,
  store: Pick<ScanStore, 'get'>,
): Promise<ScansAtHand> {
  const known: (LayerScan | null)[] = snapshot.layers.map((_layer, index) => scans[index] ?? null);
  for (const index of differingLayers(snapshot, other)) {
    const layer = snapshot.layers[index];
    if (layer === undefined || known[index] || knowsAll(layer) || !isDiffId(layer.diffId)) continue;
    known[index] = await store.get(layer.diffId, COLLECTORS);
  }
  return known;
}

function knowsAll({ origin, files, contents }: SnapshotLayer): boolean {
  if (origin === 'base') return false;
  return contents.length === files.length && !contents.includes(null);
}
