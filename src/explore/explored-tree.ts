import { WASTE_REASONS, type WasteReason } from '../analysis/waste-reason.ts';
import type { ComparedInventory, PathChange } from '../inventory/compared-inventory.ts';
import type { ImageInventory, InventoryRow, OwningPackage } from '../inventory/inventory.ts';
import { compact, grown } from '../layer/column.ts';
import type { EntryKind } from '../layer/layer-entry.ts';
import { PathTable, ROOT } from '../layer/path-table.ts';

const KINDS = ['file', 'directory', 'symlink', 'hardlink', 'character', 'block', 'fifo'] as const;
const NUMBER_OF = new Map<EntryKind, number>(KINDS.map((kind, index) => [kind, index]));
const CHANGES = ['added', 'removed', 'changed', 'unchanged'] as const satisfies readonly PathChange[];

/** Stands for a mode that is not known. */
const NO_MODE = 0xffff;

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
  readonly package: OwningPackage | null;
}

/** What two images have at a path. */
export interface ExploredChange {
  readonly change: PathChange;
  /** Bytes, head − baseline. */
  readonly delta: number;
}

/** What each package is called in a list that has it once. */
export function packageKey({ type, name, version }: OwningPackage): string {
  return `${type}\0${name}\0${version}`;
}

/**
 * Every path of an image with the entries that layers have there, in columns of numbers: some sixty bytes an entry, and its
 * name once. A path is the number of its node in `paths`, an entry the number of its row.
 */
export class ExploredTree {
  readonly paths = new PathTable();
  /** Packages by the number that entries have of them, less one. */
  readonly packages: OwningPackage[] = [];
  readonly #packageNumbers = new Map<string, number>();
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
  /** One more than the index of the reason. */
  #reasons = new Uint8Array(16);
  #modes = new Uint16Array(16);
  #uids = new Float64Array(16);
  #gids = new Float64Array(16);
  #packageOf = new Uint32Array(16);
  /** One more than the number of a name. */
  #links = new Uint32Array(16);
  /** One more than the entry whose file a hard link is another name of; 0 for all else. */
  #targets = new Uint32Array(16);
  /** Files with more names than one: their entries, the file's own first. */
  readonly #linked = new Map<number, number[]>();
  /** By node: where its entries begin in the list of all, lowest layer first; and one more for the end. */
  #starts = new Uint32Array(0);
  #entriesByNode = new Uint32Array(0);
  #childStarts = new Uint32Array(0);
  #children = new Uint32Array(0);
  /** By node: one more than the change, and its bytes; empty where nothing is compared. */
  #changes = new Uint8Array(0);
  #deltas = new Float64Array(0);

  /** @param compared the same image beside its baseline; null where there is none */
  constructor(image: Pick<ImageInventory, 'rows'>, compared: Pick<ComparedInventory, 'rows'> | null) {
    // By node: one more than the entry that was added last.
    let latest = new Uint32Array(16);
    const links: [entry: number, target: number][] = [];
    for (const row of image.rows()) {
      const node = this.paths.add(row.path);
      latest = grown(latest, this.paths.size);
      const entry = this.#add(node, row);
      const target = row.kind === 'hardlink' ? this.paths.find(row.linkname ?? '') : undefined;
      const found = target === undefined ? 0 : (latest[target] ?? 0);
      if (found > 0) links.push([entry, found - 1]);
      latest[node] = entry + 1;
    }
    if (compared !== null) this.#compare(compared);
    this.#compact();
    for (const [entry, target] of links) this.#link(entry, target);
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

  /** Entries of a node by their place among all that `entryAt` takes. */
  entriesOf(node: number): readonly [start: number, end: number] {
    return [this.#starts[node] ?? 0, this.#starts[node + 1] ?? 0];
  }

  entryAt(place: number): number {
    return this.#entriesByNode[place] ?? 0;
  }

  /** The entry that a node has when all layers up to this one are there; −1 where it has none, or nothing is there. */
  presentAt(node: number, layer: number): number {
    const start = this.#starts[node] ?? 0;
    for (let place = (this.#starts[node + 1] ?? 0) - 1; place >= start; place -= 1) {
      const entry = this.#entriesByNode[place] ?? 0;
      if ((this.#layers[entry] ?? 0) > layer) continue;
      const gone = this.#gone[entry] ?? 0;
      if (gone === 0 || gone > layer + 1) return entry;
    }
    return -1;
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

  isWasted(entry: number): boolean {
    return (this.#reasons[entry] ?? 0) > 0;
  }

  isDirectory(entry: number): boolean {
    return this.#kinds[entry] === 1;
  }

  /** One more than the number of its package; 0 for none. */
  packageOf(entry: number): number {
    return this.#packageOf[entry] ?? 0;
  }

  /** The entry of the regular file that a hard link names, itself for a file; null where there is none. */
  fileOf(entry: number): number | null {
    const target = this.#targets[entry] ?? 0;
    if (target > 0) return target - 1;
    return this.#kinds[entry] === 0 ? entry : null;
  }

  /** How many entries of its layer have its path before it. */
  earlierOf(entry: number): number {
    const [start, end] = this.entriesOf(this.nodeOf(entry));
    let count = 0;
    for (let place = start; place < end; place += 1) {
      const other = this.entryAt(place);
      if (other < entry && this.layerOf(other) === this.layerOf(entry)) count += 1;
    }
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

  nameOf(node: number): string {
    return this.paths.names.textOf(this.paths.nameOf(node));
  }

  describe(entry: number): ExploredEntry {
    const mode = this.#modes[entry] ?? NO_MODE;
    const gone = this.#gone[entry] ?? 0;
    const link = this.#links[entry] ?? 0;
    const isKnown = mode !== NO_MODE;
    return {
      kind: KINDS[this.#kinds[entry] ?? 0] ?? 'file',
      layer: this.layerOf(entry),
      size: this.sizeOf(entry),
      goneIn: gone === 0 ? null : gone - 1,
      reason: WASTE_REASONS[(this.#reasons[entry] ?? 0) - 1] ?? null,
      mode: isKnown ? mode : null,
      uid: isKnown ? (this.#uids[entry] ?? 0) : null,
      gid: isKnown ? (this.#gids[entry] ?? 0) : null,
      linkname: link === 0 ? null : this.paths.names.textOf(link - 1),
      package: this.packages[this.packageOf(entry) - 1] ?? null,
    };
  }

  /** null where neither image has anything at the node itself. */
  changeOf(node: number): ExploredChange | null {
    const change = CHANGES[(this.#changes[node] ?? 0) - 1];
    return change === undefined ? null : { change, delta: this.#deltas[node] ?? 0 };
  }

  #add(node: number, row: InventoryRow): number {
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
      row.reason === null || row.kind !== 'file' ? 0 : WASTE_REASONS.indexOf(row.reason) + 1;
    this.#modes[entry] = row.mode ?? NO_MODE;
    this.#uids[entry] = row.uid ?? 0;
    this.#gids[entry] = row.gid ?? 0;
    this.#packageOf[entry] = row.package === null ? 0 : this.#packageNumber(row.package);
    if (row.linkname !== null) this.#links[entry] = this.paths.names.add(row.linkname) + 1;
    return entry;
  }

  /** A link to what is not there, or is no file, names nothing. @param found the entry that its target had when it came */
  #link(entry: number, found: number): void {
    const file = this.#isThere(found, entry) ? this.fileOf(found) : null;
    if (file === null) return;
    this.#targets[entry] = file + 1;
    const names = this.#linked.get(file);
    if (names === undefined) this.#linked.set(file, [file, entry]);
    else names.push(entry);
  }

  /** What a layer deletes goes before its entries come; what it writes again goes when that comes. */
  #isThere(found: number, entry: number): boolean {
    const gone = this.#gone[found] ?? 0;
    const layer = this.layerOf(entry);
    if (gone === 0 || gone > layer + 1 || this.layerOf(found) === layer) return true;
    const [start, end] = this.entriesOf(this.nodeOf(found));
    for (let place = start; place < end; place += 1) {
      const other = this.entryAt(place);
      if (gone === layer + 1 && other > entry && this.layerOf(other) === layer) return true;
    }
    return false;
  }

  #packageNumber(owner: OwningPackage): number {
    const key = packageKey(owner);
    const known = this.#packageNumbers.get(key);
    if (known !== undefined) return known;
    const { type, name, version } = owner;
    const number = this.packages.push({ type, name, version });
    this.#packageNumbers.set(key, number);
    return number;
  }

  #compare(compared: Pick<ComparedInventory, 'rows'>): void {
    let [changes, deltas] = [new Uint8Array(this.paths.size), new Float64Array(this.paths.size)];
    for (const { path, change, delta } of compared.rows()) {
      const node = this.paths.add(path);
      changes = grown(changes, this.paths.size);
      deltas = grown(deltas, this.paths.size);
      changes[node] = CHANGES.indexOf(change) + 1;
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

  #compact(): void {
    this.paths.compact();
    const { size } = this.paths;
    const nodes = this.#nodes;
    [this.#starts, this.#entriesByNode] = groupBy(this.#count, size, entry => nodes[entry] ?? ROOT);
    const { paths } = this;
    // The root is its own parent, and nobody's child.
    [this.#childStarts, this.#children] = groupBy(size - 1, size, index => paths.parentOf(index + 1));
    for (let index = 0; index < this.#children.length; index += 1)
      this.#children[index] = (this.#children[index] ?? 0) + 1;
  }
}

/** Numbers below `count` by the group that each is of, in ascending order; where each group starts, and the end of all. */
function groupBy(count: number, groups: number, groupOf: (index: number) => number) {
  const starts = new Uint32Array(groups + 1);
  for (let index = 0; index < count; index += 1) {
    const next = groupOf(index) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let group = 0; group < groups; group += 1)
    starts[group + 1] = (starts[group + 1] ?? 0) + (starts[group] ?? 0);
  const at = starts.slice();
  const list = new Uint32Array(count);
  for (let index = 0; index < count; index += 1) {
    const group = groupOf(index);
    const place = at[group] ?? 0;
    list[place] = index;
    at[group] = place + 1;
  }
  return [starts, list] as const;
}
