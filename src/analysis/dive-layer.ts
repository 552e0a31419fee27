import { compareBytes } from './byte-order.ts';
import type { DiveScores } from './dive-scores.ts';
import type { StackedNode } from './dive-stack.ts';
import type { DiveNode } from './dive-tree.ts';

/**
 * Counts the leaves of one layer. dive takes them depth first, in byte order, and gives the layer up at the first
 * whiteout of a path that is not there. The order tells nothing else, so only then is it looked at.
 */
export function scoreLayer(layer: DiveNode, lower: StackedNode, scores: DiveScores): void {
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
