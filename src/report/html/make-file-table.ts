import { Buffer } from 'node:buffer';
import { WASTE_REASONS } from '../../analysis/waste-reason.ts';
import { Interned } from '../../base/interned.ts';
import { ComparedInventory } from '../../inventory/compared-inventory.ts';
import { ENTRY_STATES, type Inventory, type InventoryRow } from '../../inventory/inventory.ts';
import { internPackages } from '../../inventory/owning-package.ts';
import { grown } from '../../layer/column.ts';
import { PathTable, ROOT } from '../../layer/path-table.ts';
import { type EntryAttributes, type FileTable, PATH_KINDS, TABLE_CHANGES } from './file-table.ts';
import { keptPaths } from './kept-paths.ts';

/** Paths that a page shows one by one: of more, the smaller ones are joined. */
export const MAX_PATHS = 100_000;

const FOLDED = PATH_KINDS.indexOf('folded');

/** @param max paths of the table, but for those that stand for joined ones */
export function makeFileTable(inventory: Inventory, max = MAX_PATHS): FileTable {
  const rows = new PathRows(inventory);
  const order = new TableOrder(rows, max);
  return order.table();
}

/** The entries and paths of an image in the order in which its inventory tells them. */
class PathRows {
  readonly paths = new PathTable();
  readonly packages = internPackages();
  readonly links = new Interned<string>(link => link);
  readonly attributes = new Interned<EntryAttributes>(({ mode, uid, gid }) => `${mode} ${uid} ${gid}`);
  entryCount = 0;

  /** By path. */
  kinds = new Uint8Array(16);
  changes = new Uint8Array(16);
  baselines = new Float64Array(16);
  owners = new Uint32Array(16);
  targets = new Uint32Array(16);
  /** By path: what it weighs on the page, in bytes. */
  weights = new Float64Array(16);

  /** By entry. */
  nodes = new Uint32Array(16);
  layers = new Uint16Array(16);
  sizes = new Float64Array(16);
  visible = new Float64Array(16);
  hidden = new Float64Array(16);
  states = new Uint8Array(16);
  reasons = new Uint8Array(16);
  goneIn = new Uint16Array(16);
  modes = new Uint32Array(16);

  constructor({ head, baseline }: Inventory) {
    for (const row of head.rows()) this.#addEntry(row);
    if (baseline !== null) this.#compare(new ComparedInventory({ head, baseline }));
    this.#growPaths();
  }

  #addEntry(row: InventoryRow): void {
    const node = this.#addPath(row);
    const entry = this.entryCount;
    this.entryCount += 1;
    this.#growEntries();
    this.nodes[entry] = node;
    this.layers[entry] = row.layer;
    this.sizes[entry] = row.size;
    this.visible[entry] = row.visible;
    this.hidden[entry] = row.hidden;
    this.states[entry] = ENTRY_STATES.indexOf(row.state);
    this.reasons[entry] = row.reason === null ? 0 : WASTE_REASONS.indexOf(row.reason) + 1;
    this.goneIn[entry] = row.goneIn === null ? 0 : row.goneIn + 1;
    const { mode, uid, gid } = row;
    if (mode !== null && uid !== null && gid !== null)
      this.modes[entry] = this.attributes.number({ mode, uid, gid });
    this.weights[node] = (this.weights[node] ?? 0) + row.size;
  }

  #compare(compared: ComparedInventory): void {
    for (const { path, change, delta, head, baseline } of compared.rows()) {
      const top = (head ?? baseline)?.top;
      if (top === undefined) continue;
      const owner = (head ?? baseline)?.package ?? null;
      const node =
        head === null
          ? this.#addPath({ path, kind: top.kind, linkname: top.linkname, package: owner })
          : this.paths.add(path);
      this.changes[node] = TABLE_CHANGES.indexOf(change);
      this.baselines[node] = baseline?.size ?? 0;
      this.weights[node] = Math.max(this.weights[node] ?? 0, baseline?.size ?? 0, Math.abs(delta));
    }
  }

  #addPath({
    path,
    kind,
    linkname,
    package: owner,
  }: Pick<InventoryRow, 'path' | 'kind' | 'linkname' | 'package'>): number {
    const node = this.paths.add(path);
    this.#growPaths();
    this.kinds[node] = PATH_KINDS.indexOf(kind);
    this.targets[node] = linkname === null ? 0 : this.links.number(linkname);
    if (owner !== null) this.owners[node] = this.packages.number(owner);
    return node;
  }

  #growPaths(): void {
    const { size } = this.paths;
    this.kinds = grown(this.kinds, size);
    this.changes = grown(this.changes, size);
    this.baselines = grown(this.baselines, size);
    this.owners = grown(this.owners, size);
    this.targets = grown(this.targets, size);
    this.weights = grown(this.weights, size);
  }

  #growEntries(): void {
    const { entryCount } = this;
    this.nodes = grown(this.nodes, entryCount);
    this.layers = grown(this.layers, entryCount);
    this.sizes = grown(this.sizes, entryCount);
    this.visible = grown(this.visible, entryCount);
    this.hidden = grown(this.hidden, entryCount);
    this.states = grown(this.states, entryCount);
    this.reasons = grown(this.reasons, entryCount);
    this.goneIn = grown(this.goneIn, entryCount);
    this.modes = grown(this.modes, entryCount);
  }
}

/** One path of the table: one of the image, or what paths of one directory and one change were joined to. */
interface Place {
  /** null of what was joined. */
  readonly node: number | null;
  readonly depth: number;
  readonly change: number;
  readonly nodes: readonly number[];
}

/** Brings paths into preorder, and joins those that are left out. */
class TableOrder {
  readonly #rows: PathRows;
  readonly #kept: Uint8Array;
  /** By path: its entries are the places of `#entries` from here to where those of the next one begin. */
  readonly #entryStarts: Uint32Array;
  readonly #entries: Uint32Array;
  /** By path that is kept: what is in it, the first and then the next of each. */
  readonly #children = new Map<number, number[]>();
  readonly #joined = new Map<number, number[][]>();

  constructor(rows: PathRows, max: number) {
    this.#rows = rows;
    const { paths, entryCount, nodes } = rows;
    this.#kept = keptPaths(paths, rows.weights, max);
    this.#entryStarts = new Uint32Array(paths.size + 1);
    for (let entry = 0; entry < entryCount; entry += 1) {
      const after = (nodes[entry] ?? 0) + 1;
      this.#entryStarts[after] = (this.#entryStarts[after] ?? 0) + 1;
    }
    for (let node = 0; node < paths.size; node += 1)
      this.#entryStarts[node + 1] = (this.#entryStarts[node + 1] ?? 0) + (this.#entryStarts[node] ?? 0);
    const next = this.#entryStarts.slice();
    this.#entries = new Uint32Array(entryCount);
    for (let entry = 0; entry < entryCount; entry += 1) {
      const node = nodes[entry] ?? 0;
      const at = next[node] ?? 0;
      this.#entries[at] = entry;
      next[node] = at + 1;
    }
    for (let node = 1; node < paths.size; node += 1) this.#place(node);
  }

  #place(node: number): void {
    const { paths, changes } = this.#rows;
    const isKept = this.#kept[node] === 1;
    let above = paths.parentOf(node);
    if (isKept) {
      const siblings = this.#children.get(above);
      if (siblings === undefined) this.#children.set(above, [node]);
      else siblings.push(node);
      return;
    }
    while (this.#kept[above] === 0) above = paths.parentOf(above);
    const groups = this.#joined.get(above) ?? TABLE_CHANGES.map(() => []);
    this.#joined.set(above, groups);
    groups[changes[node] ?? 0]?.push(node);
  }

  table(): FileTable {
    const rows = this.#rows;
    const places = [...this.#places(ROOT, 0)];
    const count = places.length;
    const builder = new EntryBuilder(rows);
    const columns = {
      depths: new Uint16Array(count),
      nameEnds: new Uint32Array(count),
      kinds: new Uint8Array(count),
      changes: new Uint8Array(count),
      baselines: new Float64Array(count),
      folded: new Uint32Array(count),
      owners: new Uint32Array(count),
      targets: new Uint32Array(count),
      entryEnds: new Uint32Array(count),
    };
    const names: Buffer[] = [];
    let nameEnd = 0;
    for (const [index, { node, depth, change, nodes }] of places.entries()) {
      columns.depths[index] = depth;
      columns.changes[index] = change;
      if (node === null) {
        columns.kinds[index] = FOLDED;
        columns.folded[index] = nodes.filter(each => rows.kinds[each] !== 0).length;
        columns.baselines[index] = nodes.reduce((sum, each) => sum + (rows.baselines[each] ?? 0), 0);
        builder.addSums(nodes.flatMap(each => this.#entriesOf(each)));
      } else {
        columns.kinds[index] = rows.kinds[node] ?? 0;
        columns.baselines[index] = rows.baselines[node] ?? 0;
        columns.owners[index] = rows.owners[node] ?? 0;
        columns.targets[index] = rows.targets[node] ?? 0;
        for (const entry of this.#entriesOf(node)) builder.add(entry);
        if (node !== ROOT) {
          const name = this.#nameOf(node);
          names.push(name);
          nameEnd += name.length;
        }
      }
      columns.nameEnds[index] = nameEnd;
      columns.entryEnds[index] = builder.length;
    }
    return {
      ...columns,
      nameBytes: Buffer.concat(names),
      ...builder.finish(),
      packages: rows.packages.values,
      links: rows.links.values,
      attributes: rows.attributes.values,
    };
  }

  /** In preorder. By a stack of its own: paths may be thousands of directories deep. */
  *#places(root: number, rootDepth: number): Generator<Place> {
    const stack: Place[] = [this.#placeOf(root, rootDepth)];
    for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
      yield place;
      const { node } = place;
      if (node === null) continue;
      const depth = place.depth + 1;
      const below = this.#sorted(this.#children.get(node) ?? []).map(child => this.#placeOf(child, depth));
      const joined = (this.#joined.get(node) ?? []).flatMap((nodes, change): Place[] =>
        nodes.some(each => this.#tells(each)) ? [{ node: null, depth, change, nodes }] : [],
      );
      stack.push(...joined.reverse());
      for (const child of below.reverse()) stack.push(child);
    }
  }

  /** Directories without bytes are joined to nothing. */
  #tells(node: number): boolean {
    return this.#rows.kinds[node] !== 0 || (this.#rows.weights[node] ?? 0) > 0;
  }

  #placeOf(node: number, depth: number): Place {
    return { node, depth: Math.min(depth, 0xffff), change: this.#rows.changes[node] ?? 0, nodes: [] };
  }

  #sorted(nodes: readonly number[]): readonly number[] {
    return nodes
      .map(node => ({ node, name: this.#nameOf(node) }))
      .sort((a, b) => Buffer.compare(a.name, b.name))
      .map(({ node }) => node);
  }

  #nameOf(node: number): Buffer {
    const { paths } = this.#rows;
    const name = paths.nameOf(node);
    const bytes = Buffer.allocUnsafe(paths.names.lengthOf(name));
    paths.names.copy(name, bytes, 0);
    return bytes;
  }

  #entriesOf(node: number): readonly number[] {
    return [...this.#entries.subarray(this.#entryStarts[node], this.#entryStarts[node + 1])];
  }
}

/** The columns by entry, in the order of their paths. */
class EntryBuilder {
  readonly #rows: PathRows;
  readonly #layers: number[] = [];
  readonly #sizes: number[] = [];
  readonly #visible: number[] = [];
  readonly #hidden: number[] = [];
  readonly #states: number[] = [];
  readonly #reasons: number[] = [];
  readonly #goneIn: number[] = [];
  readonly #modes: number[] = [];

  constructor(rows: PathRows) {
    this.#rows = rows;
  }

  get length(): number {
    return this.#layers.length;
  }

  add(entry: number): void {
    const { layers, sizes, visible, hidden, states, reasons, goneIn, modes } = this.#rows;
    this.#layers.push(layers[entry] ?? 0);
    this.#sizes.push(sizes[entry] ?? 0);
    this.#visible.push(visible[entry] ?? 0);
    this.#hidden.push(hidden[entry] ?? 0);
    this.#states.push(states[entry] ?? 0);
    this.#reasons.push(reasons[entry] ?? 0);
    this.#goneIn.push(goneIn[entry] ?? 0);
    this.#modes.push(modes[entry] ?? 0);
  }

  /** One entry a layer, with the bytes of all. */
  addSums(entries: readonly number[]): void {
    const rows = this.#rows;
    const sums = new Map<number, { size: number; visible: number; hidden: number }>();
    for (const entry of entries) {
      const layer = rows.layers[entry] ?? 0;
      const sum = sums.get(layer) ?? { size: 0, visible: 0, hidden: 0 };
      sum.size += rows.sizes[entry] ?? 0;
      sum.visible += rows.visible[entry] ?? 0;
      sum.hidden += rows.hidden[entry] ?? 0;
      sums.set(layer, sum);
    }
    for (const [layer, { size, visible, hidden }] of [...sums].sort(([a], [b]) => a - b)) {
      this.#layers.push(layer);
      this.#sizes.push(size);
      this.#visible.push(visible);
      this.#hidden.push(hidden);
      this.#states.push(0);
      this.#reasons.push(0);
      this.#goneIn.push(0);
      this.#modes.push(0);
    }
  }

  finish(): Pick<
    FileTable,
    'layers' | 'sizes' | 'visible' | 'hidden' | 'states' | 'reasons' | 'goneIn' | 'modes'
  > {
    return {
      layers: Uint16Array.from(this.#layers),
      sizes: Float64Array.from(this.#sizes),
      visible: Float64Array.from(this.#visible),
      hidden: Float64Array.from(this.#hidden),
      states: Uint8Array.from(this.#states),
      reasons: Uint8Array.from(this.#reasons),
      goneIn: Uint16Array.from(this.#goneIn),
      modes: Uint32Array.from(this.#modes),
    };
  }
}
