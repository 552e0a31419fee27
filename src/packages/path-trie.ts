/** Deeper paths are not kept: no package is there, and hostile ones would take memory. */
const MAX_NAMES = 256;

class Node<T> {
  value: T | undefined = undefined;
  children: Map<string, Node<T>> | null = null;
}

/** Values at paths, found from any path below them, at a cost that is linear in the path. */
export class PathTrie<T> {
  readonly #root = new Node<T>();

  get isEmpty(): boolean {
    return this.#root.children === null;
  }

  /**
   * The first value of a path stays.
   * @param path clean; the root is ignored
   */
  add(path: string, value: T): void {
    const names = path.split('/', MAX_NAMES + 1);
    if (path === '' || names.length > MAX_NAMES) return;
    let node = this.#root;
    for (const name of names) {
      node.children ??= new Map();
      let child = node.children.get(name);
      if (child === undefined) {
        child = new Node<T>();
        node.children.set(name, child);
      }
      node = child;
    }
    node.value ??= value;
  }

  /** The value of the nearest directory above the path, or of the path itself. */
  nearest(path: string): T | undefined {
    let found: T | undefined;
    this.#walk(path, value => {
      found = value;
      return false;
    });
    return found;
  }

  /** The topmost directory above the path that has a value, and where its name ends; never the path itself. */
  topmost(path: string): { readonly value: T; readonly end: number } | null {
    let found: { readonly value: T; readonly end: number } | null = null;
    this.#walk(path, (value, end) => {
      if (end < path.length) found = { value, end };
      return true;
    });
    return found;
  }

  /** Visits the values from the top down, until there are no more or `visit` has enough. */
  #walk(path: string, visit: (value: T, end: number) => boolean): void {
    let node: Node<T> | undefined = this.#root;
    for (let start = 0; start <= path.length; ) {
      const slash = path.indexOf('/', start);
      const end = slash < 0 ? path.length : slash;
      node = node.children?.get(path.slice(start, end));
      if (node === undefined || (node.value !== undefined && visit(node.value, end))) return;
      start = end + 1;
    }
  }
}
