import { compareBytes } from './byte-order.ts';
import type { DiveScores } from './dive-scores.ts';
import type { StackedNode } from './dive-stack.ts';
import type { DiveNode } from './dive-tree.ts';

/** A leaf of a layer and its bytes; null for the whiteout of a path that the lower layers do not have. */
interface CountedLeaf {
  readonly leaf: DiveNode;
  readonly bytes: number | null;
}

/**
 * Counts the leaves of one layer. dive takes them depth first, in byte order, and gives the layer up at the first
 * whiteout of a path that is not there. The order tells nothing else, so only then is it looked at.
 */
export function scoreLayer(layer: DiveNode, lower: StackedNode, scores: DiveScores): void {
  const counted = countLeaves(layer, lower);
  const missing = counted.filter(({ bytes }) => bytes === null);
  const end = missing.length === 0 ? null : missing.map(({ leaf }) => orderKey(leaf)).reduce(firstOf);
  for (const { leaf, bytes } of counted) {
    const order = end === null ? -1 : compareBytes(orderKey(leaf), end);
    if (bytes !== null && order < 0) scores.add(leaf.path, bytes);
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

function countLeaves(layer: DiveNode, lower: StackedNode): CountedLeaf[] {
  const counted: CountedLeaf[] = [];
  const open: [DiveNode, StackedNode | undefined][] = [[layer, lower]];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const below = pair[1]?.children;
    for (const child of pair[0].children?.values() ?? []) {
      if (!child.isLeaf) open.push([child, below?.get(child.name)]);
      else if (child.isWhiteout) counted.push({ leaf: child, bytes: hiddenBytes(below?.get(child.target)) });
      else counted.push({ leaf: child, bytes: child.size });
    }
  }
  return counted;
}

function hiddenBytes(node: StackedNode | undefined): number | null {
  if (node === undefined) return null;
  return node.isDir ? node.total : 0;
}
