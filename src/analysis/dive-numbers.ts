import type { LayerScan } from '../layer/layer-scan.ts';
import { compareBytes } from './byte-order.ts';
import { DiveStack, type StackedNode } from './dive-stack.ts';
import { type DiveNode, DiveTree } from './dive-tree.ts';
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

/**
 * Counts the leaves of one layer. dive takes them depth first, in byte order, and gives the layer up at the first
 * whiteout of a path that is not there. The order tells nothing else, so only then is it looked at.
 */
function scoreLayer(layer: DiveNode, lower: StackedNode, scores: DiveScores): void {
  const { leaves, hidden } = findLeaves(layer, lower);
  const missing = [...hidden].filter(([, bytes]) => bytes === null);
  const end = missing.length === 0 ? null : missing.map(([leaf]) => orderKey(leaf)).reduce(firstOf);
  for (const leaf of leaves) {
    const order = end === null ? -1 : compareBytes(orderKey(leaf), end);
    if (order < 0) scores.add(leaf.path, hidden.get(leaf) ?? leaf.size);
    if (order === 0) scores.touch(leaf.path);
  }
}

/** Compares as dive walks: component by component. No name holds a NUL. */
function orderKey(leaf: DiveNode): string {
  const parents = leaf.path.slice(0, leaf.path.lastIndexOf('/') + 1);
  return parents.replaceAll('/', '\0') + leaf.name;
}

function firstOf(a: string, b: string): string {
  return compareBytes(a, b) <= 0 ? a : b;
}

interface Leaves {
  readonly leaves: readonly DiveNode[];
  /** What each whiteout among them hides, in bytes; null where the lower layers do not have its path. */
  readonly hidden: ReadonlyMap<DiveNode, number | null>;
}

function findLeaves(layer: DiveNode, lower: StackedNode): Leaves {
  const leaves: DiveNode[] = [];
  const hidden = new Map<DiveNode, number | null>();
  const open: [DiveNode, StackedNode | undefined][] = [[layer, lower]];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const below = pair[1]?.children;
    for (const child of pair[0].children?.values() ?? []) {
      if (!child.isLeaf) {
        open.push([child, below?.get(child.name)]);
        continue;
      }
      leaves.push(child);
      if (!child.isWhiteout) continue;
      hidden.set(child, hiddenBytes(child.target === '' ? pair[1] : below?.get(child.target)));
    }
  }
  return { leaves, hidden };
}

function hiddenBytes(node: StackedNode | undefined): number | null {
  if (node === undefined) return null;
  return node.isDir ? node.total : 0;
}

interface PathScore {
  cumulative: number;
  /** −1 until the path was counted: dive sums that up too. */
  minimum: number;
  count: number;
}

/** What dive keeps of each path that was a leaf in some layer. */
class DiveScores {
  readonly #paths = new Map<string, PathScore>();

  /** Has the path take part in the sums, counted or not. */
  touch(path: string): PathScore {
    const known = this.#paths.get(path);
    if (known !== undefined) return known;
    const score = { cumulative: 0, minimum: -1, count: 0 };
    this.#paths.set(path, score);
    return score;
  }

  add(path: string, bytes: number): void {
    const score = this.touch(path);
    score.cumulative += bytes;
    if (score.minimum < 0 || bytes < score.minimum) score.minimum = bytes;
    score.count += 1;
  }

  /** Bytes are those of the paths that were counted more than once. */
  totals(): { readonly efficiency: number; readonly wastedBytes: number } {
    let minimum = 0;
    let cumulative = 0;
    let wastedBytes = 0;
    for (const score of this.#paths.values()) {
      minimum += score.minimum;
      cumulative += score.cumulative;
      if (score.count > 1) wastedBytes += score.cumulative;
    }
    return { efficiency: cumulative === 0 ? 1 : minimum / cumulative, wastedBytes };
  }
}
