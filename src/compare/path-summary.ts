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
  // Any order that keeps a directory's paths together will do here; the native one is the fastest.
  const sorted = [...changes].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const root = nodeOf(sorted, { path: '', isDirectory: true, depth: 0, start: 0, end: sorted.length });
  const candidates = openNodes(sorted, root).filter(node => node.bytes !== 0);
  candidates.sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes) || compareBytes(a.path, b.path));
  const listed = candidates
    .slice(0, limit)
    .filter((node, rank) => rank < LISTED_ANYHOW || Math.abs(node.bytes) >= root.gross * SMALL_SHARE);
  const paths = listed.map(node => ({ path: tellingPath(sorted, node), bytes: node.bytes }));
  return { paths, otherBytes: root.bytes - paths.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** A directory in which one file changed is told by that file. */
function tellingPath(sorted: readonly PathBytes[], { path, start, end }: Node): string {
  return end - start === 1 ? (sorted[start]?.[0] ?? path) : path;
}

function openNodes(sorted: readonly PathBytes[], root: Node): Node[] {
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

function tellsMoreInside(node: Node, children: readonly Node[]): boolean {
  if (isCacheDirectory(node.path)) return false;
  if (isSharedDirectory(node.path)) return true;
  const largest = children.map(child => child.gross).sort((a, b) => b - a);
  const top = largest.slice(0, TELLING_CHILDREN).reduce((sum, gross) => sum + gross, 0);
  return top >= node.gross * TELLING_SHARE;
}

function childrenOf(sorted: readonly PathBytes[], parent: Node): Node[] {
  const children: Node[] = [];
  let start = parent.start;
  while (start < parent.end) {
    const path = childPath(sorted[start]?.[0] ?? '', parent.path.length);
    const isDirectory = path.length > parent.path.length && path.endsWith('/');
    let end = start + 1;
    while (end < parent.end && belongs(sorted[end]?.[0] ?? '', path, isDirectory)) end += 1;
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

function nodeOf(sorted: readonly PathBytes[], range: Omit<Node, 'bytes' | 'gross'>): Node {
  let bytes = 0;
  let gross = 0;
  for (let index = range.start; index < range.end; index += 1) {
    const change = sorted[index]?.[1] ?? 0;
    bytes += change;
    gross += Math.abs(change);
  }
  return { ...range, bytes, gross };
}
