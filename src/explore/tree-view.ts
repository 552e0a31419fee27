import { compareBytes } from '../analysis/byte-order.ts';
import { ROOT } from '../layer/path-table.ts';
import type { ExploredTree } from './explored-tree.ts';
import { PATH_STATUSES, type PathStatus, STATUS_NUMBERS, type TreeState } from './tree-state.ts';

export type TreeOrder = 'size' | 'name';

/** What of a state is shown. */
export interface TreeSelection {
  readonly shown: Readonly<Record<PathStatus, boolean>>;
  /** As `matchingPaths` gives it; null for all. */
  readonly matches: Uint8Array | null;
  /** One more than the number of a package; null for all. */
  readonly package: number | null;
}

/** A row of the tree. */
export interface TreeRow {
  readonly node: number;
  /** 0 for what lies at the top. */
  readonly depth: number;
  /** By depth, from 0 on: whether something follows at that depth, which a line leads to. */
  readonly continues: readonly boolean[];
}

/**
 * The rows of a tree, of which some are folded. How many rows there are below each directory is counted at once; which
 * they are is found where it is asked for, and directories are sorted then: a million files need no list of rows.
 */
export class TreeView {
  readonly tree: ExploredTree;
  readonly state: TreeState;
  readonly #order: TreeOrder;
  readonly #open: Uint8Array;
  /** By node: rows that it takes up with all below it; 0 where it is not shown. */
  readonly #rows: Uint32Array;
  /** By node: bytes of what is shown of it. */
  readonly #totals: Float64Array;
  readonly #sorted = new Map<number, readonly number[]>();

  /** @param open by node: 1 where a directory is unfolded */
  constructor(
    tree: ExploredTree,
    state: TreeState,
    selection: TreeSelection,
    open: Uint8Array,
    order: TreeOrder,
  ) {
    this.tree = tree;
    this.state = state;
    this.#order = order;
    this.#open = open;
    const { size } = tree.paths;
    this.#rows = new Uint32Array(size);
    this.#totals = new Float64Array(size);
    this.#count(selection);
  }

  get rowCount(): number {
    return this.#rows[ROOT] ?? 0;
  }

  /** Bytes of all that is shown; of the root where no node is given. */
  bytesOf(node = ROOT): number {
    return this.#totals[node] ?? 0;
  }

  statusOf(node: number): PathStatus {
    return PATH_STATUSES[(this.state.statuses[node] ?? 0) - 1] ?? 'unmodified';
  }

  /** The entry that is shown of it; null for a directory that no entry names. */
  entryOf(node: number): number | null {
    const entry = this.state.entries[node] ?? 0;
    return entry === 0 ? null : entry - 1;
  }

  isOpen(node: number): boolean {
    return this.#open[node] === 1;
  }

  isShown(node: number): boolean {
    return (this.#rows[node] ?? 0) > 0;
  }

  /** Whether it has anything to unfold. */
  isFoldable(node: number): boolean {
    return this.tree.childrenOf(node).some(child => this.isShown(child));
  }

  /** @returns as many rows as there are from this one on, at most `count` */
  rowsFrom(first: number, count: number): readonly TreeRow[] {
    const rows: TreeRow[] = [];
    this.#collect(ROOT, [], first, count, rows);
    return rows;
  }

  /** null where there is no such row. */
  nodeAt(row: number): number | null {
    return this.rowsFrom(row, 1)[0]?.node ?? null;
  }

  /** The row of a node, or of the nearest directory above it that has one; null where none has. */
  rowOf(node: number): number | null {
    const above: number[] = [];
    for (let at = node; at !== ROOT; at = this.tree.paths.parentOf(at)) above.unshift(at);
    let row = -1;
    let directory = ROOT;
    for (const at of above) {
      if (!this.isShown(at) || (directory !== ROOT && !this.isOpen(directory))) break;
      row += 1;
      for (const sibling of this.#childrenOf(directory)) {
        if (sibling === at) break;
        row += this.#rows[sibling] ?? 0;
      }
      directory = at;
    }
    return row < 0 ? null : row;
  }

  #count({ shown, matches, package: owner }: TreeSelection): void {
    const { tree, state } = this;
    const { size } = tree.paths;
    const isShownStatus = Uint8Array.from([0, ...PATH_STATUSES.map(status => (shown[status] ? 1 : 0))]);
    const isSigned = state.subject.kind !== 'layers';
    // Of what is gone by then, for directories that are gone as a whole.
    const gone = new Float64Array(size);
    const rows = this.#rows;
    const totals = this.#totals;
    for (let node = size - 1; node > ROOT; node -= 1) {
      const status = state.statuses[node] ?? 0;
      const inner = rows[node] ?? 0;
      const isSelf =
        status !== 0 &&
        isShownStatus[status] === 1 &&
        (matches === null || matches[node] === 1) &&
        (owner === null || tree.packageOf((state.entries[node] ?? 0) - 1) === owner) &&
        !(state.subject.kind === 'waste' && inner === 0 && state.entries[node] === 0);
      if (!isSelf && inner === 0) {
        totals[node] = 0;
        continue;
      }
      const isRemoved = status === STATUS_NUMBERS.removed && !isSigned;
      if (isSelf) {
        const bytes = state.bytes[node] ?? 0;
        if (isRemoved) gone[node] = (gone[node] ?? 0) + bytes;
        else totals[node] = (totals[node] ?? 0) + bytes;
      }
      const parent = tree.paths.parentOf(node);
      totals[parent] = (totals[parent] ?? 0) + (totals[node] ?? 0);
      gone[parent] = (gone[parent] ?? 0) + (gone[node] ?? 0);
      if (isRemoved) totals[node] = gone[node] ?? 0;
      rows[node] = 1 + (this.isOpen(node) ? inner : 0);
      rows[parent] = (rows[parent] ?? 0) + (rows[node] ?? 0);
    }
  }

  /** Those that are shown, in their order. */
  #childrenOf(node: number): readonly number[] {
    const known = this.#sorted.get(node);
    if (known !== undefined) return known;
    const { tree } = this;
    const children = Array.from(
      tree.childrenOf(node).filter(child => this.isShown(child)),
      child => ({
        child,
        name: tree.nameOf(child),
        bytes: this.#order === 'size' ? Math.abs(this.bytesOf(child)) : 0,
      }),
    );
    children.sort((one, other) => other.bytes - one.bytes || compareBytes(one.name, other.name));
    const sorted = children.map(({ child }) => child);
    this.#sorted.set(node, sorted);
    return sorted;
  }

  /** @param skip rows to leave out before the first */
  #collect(
    directory: number,
    continues: readonly boolean[],
    skip: number,
    count: number,
    rows: TreeRow[],
  ): void {
    const children = this.#childrenOf(directory);
    let left = skip;
    for (const [index, node] of children.entries()) {
      if (rows.length === count) return;
      const size = this.#rows[node] ?? 0;
      if (left >= size) {
        left -= size;
        continue;
      }
      const lines = [...continues, index < children.length - 1];
      if (left === 0) rows.push({ node, depth: continues.length, continues: lines });
      if (this.isOpen(node) && size > 1) this.#collect(node, lines, Math.max(0, left - 1), count, rows);
      left = 0;
    }
  }
}
