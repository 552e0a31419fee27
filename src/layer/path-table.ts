import { Buffer } from 'node:buffer';
import { compact, grown } from './column.ts';
import { NameTable } from './name-table.ts';

/** The node of the empty path: the root directory. */
export const ROOT = 0;

const SLASH = 0x2f;

/**
 * Clean paths (`cleanPath`), each held once, as a tree of their components. A path is the number of its node, which stays
 * the same for good; a parent's number is below its children's. A node takes up about thirty bytes and its name.
 */
export class PathTable {
  readonly names: NameTable;
  #count = 1;
  /** By node: its parent, and its last component as a number of `names`. */
  #parents: Uint32Array = new Uint32Array(16);
  #nameIds: Uint32Array = new Uint32Array(16);
  /** Nodes by parent and name, in open addressing; 0 is free. Null until a path is looked up or added. */
  #slots: Uint32Array | null = null;
  // Tars list directory by directory: most lookups end where the one before them did.
  #recentPath = '';
  #recentNode = ROOT;
  /** The node that was added last, or was there already: a second image lists most of its files in the order of the first. */
  #recentChild = ROOT;
  /** The directory that was spelled last, with its slash. */
  #spelled: Buffer = Buffer.allocUnsafeSlow(256);
  #spelledLength = 0;
  #spelledNode = ROOT;

  constructor(names = new NameTable()) {
    this.names = names;
  }

  /**
   * Keeps the columns, as `columns` gives them.
   * @returns null when they are not such
   */
  static of(names: NameTable, parents: Uint32Array, nameIds: Uint32Array): PathTable | null {
    const isWhole =
      parents.length > 0 &&
      parents.length === nameIds.length &&
      parents.every((parent, node) => parent < node || node === ROOT) &&
      nameIds.every((name, node) => name < names.size || node === ROOT);
    if (!isWhole) return null;
    const table = new PathTable(names);
    table.#count = parents.length;
    table.#parents = parents;
    table.#nameIds = nameIds;
    return table;
  }

  /** By node: its parent and its name; and those of the names. */
  columns() {
    return {
      parents: this.#parents.subarray(0, this.#count),
      nameIds: this.#nameIds.subarray(0, this.#count),
      ...this.names.columns(),
    };
  }

  /** Nodes, the root among them. */
  get size(): number {
    return this.#count;
  }

  /** The node of the directory that holds it; the root's is itself. */
  parentOf(node: number): number {
    return this.#parents[node] ?? ROOT;
  }

  /** The number of its last component in `names`. */
  nameOf(node: number): number {
    return this.#nameIds[node] ?? 0;
  }

  /** The path as text. */
  pathOf(node: number): string {
    if (node === ROOT) return '';
    const parent = this.parentOf(node);
    if (parent === ROOT) return this.names.textOf(this.nameOf(node));
    if (parent !== this.#spelledNode) this.#spell(parent);
    const end = this.#append(this.nameOf(node), this.#spelledLength);
    return this.#spelled.toString('utf8', 0, end);
  }

  /** @returns undefined when neither the path nor anything below it was added. */
  find(path: string): number | undefined {
    let node = ROOT;
    for (let start = 0; start < path.length; ) {
      const slash = path.indexOf('/', start);
      const end = slash < 0 ? path.length : slash;
      const name = this.names.find(path, start, end);
      const child = name === undefined ? undefined : this.findChild(node, name);
      if (child === undefined) return undefined;
      node = child;
      start = end + 1;
    }
    return node;
  }

  /** The node of a clean path, made with all above it where there is none. */
  add(path: string): number {
    const end = path.lastIndexOf('/');
    if (end < 0) return path === '' ? ROOT : this.addChild(ROOT, this.names.add(path, 0, path.length));
    return this.addChild(this.#directory(path, end), this.names.add(path, end + 1, path.length));
  }

  /** @param name number of a name in `names` */
  findChild(parent: number, name: number): number | undefined {
    const slots = this.#slots ?? this.#rehash(this.#count);
    const mask = slots.length - 1;
    for (let at = mix(parent, name) & mask; ; at = (at + 1) & mask) {
      const node = slots[at] ?? 0;
      if (node === 0) return undefined;
      if (this.#parents[node] === parent && this.#nameIds[node] === name) return node;
    }
  }

  /** @param name number of a name in `names` */
  addChild(parent: number, name: number): number {
    const next = this.#recentChild + 1;
    if (next < this.#count && this.#parents[next] === parent && this.#nameIds[next] === name) {
      this.#recentChild = next;
      return next;
    }
    this.#recentChild = this.#addChild(parent, name);
    return this.#recentChild;
  }

  #addChild(parent: number, name: number): number {
    let slots = this.#slots ?? this.#rehash(this.#count);
    if (this.#count * 2 > slots.length) slots = this.#rehash(this.#count * 2);
    const mask = slots.length - 1;
    let at = mix(parent, name) & mask;
    for (let node = slots[at] ?? 0; node !== 0; node = slots[at] ?? 0) {
      if (this.#parents[node] === parent && this.#nameIds[node] === name) return node;
      at = (at + 1) & mask;
    }
    const node = this.#count;
    this.#count += 1;
    this.#parents = grown(this.#parents, this.#count);
    this.#nameIds = grown(this.#nameIds, this.#count);
    this.#parents[node] = parent;
    this.#nameIds[node] = name;
    slots[at] = node;
    return node;
  }

  /** Adds all paths of another table. @returns this table's nodes by the other's */
  addAll(other: PathTable): Uint32Array {
    const nodes = new Uint32Array(other.size);
    const names = this.names.addAll(other.names);
    for (let node = 1; node < other.size; node += 1) {
      const parent = nodes[other.parentOf(node)] ?? ROOT;
      nodes[node] = this.addChild(parent, names[other.nameOf(node)] ?? 0);
    }
    return nodes;
  }

  /** Lets go of memory that only adding needs; more can be added all the same. */
  compact(): void {
    this.#parents = compact(this.#parents, this.#count);
    this.#nameIds = compact(this.#nameIds, this.#count);
    this.#slots = null;
    this.names.compact();
  }

  #directory(path: string, end: number): number {
    const recent = this.#recentPath;
    if (end === recent.length && end > 0 && path.startsWith(recent)) return this.#recentNode;
    let node = ROOT;
    for (let start = 0; start <= end; ) {
      const slash = path.indexOf('/', start);
      node = this.addChild(node, this.names.add(path, start, slash));
      start = slash + 1;
    }
    this.#recentPath = path.slice(0, end);
    this.#recentNode = node;
    return node;
  }

  #rehash(nodes: number): Uint32Array {
    let length = 32;
    while (length < nodes * 2) length *= 2;
    const slots = new Uint32Array(length);
    const mask = length - 1;
    for (let node = 1; node < this.#count; node += 1) {
      let at = mix(this.#parents[node] ?? 0, this.#nameIds[node] ?? 0) & mask;
      while (slots[at] !== 0) at = (at + 1) & mask;
      slots[at] = node;
    }
    this.#slots = slots;
    return slots;
  }

  #spell(directory: number): void {
    const above: number[] = [];
    for (let node = directory; node !== ROOT; node = this.parentOf(node)) above.push(node);
    let length = 0;
    for (let index = above.length - 1; index >= 0; index -= 1) {
      length = this.#append(this.nameOf(above[index] ?? ROOT), length);
      this.#spelled[length] = SLASH;
      length += 1;
    }
    this.#spelledNode = directory;
    this.#spelledLength = length;
  }

  /** @returns the length with the name; a slash has room behind it */
  #append(name: number, length: number): number {
    const end = length + this.names.lengthOf(name);
    if (end >= this.#spelled.length) {
      const larger = Buffer.allocUnsafeSlow(2 * (end + 1));
      this.#spelled.copy(larger, 0, 0, length);
      this.#spelled = larger;
    }
    this.names.copy(name, this.#spelled, length);
    return end;
  }
}

function mix(parent: number, name: number): number {
  const hash = Math.imul(parent, 0x9e3779b1) ^ Math.imul(name + 1, 0x85ebca6b);
  return (hash ^ (hash >>> 15)) >>> 0;
}
