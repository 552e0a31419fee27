import { WASTE_REASONS, type WasteReason } from '../analysis/waste-reason.ts';
import { type ComparedInventory, PATH_CHANGES, type PathChange } from '../inventory/compared-inventory.ts';
import type { ImageInventory, InventoryRow } from '../inventory/inventory.ts';
import { internPackages, type OwningPackage } from '../inventory/owning-package.ts';
import { compact, grown } from '../layer/column.ts';
import { ENTRY_KINDS, type EntryKind } from '../layer/layer-entry.ts';
import { NameTable } from '../layer/name-table.ts';
import { PathTable, ROOT } from '../layer/path-table.ts';

const NUMBER_OF = new Map<EntryKind, number>(ENTRY_KINDS.map((kind, index) => [kind, index]));

/** Stands for a package that nobody has asked for yet. */
const UNREAD = 0xffffffff;

/** Stands for a mode that is not known. */
const NO_MODE = 0xffff;

/** What has a target. */
const LINKS: ReadonlySet<EntryKind> = new Set<EntryKind>(['symlink', 'hardlink']);

/** What the tree takes of an entry. */
export type ExploredRow = Omit<InventoryRow, 'state' | 'hiddenBy' | 'mtime' | 'content'>;

/** The entries of an image, and their paths where one table has them. */
interface ExploredRows extends Pick<ImageInventory, 'paths' | 'rowCount' | 'fileOf' | 'packageOf'> {
  /** By layer, lowest first. */
  rows(): Iterable<ExploredRow>;
}

/** One entry of one layer, as the explorer shows it. */
export interface ExploredEntry {
  readonly kind: EntryKind;
  readonly layer: number;
  /** Bytes of a regular file in its layer; 0 for all else. */
  readonly size: number;
  /** Index of the layer that took it from its path; null where none did. */
  readonly goneIn: number | null;
  /** Why its bytes are hidden; null where they are not. */
  readonly reason: WasteReason | null;
  /** Permission bits, set-id and sticky bits; null where they are not known, and so are the next two. */
  readonly mode: number | null;
  readonly uid: number | null;
  readonly gid: number | null;
  /** Target of a link, as `InventoryRow` has it; null for all else. Untrusted text. */
  readonly linkname: string | null;
}

/** More than there are reasons. */
const NOT_WASTED = 0x80;

/** What two images have at a path. */
export interface ExploredChange {
  readonly change: PathChange;
  /** Bytes, head − baseline. */
  readonly delta: number;
}

/**
 * Every path of an image with the entries that layers have there, in columns of numbers: some sixty bytes an entry, and its
 * name once. A path is the number of its node in `paths`, an entry the number of its row.
 */
export class ExploredTree {
  readonly paths: PathTable;
  /** Whether the rows tell what the final filesystem has at each path. */
  readonly knowsFinal: boolean;
  readonly #packages = internPackages();
  readonly #lookUp: ((path: string) => OwningPackage | null) | null;
  #count = 0;
  #nodes = new Uint32Array(16);
  #layers = new Uint16Array(16);
  /** One more than the layer that took the entry away; 0 where none did. */
  #gone = new Uint16Array(16);
  #kinds = new Uint8Array(16);
  #sizes = new Float64Array(16);
  /** As `InventoryRow` has it. */
  #visible = new Float64Array(16);
  /** Index of the last layer that adds or takes away anything. */
  #last = 0;
  /** One more than the index of the reason, and `NOT_WASTED` where the bytes are hidden in a base layer. */
  #reasons = new Uint8Array(16);
  #modes = new Uint16Array(16);
  #uids = new Float64Array(16);
  #gids = new Float64Array(16);
  /** One more than the number of the package; 0 for none, `UNREAD` where it is to be looked up. */
  #packageOf = new Uint32Array(16);
  readonly #linkNames = new NameTable();
  /** One more than the number of the target in `#linkNames`; 0 for what is no link. */
  #links = new Uint32Array(16);
  /** One more than the entry whose file a hard link is another name of; 0 for all else. */
  #targets = new Uint32Array(16);
  /** Files with more names than one: their entries, the file's own first. */
  readonly #linked = new Map<number, number[]>();
  /** By node: where its children begin in the list of all; and one more for the end. */
  #childStarts = new Uint32Array(0);
  #children = new Uint32Array(0);
  /** By name: where its bytes end in those of all names. */
  readonly #nameEnds: Uint32Array;
  readonly #nameBytes: Uint8Array;
  /** By node: one more than the change, and its bytes; empty where nothing is compared. */
  #changes = new Uint8Array(0);
  #deltas = new Float64Array(0);

  /**
   * @param compared the same image beside its baseline; null where there is none
   * @param knowsFinal whether no entry of the final filesystem is missing where a path has others
   */
  constructor(image: ExploredRows, compared: Pick<ComparedInventory, 'rows'> | null, knowsFinal = true) {
    this.knowsFinal = knowsFinal;
    this.#lookUp = image.packageOf?.bind(image) ?? null;
    this.#grow(image.rowCount);
    this.paths = pathsOf(image, compared !== null);
    const nodeOf = nodeFinder(image, this.paths);
    for (const row of image.rows()) {
      const entry = this.#add(nodeOf(row), row);
      const file = row.kind === 'hardlink' ? (image.fileOf?.(entry) ?? null) : null;
      if (file !== null) this.#link(entry, file);
    }
    if (compared !== null) this.#compare(compared);
    this.#groupChildren();
    const { nameEnds, nameBytes } = this.paths.names.columns();
    this.#nameEnds = nameEnds;
    this.#nameBytes = nameBytes;
  }

  /** @returns the package of this number, as `packageOf` has it; null for none */
  packageAt(number: number): OwningPackage | null {
    return this.#packages.values[number - 1] ?? null;
  }

  /** @returns the number of a package, as `packageOf` has it; null where it is known that no entry is of it */
  numberOfPackage(wanted: OwningPackage): number | null {
    return this.#lookUp === null ? this.#packages.find(wanted) : this.#packages.number(wanted);
  }

  get entryCount(): number {
    return this.#count;
  }

  get isCompared(): boolean {
    return this.#changes.length > 0;
  }

  /** Files with several names: the entries that are one file each. */
  get linkedFiles(): Iterable<readonly number[]> {
    return this.#linked.values();
  }

  /** By node: one more than the entry that is there when all layers up to this one are; 0 where none is. */
  presentAt(layer: number): Uint32Array {
    const present = new Uint32Array(this.paths.size);
    for (let entry = 0; entry < this.#count; entry += 1) {
      if ((this.#layers[entry] ?? 0) > layer) break;
      const gone = this.#gone[entry] ?? 0;
      if (gone === 0 || gone > layer + 1) present[this.#nodes[entry] ?? ROOT] = entry + 1;
    }
    return present;
  }

  nodeOf(entry: number): number {
    return this.#nodes[entry] ?? ROOT;
  }

  layerOf(entry: number): number {
    return this.#layers[entry] ?? 0;
  }

  sizeOf(entry: number): number {
    return this.#sizes[entry] ?? 0;
  }

  /** Bytes that the final filesystem shows at the path of this entry. */
  visibleOf(entry: number): number {
    return this.#visible[entry] ?? 0;
  }

  /** Whether the filesystem after this layer is the final one. */
  isFinal(layer: number): boolean {
    return layer >= this.#last;
  }

  /** Whether it is hidden, and not of a base layer: as the report counts it. */
  isWasted(entry: number): boolean {
    const reason = this.#reasons[entry] ?? 0;
    return reason > 0 && reason < NOT_WASTED;
  }

  isDirectory(entry: number): boolean {
    return this.#kinds[entry] === 1;
  }

  /** The number of its package, from 1 on; 0 for none. It is looked up when it is first asked for. */
  packageOf(entry: number): number {
    const known = this.#packageOf[entry] ?? 0;
    if (known !== UNREAD) return known;
    const found = this.isDirectory(entry) ? null : this.#lookUp?.(this.paths.pathOf(this.nodeOf(entry)));
    const number = found == null ? 0 : this.#packages.number(found);
    this.#packageOf[entry] = number;
    return number;
  }

  /** The entry of the regular file that a hard link names, itself for a file; null where there is none. */
  fileOf(entry: number): number | null {
    const target = this.#targets[entry] ?? 0;
    if (target > 0) return target - 1;
    return this.#kinds[entry] === 0 ? entry : null;
  }

  /** How many entries of its layer have its path before it. */
  earlierOf(entry: number): number {
    let count = 0;
    for (let other = entry - 1; other >= 0 && this.layerOf(other) === this.layerOf(entry); other -= 1)
      if (this.nodeOf(other) === this.nodeOf(entry)) count += 1;
    return count;
  }

  /** Whether two entries of one path differ in what a layer that writes it again may leave as it was. */
  differs(one: number, other: number): boolean {
    if (one === other) return false;
    if (!this.isDirectory(one) || !this.isDirectory(other)) return true;
    return (
      this.#modes[one] !== this.#modes[other] ||
      this.#uids[one] !== this.#uids[other] ||
      this.#gids[one] !== this.#gids[other]
    );
  }

  childrenOf(node: number): Uint32Array {
    return this.#children.subarray(this.#childStarts[node] ?? 0, this.#childStarts[node + 1] ?? 0);
  }

  hasChildren(node: number): boolean {
    return this.#childStarts[node] !== this.#childStarts[node + 1];
  }

  /** Bytes with which the names of all nodes begin. */
  commonNameLength(nodes: Uint32Array): number {
    const [first] = nodes;
    if (first === undefined) return 0;
    const start = this.#nameStart(first);
    let length = this.#nameEnd(first) - start;
    for (const node of nodes) {
      const other = this.#nameStart(node);
      length = Math.min(length, this.#nameEnd(node) - other);
      let same = 0;
      while (same < length && this.#nameBytes[start + same] === this.#nameBytes[other + same]) same += 1;
      length = same;
      if (length === 0) break;
    }
    return length;
  }

  /**
   * Compares two nodes by the bytes of their names, as `compareBytes` does.
   * @param skipped bytes with which both begin
   */
  compareNames(one: number, other: number, skipped: number): number {
    const [end, otherEnd] = [this.#nameEnd(one), this.#nameEnd(other)];
    let at = this.#nameStart(one) + skipped;
    let otherAt = this.#nameStart(other) + skipped;
    for (; at < end && otherAt < otherEnd; at += 1, otherAt += 1) {
      const difference = (this.#nameBytes[at] ?? 0) - (this.#nameBytes[otherAt] ?? 0);
      if (difference !== 0) return difference;
    }
    return end - at - (otherEnd - otherAt);
  }

  #nameStart(node: number): number {
    const name = this.paths.nameOf(node);
    return name === 0 ? 0 : (this.#nameEnds[name - 1] ?? 0);
  }

  #nameEnd(node: number): number {
    return this.#nameEnds[this.paths.nameOf(node)] ?? 0;
  }

  nameOf(node: number): string {
    return this.paths.names.textOf(this.paths.nameOf(node));
  }

  describe(entry: number): ExploredEntry {
    const mode = this.#modes[entry] ?? NO_MODE;
    const gone = this.#gone[entry] ?? 0;
    const link = this.#links[entry] ?? 0;
    const isKnown = mode !== NO_MODE;
    return {
      kind: ENTRY_KINDS[this.#kinds[entry] ?? 0] ?? 'file',
      layer: this.layerOf(entry),
      size: this.sizeOf(entry),
      goneIn: gone === 0 ? null : gone - 1,
      reason: WASTE_REASONS[((this.#reasons[entry] ?? 0) % NOT_WASTED) - 1] ?? null,
      mode: isKnown ? mode : null,
      uid: isKnown ? (this.#uids[entry] ?? 0) : null,
      gid: isKnown ? (this.#gids[entry] ?? 0) : null,
      linkname: link === 0 ? null : this.#linkNames.textOf(link - 1),
    };
  }

  /** null where neither image has anything at the node itself. */
  changeOf(node: number): ExploredChange | null {
    const change = PATH_CHANGES[(this.#changes[node] ?? 0) - 1];
    return change === undefined ? null : { change, delta: this.#deltas[node] ?? 0 };
  }

  #add(node: number, row: ExploredRow): number {
    const entry = this.#count;
    this.#count += 1;
    this.#grow(this.#count);
    this.#nodes[entry] = node;
    this.#layers[entry] = row.layer;
    this.#gone[entry] = row.goneIn === null ? 0 : row.goneIn + 1;
    this.#kinds[entry] = NUMBER_OF.get(row.kind) ?? 0;
    this.#sizes[entry] = row.size;
    this.#visible[entry] = row.visible;
    this.#last = Math.max(this.#last, row.layer, row.goneIn ?? 0);
    // Of a hard link the file itself is wasted.
    this.#reasons[entry] =
      row.reason === null || row.kind !== 'file'
        ? 0
        : WASTE_REASONS.indexOf(row.reason) + 1 + (row.hidden > row.wasted ? NOT_WASTED : 0);
    this.#modes[entry] = row.mode ?? NO_MODE;
    this.#uids[entry] = row.uid ?? 0;
    this.#gids[entry] = row.gid ?? 0;
    this.#packageOf[entry] = this.#lookUp === null ? this.#numberOf(row.package) : UNREAD;
    const target = LINKS.has(row.kind) ? row.linkname : null;
    if (target !== null) this.#links[entry] = this.#linkNames.add(target) + 1;
    return entry;
  }

  #numberOf(owner: OwningPackage | null): number {
    return owner === null ? 0 : this.#packages.number(owner);
  }

  #link(entry: number, file: number): void {
    this.#targets[entry] = file + 1;
    const names = this.#linked.get(file);
    if (names === undefined) this.#linked.set(file, [file, entry]);
    else names.push(entry);
  }

  #compare(compared: Pick<ComparedInventory, 'rows'>): void {
    let [changes, deltas] = [new Uint8Array(this.paths.size), new Float64Array(this.paths.size)];
    for (const { path, change, delta } of compared.rows()) {
      const node = this.paths.add(path);
      changes = grown(changes, this.paths.size);
      deltas = grown(deltas, this.paths.size);
      changes[node] = PATH_CHANGES.indexOf(change) + 1;
      deltas[node] = delta;
    }
    this.#changes = compact(grown(changes, this.paths.size), this.paths.size);
    this.#deltas = compact(grown(deltas, this.paths.size), this.paths.size);
  }

  #grow(length: number): void {
    if (length <= this.#nodes.length) return;
    this.#nodes = grown(this.#nodes, length);
    this.#layers = grown(this.#layers, length);
    this.#gone = grown(this.#gone, length);
    this.#kinds = grown(this.#kinds, length);
    this.#sizes = grown(this.#sizes, length);
    this.#visible = grown(this.#visible, length);
    this.#reasons = grown(this.#reasons, length);
    this.#modes = grown(this.#modes, length);
    this.#uids = grown(this.#uids, length);
    this.#gids = grown(this.#gids, length);
    this.#packageOf = grown(this.#packageOf, length);
    this.#links = grown(this.#links, length);
    this.#targets = grown(this.#targets, length);
  }

  #groupChildren(): void {
    const { paths } = this;
    const { size } = paths;
    const starts = new Uint32Array(size + 1);
    for (let node = ROOT + 1; node < size; node += 1) {
      const parent = paths.parentOf(node);
      starts[parent + 1] = (starts[parent + 1] ?? 0) + 1;
    }
    for (let node = 0; node < size; node += 1)
      starts[node + 1] = (starts[node + 1] ?? 0) + (starts[node] ?? 0);
    const at = starts.slice();
    const children = new Uint32Array(size);
    for (let node = ROOT + 1; node < size; node += 1) {
      const parent = paths.parentOf(node);
      const place = at[parent] ?? 0;
      children[place] = node;
      at[parent] = place + 1;
    }
    this.#childStarts = starts;
    this.#children = children;
  }
}

/**
 * A table of the paths of an image, where each has the node that the image's own table gives it.
 * @param grows whether paths are to be added to it: then it is a copy
 */
function pathsOf({ paths }: Pick<ImageInventory, 'paths'>, grows: boolean): PathTable {
  if (paths !== undefined && !grows) return paths.table;
  const table = new PathTable();
  if (paths !== undefined) table.addAll(paths.table);
  return table;
}

/** The nodes of rows, in their order. */
function nodeFinder({ paths }: Pick<ImageInventory, 'paths'>, table: PathTable) {
  if (paths === undefined) return (row: ExploredRow) => table.add(row.path);
  let nodes: Uint32Array = new Uint32Array(0);
  let [layer, index] = [-1, 0];
  return (row: ExploredRow): number => {
    if (row.layer !== layer) {
      nodes = paths.ofLayer(row.layer);
      [layer, index] = [row.layer, 0];
    }
    index += 1;
    return nodes[index - 1] ?? ROOT;
  };
}
