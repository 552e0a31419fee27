import type { LayerScan } from '../layer/layer-scan.ts';
import { scoreLayer } from './dive-layer.ts';
import { DiveScores } from './dive-scores.ts';
import { DiveStack } from './dive-stack.ts';
import { DiveTree } from './dive-tree.ts';
import type { DiveNumbers } from './image-analysis.ts';

/**
 * The numbers of dive 0.13, with all its quirks (wagoodman/dive, dive/filetree/efficiency.go and file_tree.go), in
 * linear time: dive puts all lower layers together again for each whiteout, here they are put together once.
 * Whiteouts and aufs markers count as empty files, which is what tools write.
 * @throws DeadweightError `limit-exceeded`
 */
export function diveNumbers(scans: readonly LayerScan[]): DiveNumbers {
  const scores = new DiveScores();
  let stack: DiveStack | null = null;
  for (const scan of scans) {
    const { root, hasWhiteouts } = new DiveTree(scan);
    // Whiteouts of the lowest layer are looked up in that layer itself.
    const lower: DiveStack = stack ?? new DiveStack(root);
    scoreLayer(root, lower.root, scores);
    // A tree without whiteouts put on its own copy changes nothing.
    if (stack !== null || hasWhiteouts) lower.put(root);
    stack = lower;
  }
  const { efficiency, wastedBytes } = scores.totals();
  const sizeBytes = sum(scans);
  const userSizeBytes = sum(scans.slice(1));
  return {
    efficiency,
    wastedBytes,
    userWastedPercent: wastedBytes / userSizeBytes,
    sizeBytes,
    userSizeBytes,
  };
}

function sum(scans: readonly LayerScan[]): number {
  return scans.reduce((bytes, scan) => bytes + scan.headerBytes, 0);
}
