import type { WastedFile } from '../../../src/analysis/image-analysis.ts';
import type { WasteReason } from '../../../src/analysis/waste-reason.ts';
import type { LayerEntry } from '../../../src/layer/layer-entry.ts';
import type { LayerScan } from '../../../src/layer/layer-scan.ts';

interface NaiveInode {
  readonly entry: LayerEntry;
  readonly layer: number;
}

type Node = 'directory' | 'special' | NaiveInode;

/** Every path of the filesystem; the root is not among them. */
type Tree = ReadonlyMap<string, Node>;

export interface NaiveResult {
  readonly tree: Tree;
  readonly wasted: readonly WastedFile[];
}

/**
 * The image specification taken at its word: each step copies the whole filesystem, and what was visible before it
 * and is not after it was hidden by it. Slow, flat, and nothing shared with the code under test.
 */
export function stackNaively(scans: readonly LayerScan[]): NaiveResult {
  let tree: Tree = new Map();
  const wasted: WastedFile[] = [];
  scans.forEach((scan, layer) => {
    const step = (after: Tree, reason: (hidden: NaiveInode, path: string) => WasteReason): void => {
      for (const [inode, names] of inodesOf(tree)) {
        if (inodesOf(after).has(inode)) continue;
        const path = byBytes(names)[0] ?? '';
        const bytes = inode.entry.size;
        const why = reason(inode, path);
        if (bytes > 0) wasted.push({ path, bytes, reason: why, writtenBy: inode.layer, hiddenBy: layer });
      }
      tree = after;
    };
    step(
      without(tree, path => scan.whiteouts.some(gone => path === gone || isBelow(path, gone))),
      () => 'deleted',
    );
    step(
      without(tree, path =>
        scan.opaques.some(cleared => isBelow(path, cleared) && isDirectory(tree, cleared)),
      ),
      () => 'opaque-directory',
    );
    for (const entry of scan.entries) {
      step(withParents(tree, entry.path), () => 'replaced-by-directory');
      const node = nodeOf(tree, entry, layer);
      step(withNode(tree, entry.path, node), (hidden, path) => {
        if (isBelow(path, entry.path)) return 'replaced-by-other';
        if (hidden.layer === layer) return 'duplicate-entry';
        if (node === 'directory') return 'replaced-by-directory';
        return node === 'special' ? 'replaced-by-other' : compare(hidden.entry, node.entry);
      });
    }
  });
  return { tree, wasted };
}

export function byBytes(paths: Iterable<string>): string[] {
  return [...paths].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

export function inodesOf(tree: Tree): Map<NaiveInode, string[]> {
  const names = new Map<NaiveInode, string[]>();
  for (const [path, node] of tree) {
    if (typeof node === 'object') names.set(node, [...(names.get(node) ?? []), path]);
  }
  return names;
}

function isBelow(path: string, directory: string): boolean {
  return directory === '' ? path !== '' : path.startsWith(`${directory}/`);
}

function isDirectory(tree: Tree, path: string): boolean {
  return path === '' || tree.get(path) === 'directory';
}

function without(tree: Tree, isGone: (path: string) => boolean): Tree {
  return new Map([...tree].filter(([path]) => !isGone(path)));
}

function withParents(tree: Tree, path: string): Tree {
  const after = new Map(tree);
  const names = path.split('/');
  for (let depth = 1; depth < names.length; depth += 1)
    after.set(names.slice(0, depth).join('/'), 'directory');
  return after;
}

function nodeOf(tree: Tree, entry: LayerEntry, layer: number): Node {
  if (entry.kind === 'directory') return 'directory';
  if (entry.kind === 'file') return { entry, layer };
  const target = entry.kind === 'hardlink' ? tree.get(entry.linkname ?? '') : undefined;
  return typeof target === 'object' ? target : 'special';
}

function withNode(tree: Tree, path: string, node: Node): Tree {
  const keepsInside = node === 'directory';
  return new Map(without(tree, other => isBelow(other, path) && !keepsInside)).set(path, node);
}

function compare(before: LayerEntry, after: LayerEntry): WasteReason {
  const proven = before.content !== undefined && before.content === after.content;
  if (!proven || before.size !== after.size) return 'overwritten';
  const facts = (entry: LayerEntry): string => [entry.mode, entry.uid, entry.gid, entry.mtime].join();
  return facts(before) === facts(after) ? 'identical' : 'metadata-only';
}
