import { ROOT } from '../layer/path-table.ts';
import { compareBytes, sortByBytes } from './byte-order.ts';
import type { FileTree } from './file-tree.ts';
import type { VisibleFile, VisibleFiles, WastedFile } from './image-analysis.ts';
import type { InodeTable } from './inode-table.ts';

/** Every regular file of the tree in byte order of the path; one with several names under its first. */
export function listVisibleFiles(tree: FileTree, inodes: InodeTable): VisibleFiles {
  const nodes: number[] = [];
  const linked = new Map<number, number[]>();
  const open = [ROOT];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (tree.isDirectory(node)) {
      pushInOrder(tree, node, open);
      continue;
    }
    const inode = tree.inodeOf(node);
    if (inode === null) continue;
    if (inodes.nameCountOf(inode) === 1) {
      nodes.push(node);
      continue;
    }
    const others = linked.get(inode);
    if (others !== undefined) others.push(node);
    else {
      linked.set(inode, []);
      nodes.push(node);
    }
  }
  return new TreeFiles(tree, inodes, Uint32Array.from(nodes), linked);
}

/** Made from the nodes of a tree as they are asked for. */
class TreeFiles implements VisibleFiles {
  readonly #tree: FileTree;
  readonly #inodes: InodeTable;
  readonly #nodes: Uint32Array;
  readonly #otherNames: ReadonlyMap<number, readonly number[]>;

  /** @param otherNames nodes by inode, of inodes that have several names */
  constructor(
    tree: FileTree,
    inodes: InodeTable,
    nodes: Uint32Array,
    otherNames: ReadonlyMap<number, readonly number[]>,
  ) {
    this.#tree = tree;
    this.#inodes = inodes;
    this.#nodes = nodes;
    this.#otherNames = otherNames;
  }

  get length(): number {
    return this.#nodes.length;
  }

  *values(minBytes = 0): Generator<VisibleFile> {
    for (const node of this.#nodes) {
      const inode = this.#tree.inodeOf(node) ?? 0;
      if (this.#inodes.sizeOf(inode) >= minBytes) yield this.#fileAt(node, inode);
    }
  }

  [Symbol.iterator](): Generator<VisibleFile> {
    return this.values();
  }

  #fileAt(node: number, inode: number): VisibleFile {
    const { paths } = this.#tree;
    const file = {
      path: paths.pathOf(node),
      bytes: this.#inodes.sizeOf(inode),
      layer: this.#inodes.layerOf(inode),
    };
    const others = this.#otherNames.get(inode);
    return others === undefined ? file : { ...file, otherNames: others.map(other => paths.pathOf(other)) };
  }
}

/** Last first, so that the first is taken next. A directory counts with its slash: `a-b` comes before `a/b`. */
function pushInOrder(tree: FileTree, directory: number, open: number[]): void {
  const { paths } = tree;
  const nodes = new Map<string, number>();
  for (const node of tree.childrenOf(directory)) {
    const name = paths.names.textOf(paths.nameOf(node));
    nodes.set(tree.isDirectory(node) ? `${name}/` : name, node);
  }
  for (const key of sortByBytes([...nodes.keys()]).reverse()) open.push(nodes.get(key) ?? ROOT);
}

/** Every hidden file of positive size, largest first, then by path, by writing and by hiding layer. */
export function listWastedFiles(inodes: InodeTable): WastedFile[] {
  const wasted: WastedFile[] = [];
  for (let inode = 0; inode < inodes.length; inode += 1) {
    if (inodes.isVisible(inode)) continue;
    const bytes = inodes.sizeOf(inode);
    const removal = bytes === 0 ? null : inodes.lastRemovalOf(inode);
    if (removal === null) continue;
    const { path, reason, layer } = removal;
    wasted.push({ path, bytes, reason, writtenBy: inodes.layerOf(inode), hiddenBy: layer });
  }
  return wasted.sort(
    (a, b) =>
      b.bytes - a.bytes ||
      compareBytes(a.path, b.path) ||
      a.writtenBy - b.writtenBy ||
      a.hiddenBy - b.hiddenBy,
  );
}
