import { compareBytes } from '../analysis/byte-order.ts';
import { PathTable } from '../layer/path-table.ts';
import { isCacheDirectory } from '../package-managers/cache-directory.ts';
import type { FileDelta } from './comparison.ts';
import { isSharedDirectory } from './known-path.ts';
import { type PathItem, PathTree, type TreeNode } from './path-tree.ts';
import type { PathBytes } from './snapshot.ts';

interface PathSummary {
  /** Disjoint: no listed directory holds another listed path. Largest absolute bytes first. */
  readonly paths: readonly FileDelta[];
  /** What the listed paths leave over: they and this add up to the bytes of all changes. */
  readonly otherBytes: number;
}

/** A directory is opened when its three largest children hold this share of it: they are the story, not it. */
const TELLING_SHARE = 0.75;
const TELLING_CHILDREN = 3;
/** Below this share of the whole a directory is not opened, and a path is listed only for want of larger ones. */
const SMALL_SHARE = 0.01;
const LISTED_ANYHOW = 3;
/** Hostile paths may be of any depth. */
const MAX_DEPTH = 32;

/** Says in few paths what many paths hold: large files by name, many small ones by their directory. */
export function summarizePaths(changes: readonly PathBytes[], limit = 10): PathSummary {
  const table = new PathTable();
  const tree = new PathTree(
    table,
    changes.map(([path, bytes]): PathItem => ({ node: table.add(path), bytes })),
  );
  const listed = largestNodes(tree)
    .filter(node => node.bytes !== 0)
    .slice(0, limit)
    .filter((node, rank) => rank < LISTED_ANYHOW || Math.abs(node.bytes) >= tree.root.gross * SMALL_SHARE);
  const paths = listed.map(node => ({
    path: tellingPath(tree, node, tree.itemsOf(node)),
    bytes: node.bytes,
  }));
  return { paths, otherBytes: tree.root.bytes - paths.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** A file, or a directory with all items below it that no other group has. */
export interface PathGroup<T extends PathItem> {
  /** Ends in a slash for a directory; empty for the root. */
  readonly path: string;
  readonly bytes: number;
  /** Whether other groups lie below the directory. */
  readonly isRest: boolean;
  readonly items: readonly T[];
}

/** Below this share of the whole a path is not a group of its own. */
const TINY_SHARE = 0.001;
/** Directories that what is left is told by. */
const MAX_REST = 8;

/**
 * Parts items into few groups: each is in one of them. What is too small, or beyond the limit, is told by the directories
 * that hold it. Largest absolute bytes first.
 * @param limit groups of their own; the rest makes up to nine more
 */
export function groupPaths<T extends PathItem>(
  items: readonly T[],
  paths: PathTable,
  limit: number,
): PathGroup<T>[] {
  const tree = new PathTree(paths, items);
  const nodes = largestNodes(tree);
  const isNamed = (node: TreeNode<T>, rank: number): boolean =>
    rank < limit && node.gross >= tree.root.gross * TINY_SHARE;
  const groups = nodes.filter(isNamed).map((node): PathGroup<T> => {
    const held = tree.itemsOf(node);
    return { path: tellingPath(tree, node, held), bytes: node.bytes, isRest: false, items: held };
  });
  const rest = groupRest(
    tree,
    nodes.filter((node, rank) => !isNamed(node, rank)),
    groups.map(({ path }) => path),
  );
  return [...groups, ...rest].sort(
    (a, b) => Math.abs(b.bytes) - Math.abs(a.bytes) || compareBytes(a.path, b.path),
  );
}

/** By the first directory of their paths, or one below it that holds all of them. */
function groupRest<T extends PathItem>(
  tree: PathTree<T>,
  nodes: readonly TreeNode<T>[],
  named: readonly string[],
): PathGroup<T>[] {
  const byTop = Map.groupBy(nodes, ({ path }) => path.slice(0, path.indexOf('/') + 1) || path);
  const tops = [...byTop.values()].sort((a, b) => grossOf(b) - grossOf(a));
  const parts = [...tops.slice(0, MAX_REST), tops.slice(MAX_REST).flat()].filter(part => part.length > 0);
  return parts.map(part => {
    const items = part.flatMap(node => tree.itemsOf(node));
    const path = (items.length === 1 ? tree.onlyPath(items) : null) ?? tree.commonDirectory(items);
    const bytes = items.reduce((sum, item) => sum + item.bytes, 0);
    return { path, bytes, isRest: named.some(other => other.startsWith(path)), items };
  });
}

function grossOf<T extends PathItem>(nodes: readonly TreeNode<T>[]): number {
  return nodes.reduce((sum, { gross }) => sum + gross, 0);
}

/** Disjoint nodes that hold all that moved; largest absolute bytes first. */
function largestNodes<T extends PathItem>(tree: PathTree<T>): TreeNode<T>[] {
  const nodes = openNodes(tree);
  return nodes.sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes) || compareBytes(a.path, b.path));
}

/** A directory in which one file changed is told by that file. */
function tellingPath<T extends PathItem>(
  tree: PathTree<T>,
  { path }: TreeNode<T>,
  items: readonly T[],
): string {
  return isRepository(path) ? path : (tree.onlyPath(items) ?? path);
}

function openNodes<T extends PathItem>(tree: PathTree<T>): TreeNode<T>[] {
  const { root } = tree;
  const closed: TreeNode<T>[] = [];
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const children = tree.childrenOf(node);
    if (node !== root && !tellsMoreInside(node, children)) {
      closed.push(node);
      continue;
    }
    for (const child of children) {
      const mayOpen =
        child.directory !== null && child.depth < MAX_DEPTH && child.gross >= root.gross * SMALL_SHARE;
      (mayOpen ? open : closed).push(child);
    }
  }
  return closed;
}

/** Of git, Mercurial or Subversion: what is in it tells nobody anything. */
function isRepository(directory: string): boolean {
  return /(?:^|\/)\.(?:git|hg|svn)\/$/.test(directory);
}

function tellsMoreInside<T extends PathItem>(node: TreeNode<T>, children: readonly TreeNode<T>[]): boolean {
  if (isCacheDirectory(node.path) || isRepository(node.path)) return false;
  if (isSharedDirectory(node.path)) return true;
  const largest = children.map(child => child.gross).sort((a, b) => b - a);
  const top = largest.slice(0, TELLING_CHILDREN).reduce((sum, gross) => sum + gross, 0);
  return top >= node.gross * TELLING_SHARE;
}
