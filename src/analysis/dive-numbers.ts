import type { LayerScan } from '../layer/layer-scan.ts';
import { type PathTable, ROOT } from '../layer/path-table.ts';
import { compareBytes } from './byte-order.ts';
import { DivePaths } from './dive-paths.ts';
import { DiveStack } from './dive-stack.ts';
import { DiveTree } from './dive-tree.ts';
import type { DiveNumbers } from './image-analysis.ts';
import { ImagePaths } from './image-paths.ts';

/**
 * The numbers of dive 0.13, with all its quirks (wagoodman/dive, dive/filetree/efficiency.go and file_tree.go), in
 * linear time: dive puts all lower layers together again for each whiteout, here they are put together once.
 * Whiteouts and aufs markers count as empty files, which is what tools write.
 * @param imagePaths of these scans; what dive has besides is added to their table
 */
export function diveNumbers(scans: readonly LayerScan[], imagePaths = new ImagePaths(scans)): DiveNumbers {
  const paths = new DivePaths(scans, imagePaths);
  const scores = new DiveScores(paths.table.size);
  const tree = new DiveTree(paths);
  const lower = new DiveStack(paths);
  for (const [layer, scan] of scans.entries()) {
    tree.read(layer, scan);
    // Whiteouts of the lowest layer are looked up in that layer itself.
    if (layer === 0) lower.copy(tree);
    scoreLayer(tree, lower, paths, scores);
    // A tree without whiteouts put on its own copy changes nothing.
    if (layer > 0 || tree.hasWhiteouts) lower.put(tree);
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
function scoreLayer(layer: DiveTree, lower: DiveStack, paths: DivePaths, scores: DiveScores): void {
  const leaves = listLeaves(layer);
  const end = firstMissing(leaves, lower, paths);
  for (const leaf of leaves) {
    const order = end === null ? -1 : compareBytes(orderKey(leaf, paths.table), end);
    const bytes = paths.isWhiteout(leaf) ? hiddenBytes(leaf, lower, paths) : layer.sizeOf(leaf);
    if (order < 0) scores.add(paths.countedAs(leaf), bytes ?? 0);
    if (order === 0) scores.touch(paths.countedAs(leaf));
  }
}

function listLeaves(layer: DiveTree): readonly number[] {
  const leaves: number[] = [];
  const open = [ROOT];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const child of layer.childrenOf(node)) (layer.isLeaf(child) ? leaves : open).push(child);
  }
  return leaves;
}

/** Of the first whiteout, as dive walks, of a path that the lower layers do not have; null where there is none. */
function firstMissing(leaves: readonly number[], lower: DiveStack, paths: DivePaths): string | null {
  let first: string | null = null;
  for (const leaf of leaves) {
    if (!paths.isWhiteout(leaf) || hiddenBytes(leaf, lower, paths) !== null) continue;
    const key = orderKey(leaf, paths.table);
    if (first === null || compareBytes(key, first) < 0) first = key;
  }
  return first;
}

/** What a whiteout hides; null where the lower layers do not have its path. Bytes. */
function hiddenBytes(whiteout: number, lower: DiveStack, paths: DivePaths): number | null {
  const isNameless = paths.isNameless(whiteout);
  return lower.hiddenBytes(isNameless ? paths.table.parentOf(whiteout) : paths.targetOf(whiteout));
}

/** Compares as dive walks: component by component. No name holds a NUL. */
function orderKey(leaf: number, table: PathTable): string {
  return table.pathOf(leaf).replaceAll('/', '\0');
}

/** What dive keeps of each path that was a leaf in some layer. */
class DiveScores {
  /** By node. A touched path takes part in the sums, counted or not. */
  readonly #touched: Uint8Array;
  readonly #counts: Uint16Array;
  readonly #cumulative: Float64Array;
  readonly #minimums: Float64Array;

  constructor(nodes: number) {
    this.#touched = new Uint8Array(nodes);
    this.#counts = new Uint16Array(nodes);
    this.#cumulative = new Float64Array(nodes);
    this.#minimums = new Float64Array(nodes);
  }

  /** Has the path take part in the sums. */
  touch(node: number): void {
    this.#touched[node] = 1;
  }

  add(node: number, bytes: number): void {
    this.touch(node);
    const minimum = this.#minimums[node] ?? 0;
    if (this.#counts[node] === 0 || bytes < minimum) this.#minimums[node] = bytes;
    this.#counts[node] = (this.#counts[node] ?? 0) + 1;
    this.#cumulative[node] = (this.#cumulative[node] ?? 0) + bytes;
  }

  /** Bytes are those of the paths that were counted more than once. */
  totals(): { readonly efficiency: number; readonly wastedBytes: number } {
    let minimum = 0;
    let cumulative = 0;
    let wastedBytes = 0;
    for (let node = 0; node < this.#touched.length; node += 1) {
      if (this.#touched[node] === 0) continue;
      const count = this.#counts[node] ?? 0;
      const bytes = this.#cumulative[node] ?? 0;
      // dive sums up −1 for a path that it never counted.
      minimum += count === 0 ? -1 : (this.#minimums[node] ?? 0);
      cumulative += bytes;
      if (count > 1) wastedBytes += bytes;
    }
    return { efficiency: cumulative === 0 ? 1 : minimum / cumulative, wastedBytes };
  }
}
