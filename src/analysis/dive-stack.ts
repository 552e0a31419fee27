import { compareBytes } from './byte-order.ts';
import type { DiveNode } from './dive-tree.ts';
import { ImplicitDirectories } from './file-tree.ts';

/** A node of the lower layers put together. */
export class StackedNode {
  readonly parent: StackedNode | null;
  children: Map<string, StackedNode> | null = null;
  isDir = false;
  /** Of the node and all below it. Bytes. */
  total = 0;
  #size = 0;

  constructor(parent: StackedNode | null) {
    this.parent = parent;
  }

  set(size: number, isDir: boolean): void {
    this.isDir = isDir;
    this.#add(size - this.#size);
    this.#size = size;
  }

  remove(name: string): void {
    const child = this.children?.get(name);
    if (child === undefined) return;
    this.#add(-child.total);
    this.children?.delete(name);
  }

  /** Takes all below the node away. */
  clear(): void {
    this.#add(this.#size - this.total);
    this.children = null;
  }

  #add(bytes: number): void {
    if (bytes === 0) return;
    for (let node: StackedNode | null = this; node !== null; node = node.parent) node.total += bytes;
  }
}

/**
 * The tree against which dive looks whiteouts up: a copy of the lowest layer's own tree, whiteouts and all, on which
 * every layer below the scored one was put (the lowest once more). dive makes it anew for each whiteout.
 */
export class DiveStack {
  readonly root = new StackedNode(null);
  readonly #implicit = new ImplicitDirectories();

  /** @throws DeadweightError `limit-exceeded` */
  constructor(lowest: DiveNode) {
    this.#walk(lowest, (from, to, open) => {
      for (const child of from.children?.values() ?? []) open(child, this.#put(child, to));
    });
  }

  /**
   * dive visits the children of a directory in byte order and finishes one before the next. All that the order decides
   * is whether a name or the whiteout of it in the same directory comes last.
   * @throws DeadweightError `limit-exceeded`
   */
  put(layer: DiveNode): void {
    this.#walk(layer, (from, to, open) => {
      const removed = removeTargets(from, to);
      for (const child of from.children?.values() ?? []) {
        if (removed.has(child.name) || (child.isWhiteout && !child.isCarried)) continue;
        open(child, this.#put(child, to));
      }
    });
  }

  #walk(from: DiveNode, step: (from: DiveNode, to: StackedNode, open: Open) => void): void {
    const pending: [DiveNode, StackedNode][] = [[from, this.root]];
    const open: Open = (child, node) => {
      if (!child.isLeaf) pending.push([child, node]);
    };
    for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) step(pair[0], pair[1], open);
  }

  #put(child: DiveNode, parent: StackedNode): StackedNode {
    let node = parent.children?.get(child.name);
    if (node === undefined) {
      if (child.path === '') this.#implicit.add();
      node = new StackedNode(parent);
      parent.children ??= new Map();
      parent.children.set(child.name, node);
    }
    node.set(child.size, child.isDir);
    return node;
  }
}

type Open = (child: DiveNode, node: StackedNode) => void;

const NOTHING: ReadonlySet<string> = new Set();

/** Applies the whiteouts of a directory. Returns the names in it that a whiteout removes after they were put. */
function removeTargets(from: DiveNode, to: StackedNode): ReadonlySet<string> {
  let removed: Set<string> | null = null;
  for (const whiteout of from.children?.values() ?? []) {
    if (!whiteout.isWhiteout) continue;
    for (const name of targetsOf(whiteout, from, to)) {
      if (!from.children?.has(name) || compareBytes(name, whiteout.name) > 0) continue;
      removed ??= new Set();
      removed.add(name);
    }
  }
  return removed ?? NOTHING;
}

/** A whiteout of no name removes the directory itself, which comes back with what is put after it; the root stays. */
function targetsOf(whiteout: DiveNode, from: DiveNode, to: StackedNode): Iterable<string> {
  if (whiteout.target !== '') {
    to.remove(whiteout.target);
    return [whiteout.target];
  }
  if (from.parent === null) return [];
  to.clear();
  return from.children?.keys() ?? [];
}
