import type { PathTable } from '../layer/path-table.ts';

/** Of each node of a table of paths, its children that are there: lists that are linked in both directions. */
export class ChildLists {
  readonly #paths: PathTable;
  /** The root is nobody's child, so that 0 ends a list. */
  readonly #firsts: Uint32Array;
  readonly #nexts: Uint32Array;
  readonly #previous: Uint32Array;

  /** @param paths has all nodes that will ever be added */
  constructor(paths: PathTable) {
    this.#paths = paths;
    this.#firsts = new Uint32Array(paths.size);
    this.#nexts = new Uint32Array(paths.size);
    this.#previous = new Uint32Array(paths.size);
  }

  /** 0 where there is none; `next` leads to the others, in no order. */
  first(parent: number): number {
    return this.#firsts[parent] ?? 0;
  }

  /** 0 behind the last. */
  next(child: number): number {
    return this.#nexts[child] ?? 0;
  }

  /** Adds a node, which is in no list, to its parent's. */
  add(node: number): void {
    const parent = this.#paths.parentOf(node);
    const first = this.first(parent);
    this.#firsts[parent] = node;
    this.#nexts[node] = first;
    this.#previous[node] = 0;
    if (first !== 0) this.#previous[first] = node;
  }

  /** Takes a node out of its parent's list. */
  remove(node: number): void {
    const next = this.next(node);
    const previous = this.#previous[node] ?? 0;
    if (previous === 0) this.#firsts[this.#paths.parentOf(node)] = next;
    else this.#nexts[previous] = next;
    if (next !== 0) this.#previous[next] = previous;
  }

  /** Empties the list of a node; what was in it still leads on by `next`. */
  clear(parent: number): void {
    this.#firsts[parent] = 0;
  }
}
