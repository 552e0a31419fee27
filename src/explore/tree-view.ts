import { ROOT } from '../layer/path-table.ts';
import type { ExploredTree } from './explored-tree.ts';
import { LazyOrder } from './lazy-order.ts';
import type { SlicedWork } from './sliced-work.ts';
import { PATH_STATUSES, type PathStatus, partsDown, STATUS_NUMBERS, type TreeState } from './tree-state.ts';

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

/** What is counted of a state: a column each, by node. */
interface Counts {
  /** Rows that it takes up with all below it; 0 where it is not shown. */
  readonly rows: Uint32Array;
  /** Bytes of what is shown of it. */
  readonly totals: Float64Array;
  /** 1 where anything below it is shown. */
  readonly foldable: Uint8Array;
}

/**
 * The rows of a tree, of which some are folded. How many rows there are below each directory is counted at once; which
 * they are is found where it is asked for, and as much of a directory is put in order as is looked at: a million files need
 * no list of rows.
 */
export class TreeView {
  readonly tree: ExploredTree;
  readonly state: TreeState;
  readonly #order: TreeOrder;
  readonly #open: Uint8Array;
  readonly #counts: Counts;
  /** By directory: those of its children that are shown. Handed on to the views that follow: they hold nothing of this one. */
  readonly #orders: Map<number, LazyOrder>;
  readonly #rowsOf = (node: number): number => this.#counts.rows[node] ?? 0;

  private constructor(
    tree: ExploredTree,
    state: TreeState,
    open: Uint8Array,
    order: TreeOrder,
    counts: Counts,
    orders: Map<number, LazyOrder>,
  ) {
    this.tree = tree;
    this.state = state;
    this.#open = open;
    this.#order = order;
    this.#counts = counts;
    this.#orders = orders;
  }

  /**
   * Looks at each path once. Yields between parts of the work.
   * @param open by node: 1 where a directory is unfolded; it is kept
   */
  static *of(
    tree: ExploredTree,
    state: TreeState,
    selection: TreeSelection,
    open: Uint8Array,
    order: TreeOrder,
  ): SlicedWork<TreeView> {
    const { size } = tree.paths;
    const counts: Counts = {
      rows: new Uint32Array(size),
      totals: new Float64Array(size),
      foldable: new Uint8Array(size),
    };
    // Of what is gone by then, for directories that are gone as a whole.
    const gone = new Float64Array(size);
    for (const part of partsDown(size)) {
      countShown(tree, state, selection, open, counts, gone, part);
      yield;
    }
    return new TreeView(tree, state, open, order, counts, new Map());
  }

  /** The same rows in another order. */
  inOrder(order: TreeOrder): TreeView {
    if (order === this.#order) return this;
    return new TreeView(this.tree, this.state, this.#open, order, this.#counts, new Map());
  }

  /** The same tree with one directory folded, or unfolded: looks at its children and at what is above it. */
  withOpen(directory: number, isOpen: boolean): TreeView {
    if (this.isOpen(directory) === isOpen) return this;
    const { paths } = this.tree;
    const open = this.#open.slice();
    open[directory] = isOpen ? 1 : 0;
    const rows = this.#counts.rows.slice();
    const orders = new Map(this.#orders);
    let inner = 0;
    for (const child of this.tree.childrenOf(directory)) inner += rows[child] ?? 0;
    const more = isOpen ? inner : -inner;
    // Rows of what is folded further up are as they were, and so are those of a directory that is not shown.
    for (let at = directory; this.isShown(at); at = paths.parentOf(at)) {
      if (at !== directory && at !== ROOT && !this.isOpen(at)) break;
      rows[at] = (rows[at] ?? 0) + more;
      orders.delete(paths.parentOf(at));
      if (at === ROOT) break;
    }
    return new TreeView(this.tree, this.state, open, this.#order, { ...this.#counts, rows }, orders);
  }

  /** By node: 1 where a directory is unfolded. Not to be changed. */
  get open(): Uint8Array {
    return this.#open;
  }

  get rowCount(): number {
    return this.#counts.rows[ROOT] ?? 0;
  }

  /** Bytes of all that is shown; of the root where no node is given. */
  bytesOf(node = ROOT): number {
    return this.#counts.totals[node] ?? 0;
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
    return (this.#counts.rows[node] ?? 0) > 0;
  }

  /** Whether it has anything to unfold. */
  isFoldable(node: number): boolean {
    return this.#counts.foldable[node] === 1;
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
      row += 1 + this.#childrenOf(directory).rowsBefore(at, this.#rowsOf);
      directory = at;
    }
    return row < 0 ? null : row;
  }

  /** Those that are shown, in their order. */
  #childrenOf(directory: number): LazyOrder {
    const known = this.#orders.get(directory);
    if (known !== undefined) return known;
    const { tree } = this;
    const { rows, totals } = this.#counts;
    const children = tree.childrenOf(directory).filter(child => (rows[child] ?? 0) > 0);
    const skipped = tree.commonNameLength(children);
    const compare =
      this.#order === 'name'
        ? (one: number, other: number) => tree.compareNames(one, other, skipped)
        : (one: number, other: number) =>
            Math.abs(totals[other] ?? 0) - Math.abs(totals[one] ?? 0) ||
            tree.compareNames(one, other, skipped);
    const order = new LazyOrder(children, compare, this.#rowsOf);
    this.#orders.set(directory, order);
    return order;
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
    const first = children.locate(skip, this.#rowsOf);
    if (first === null) return;
    let left = skip - first.firstRow;
    for (let index = first.index; index < children.length && rows.length < count; index += 1) {
      const node = children.at(index, this.#rowsOf);
      const lines = [...continues, index < children.length - 1];
      if (left === 0) rows.push({ node, depth: continues.length, continues: lines });
      if (this.isOpen(node) && this.isFoldable(node))
        this.#collect(node, lines, Math.max(0, left - 1), count, rows);
      left = 0;
    }
  }
}

function countShown(
  tree: ExploredTree,
  state: TreeState,
  { shown, matches, package: owner }: TreeSelection,
  open: Uint8Array,
  { rows, totals, foldable }: Counts,
  gone: Float64Array,
  [first, last]: readonly [number, number],
): void {
  const { statuses, entries, bytes } = state;
  const isShownStatus = Uint8Array.from([0, ...PATH_STATUSES.map(status => (shown[status] ? 1 : 0))]);
  const isSigned = state.subject.kind !== 'layers';
  const isWaste = state.subject.kind === 'waste';
  for (let node = last - 1; node >= Math.max(first, ROOT + 1); node -= 1) {
    const status = statuses[node] ?? 0;
    const inner = rows[node] ?? 0;
    const isSelf =
      isShownStatus[status] === 1 &&
      (matches === null || matches[node] === 1) &&
      (owner === null || tree.packageOf((entries[node] ?? 0) - 1) === owner) &&
      !(isWaste && inner === 0 && entries[node] === 0);
    if (!isSelf && inner === 0) continue;
    const isRemoved = status === STATUS_NUMBERS.removed && !isSigned;
    if (isSelf) {
      if (isRemoved) gone[node] = (gone[node] ?? 0) + (bytes[node] ?? 0);
      else totals[node] = (totals[node] ?? 0) + (bytes[node] ?? 0);
    }
    const parent = tree.paths.parentOf(node);
    totals[parent] = (totals[parent] ?? 0) + (totals[node] ?? 0);
    gone[parent] = (gone[parent] ?? 0) + (gone[node] ?? 0);
    if (isRemoved) totals[node] = gone[node] ?? 0;
    if (inner > 0) foldable[node] = 1;
    rows[node] = open[node] === 1 ? 1 + inner : 1;
    rows[parent] = (rows[parent] ?? 0) + (rows[node] ?? 0);
  }
}
