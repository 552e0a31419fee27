import { compareBytes } from '../analysis/byte-order.ts';
import { isCacheDirectory } from '../package-managers/cache-directory.ts';
import type { FileDelta } from './comparison.ts';
import { isSharedDirectory } from './known-path.ts';
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

/** A file, or a directory with the range of the sorted changes that it holds. */
interface Node {
  /** Ends in a slash for a directory; empty for the root. */
  readonly path: string;
  readonly isDirectory: boolean;
  readonly depth: number;
  readonly start: number;
  readonly end: number;
  readonly bytes: number;
  /** Sum of the absolute bytes. */
  readonly gross: number;
}

/** Says in few paths what many paths hold: large files by name, many small ones by their directory. */
export function summarizePaths(changes: readonly PathBytes[], limit = 10): PathSummary {
  const sorted = sortPaths(changes.map(([path, bytes]) => ({ path, bytes })));
  const root = rootOf(sorted);
  const listed = largestNodes(sorted, root)
    .filter(node => node.bytes !== 0)
    .slice(0, limit)
    .filter((node, rank) => rank < LISTED_ANYHOW || Math.abs(node.bytes) >= root.gross * SMALL_SHARE);
  const paths = listed.map(node => ({ path: tellingPath(sorted, node), bytes: node.bytes }));
  return { paths, otherBytes: root.bytes - paths.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** A path with its bytes, which may be signed. */
export interface PathItem {
  readonly path: string;
  readonly bytes: number;
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
export function groupPaths<T extends PathItem>(items: readonly T[], limit: number): PathGroup<T>[] {
  const sorted = sortPaths(items);
  const root = rootOf(sorted);
  const nodes = largestNodes(sorted, root);
  const isNamed = (node: Node, rank: number): boolean =>
    rank < limit && node.gross >= root.gross * TINY_SHARE;
  const named = nodes.filter(isNamed);
  const groups = named.map(
    (node): PathGroup<T> => ({
      path: tellingPath(sorted, node),
      bytes: node.bytes,
      isRest: false,
      items: sorted.slice(node.start, node.end),
    }),
  );
  const rest = groupRest(
    sorted,
    nodes.filter((node, rank) => !isNamed(node, rank)),
    groups.map(({ path }) => path),
  );
  return [...groups, ...rest].sort(
    (a, b) => Math.abs(b.bytes) - Math.abs(a.bytes) || compareBytes(a.path, b.path),
  );
}

/** By the first directory of their paths, or one below it that holds all of them. */
function groupRest<T extends PathItem>(
  sorted: readonly T[],
  nodes: readonly Node[],
  named: readonly string[],
): PathGroup<T>[] {
  const byTop = Map.groupBy(nodes, ({ path }) => childPath(path, 0));
  const tops = [...byTop.values()].sort((a, b) => grossOf(b) - grossOf(a));
  const parts = [...tops.slice(0, MAX_REST), tops.slice(MAX_REST).flat()].filter(part => part.length > 0);
  return parts.map(part => {
    const items = part.flatMap(node => sorted.slice(node.start, node.end));
    const path = commonDirectory(items);
    const bytes = items.reduce((sum, item) => sum + item.bytes, 0);
    return { path, bytes, isRest: named.some(other => other.startsWith(path)), items };
  });
}

function grossOf(nodes: readonly Node[]): number {
  return nodes.reduce((sum, { gross }) => sum + gross, 0);
}

/** The deepest directory that holds all of them; of one item, its path. */
function commonDirectory(items: readonly PathItem[]): string {
  const [first] = items;
  if (first === undefined) return '';
  if (items.length === 1) return first.path;
  let { length } = first.path;
  for (const { path } of items) {
    let same = 0;
    while (same < length && path[same] === first.path[same]) same += 1;
    length = same;
  }
  return first.path.slice(0, first.path.lastIndexOf('/', length - 1) + 1);
}

/** Any order that keeps a directory's paths together will do here; the native one is the fastest. */
function sortPaths<T extends PathItem>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function rootOf(sorted: readonly PathItem[]): Node {
  return nodeOf(sorted, { path: '', isDirectory: true, depth: 0, start: 0, end: sorted.length });
}

/** Disjoint nodes that hold all that moved; largest absolute bytes first. */
function largestNodes(sorted: readonly PathItem[], root: Node): Node[] {
  const nodes = openNodes(sorted, root);
  return nodes.sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes) || compareBytes(a.path, b.path));
}

/** A directory in which one file changed is told by that file. */
function tellingPath(sorted: readonly PathItem[], { path, start, end }: Node): string {
  if (isRepository(path)) return path;
  const first = sorted[start]?.path ?? path;
  return first === sorted[end - 1]?.path ? first : path;
}

function openNodes(sorted: readonly PathItem[], root: Node): Node[] {
  const closed: Node[] = [];
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const children = childrenOf(sorted, node);
    if (node !== root && !tellsMoreInside(node, children)) {
      closed.push(node);
      continue;
    }
    for (const child of children) {
      const mayOpen = child.isDirectory && child.depth < MAX_DEPTH && child.gross >= root.gross * SMALL_SHARE;
      (mayOpen ? open : closed).push(child);
    }
  }
  return closed;
}

/** Of git, Mercurial or Subversion: what is in it tells nobody anything. */
function isRepository(directory: string): boolean {
  return /(?:^|\/)\.(?:git|hg|svn)\/$/.test(directory);
}

function tellsMoreInside(node: Node, children: readonly Node[]): boolean {
  if (isCacheDirectory(node.path) || isRepository(node.path)) return false;
  if (isSharedDirectory(node.path)) return true;
  const largest = children.map(child => child.gross).sort((a, b) => b - a);
  const top = largest.slice(0, TELLING_CHILDREN).reduce((sum, gross) => sum + gross, 0);
  return top >= node.gross * TELLING_SHARE;
}

function childrenOf(sorted: readonly PathItem[], parent: Node): Node[] {
  const children: Node[] = [];
  let start = parent.start;
  while (start < parent.end) {
    const path = childPath(sorted[start]?.path ?? '', parent.path.length);
    const isDirectory = path.length > parent.path.length && path.endsWith('/');
    let end = start + 1;
    while (end < parent.end && belongs(sorted[end]?.path ?? '', path, isDirectory)) end += 1;
    children.push(nodeOf(sorted, { path, isDirectory, depth: parent.depth + 1, start, end }));
    start = end;
  }
  return children;
}

/** The path up to and with the first slash after the parent's, or all of it. */
function childPath(path: string, parentLength: number): string {
  const slash = path.indexOf('/', parentLength);
  return slash === -1 ? path : path.slice(0, slash + 1);
}

function belongs(path: string, child: string, isDirectory: boolean): boolean {
  return isDirectory ? path.startsWith(child) : path === child;
}

function nodeOf(sorted: readonly PathItem[], range: Omit<Node, 'bytes' | 'gross'>): Node {
  let bytes = 0;
  let gross = 0;
  for (let index = range.start; index < range.end; index += 1) {
    const change = sorted[index]?.bytes ?? 0;
    bytes += change;
    gross += Math.abs(change);
  }
  return { ...range, bytes, gross };
}
