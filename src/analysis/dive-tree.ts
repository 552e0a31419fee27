import type { LayerScan } from '../layer/layer-scan.ts';
import { ImplicitDirectories } from './file-tree.ts';

const WHITEOUT = '.wh.';
const DROPPED = '.wh..wh..';

/** A node of the tree that dive makes of one layer's tar. Whiteouts are nodes too, under their own names. */
export class DiveNode {
  readonly name: string;
  readonly parent: DiveNode | null;
  readonly isWhiteout: boolean;
  children: Map<string, DiveNode> | null = null;
  /** Bytes that the header states; 0 where no entry made the node. */
  size = 0;
  /** False where no entry made the node. */
  isDir = false;
  /** The path under which dive counts a leaf: that of the deleted file for a whiteout. Empty where nothing ends here. */
  path = '';
  /** Whether a name that is no whiteout is below it: restacking makes a whiteout's node only then. */
  isCarried = false;

  constructor(name: string, parent: DiveNode | null) {
    this.name = name;
    this.parent = parent;
    this.isWhiteout = name.startsWith(WHITEOUT);
  }

  get isLeaf(): boolean {
    return this.children === null;
  }

  /** The name that a whiteout removes. */
  get target(): string {
    return this.name.slice(WHITEOUT.length);
  }
}

/** Builds dive's tree of one layer: of entries with one path the last stays, and `.wh..wh..` names leave their parents. */
export class DiveTree {
  readonly root = new DiveNode('', null);
  /** Whether dive takes a name in it for a whiteout, be it that of a directory. */
  hasWhiteouts = false;
  readonly #implicit = new ImplicitDirectories();
  #recentPath = '';
  #recent = this.root;

  /** @throws DeadweightError `limit-exceeded` */
  constructor(scan: LayerScan) {
    for (const entry of scan.entries) {
      const node = this.#insert(entry.path);
      if (node === null) continue;
      node.size = entry.declaredSize ?? entry.size;
      node.isDir = entry.kind === 'directory';
    }
    for (const path of scan.whiteouts) {
      const end = path.lastIndexOf('/') + 1;
      this.#insert(`${path.slice(0, end)}${WHITEOUT}${path.slice(end)}`);
    }
    for (const path of scan.opaques) this.#insert(path);
    // A scan does not tell the size and kind of a marker: they are kept for aufs's empty files.
    for (const path of scan.markers) this.#insert(path);
  }

  /** null when the path, or its end, is dropped. */
  #insert(path: string): DiveNode | null {
    const end = path.lastIndexOf('/');
    let node = this.root;
    let start = 0;
    if (end > 0 && end === this.#recentPath.length && path.startsWith(this.#recentPath)) {
      node = this.#recent;
      start = end + 1;
    }
    while (start < path.length) {
      const slash = path.indexOf('/', start);
      const stop = slash < 0 ? path.length : slash;
      const name = path.slice(start, stop);
      if (name.startsWith(DROPPED)) {
        endsAt(node, path.slice(0, Math.max(0, start - 1)));
        return null;
      }
      let child = node.children?.get(name);
      if (child === undefined) {
        if (slash >= 0) this.#implicit.add();
        child = addChild(node, name);
        this.hasWhiteouts ||= child.isWhiteout;
      }
      node = child;
      if (stop === end) {
        this.#recentPath = path.slice(0, end);
        this.#recent = child;
      }
      start = stop + 1;
    }
    endsAt(node, path);
    return node === this.root ? null : node;
  }
}

function addChild(parent: DiveNode, name: string): DiveNode {
  const child = new DiveNode(name, parent);
  parent.children ??= new Map();
  parent.children.set(name, child);
  if (!child.isWhiteout) {
    for (let above = parent; above.isWhiteout && !above.isCarried; ) {
      above.isCarried = true;
      if (above.parent === null) break;
      above = above.parent;
    }
  }
  return child;
}

function endsAt(node: DiveNode, path: string): void {
  node.path = node.isWhiteout ? `${path.slice(0, path.length - node.name.length)}${node.target}` : path;
}
