/*
 * When RUN instructions are worth merging. What a merge saves is saved by everyone who pulls all of the image. What it
 * costs is paid at every change: the layers were apart, so a change of the later one left the earlier one where it was;
 * and they came side by side. Real Dockerfiles keep RUNs of hundreds of megabytes apart for that, and a few megabytes
 * of a cache or of dpkg's files are no reason to tie them together.
 */

/** Of what the RUNs write, this share at least has to go: less is not noticed beside what is left. */
const MIN_SHARE = 0.05;

/** Of what comes again at a change, this share at least: a change of the later RUN alone is taken for one pull in five. */
const MIN_SHARE_OF_TIED = 0.2;

/**
 * Files that package managers write at every call are reported, and alone a reason to merge, from these on: two calls of
 * apt cost 1 to 3 MB, which nobody notices unless the image is small. Bytes, share of the image.
 */
const MIN_STATE_BYTES = 1_000_000;
const MIN_STATE_SHARE = 0.03;

/** Where no merge of two RUNs can mend it, only what is large is told: rpm's database has 10 to 100 MB. Bytes. */
const MIN_UNMERGED_STATE_BYTES = 5_000_000;

/** The RUNs on both sides of a place where a layer ends. Bytes. */
export interface Boundary {
  /** What those below it wrote and those above it hid: it would go. */
  readonly saved: number;
  /** What would remain of either side's layers. */
  readonly below: number;
  readonly above: number;
}

/** Bytes that come again though they did not change, when the RUNs above are changed. */
function tiedBytes({ saved, below, above }: Boundary): number {
  // Who takes away more than it adds is a clean-up: it changes with what it cleans.
  return above > saved ? below : Math.min(below, above);
}

/** Whether the end of a layer may be given up for what goes with it. */
export function isWorthMerging(boundary: Boundary): boolean {
  const { saved, below, above } = boundary;
  return (
    saved > 0 &&
    saved >= (saved + below + above) * MIN_SHARE &&
    saved >= tiedBytes(boundary) * MIN_SHARE_OF_TIED
  );
}

/** Whether a merge costs as little as a clean-up where the files were written, so that no RUN is left over. */
export function tiesNothing(boundary: Boundary): boolean {
  return tiedBytes(boundary) * 100 <= boundary.saved;
}

/** Whether what package managers have to rewrite is worth a reader's time. */
export function isStateWorthTelling(bytes: number, imageSize: number, canBeMerged: boolean): boolean {
  return (
    bytes >= (canBeMerged ? MIN_STATE_BYTES : MIN_UNMERGED_STATE_BYTES) &&
    bytes >= imageSize * MIN_STATE_SHARE
  );
}
