import { type PathTable, ROOT } from '../layer/path-table.ts';

/** A path, as a node of a table, with its bytes, which may be signed. */
export interface PathItem {
  readonly node: number;
  readonly bytes: number;
}

/** A directory that holds items, or a file that they are at: both can be at one path. */
export interface TreeNode<T extends PathItem> {
  /** Ends in a slash for a directory; empty for the root. */
  readonly path: string;
  /** The root's is 0. */
  readonly depth: number;
  readonly bytes: number;
  /** Sum of the absolute bytes. */
  readonly gross: number;
  /** null for a file. */
  readonly directory: Directory<T> | null;
  /** The file's; empty for a directory. */
  readonly items: readonly T[];
}

/** What items add up to in a directory, and where they are. */
interface Directory<T extends PathItem> {
  readonly node: number;
  readonly depth: number;
  readonly directories: Directory<T>[];
  /** Those of its files. */
  readonly items: T[];
  bytes: number;
  gross: number;
}

/** Items by the directories that hold them: no file is looked at before its directory is. */
export class PathTree<T extends PathItem> {
  readonly root: TreeNode<T>;
  readonly #paths: PathTable;
  readonly #directories = new Map<number, Directory<T>>();

  constructor(paths: PathTable, items: readonly T[]) {
    this.#paths = paths;
    const root: Directory<T> = { node: ROOT, depth: 0, directories: [], items: [], bytes: 0, gross: 0 };
    this.#directories.set(ROOT, root);
    let directory = root;
    for (const item of items) {
      const parent = paths.parentOf(item.node);
      if (parent !== directory.node) directory = this.#directoryAt(parent);
      directory.items.push(item);
      directory.bytes += item.bytes;
      directory.gross += Math.abs(item.bytes);
    }
    // They were made from the root down.
    for (const { node, bytes, gross } of [...this.#directories.values()].reverse()) {
      const parent = node === ROOT ? undefined : this.#directories.get(paths.parentOf(node));
      if (parent === undefined) continue;
      parent.bytes += bytes;
      parent.gross += gross;
    }
    this.root = this.#directoryNode(root);
  }

  /** The directories and the files of a directory; of a file, none. */
  childrenOf({ directory }: TreeNode<T>): TreeNode<T>[] {
    if (directory === null) return [];
    const { depth, directories, items } = directory;
    const files = Array.from(
      Map.groupBy(items, item => item.node),
      ([node, own]): TreeNode<T> => {
        let bytes = 0;
        let gross = 0;
        for (const item of own) {
          bytes += item.bytes;
          gross += Math.abs(item.bytes);
        }
        return {
          path: this.#paths.pathOf(node),
          depth: depth + 1,
          bytes,
          gross,
          directory: null,
          items: own,
        };
      },
    );
    return [...directories.map(each => this.#directoryNode(each)), ...files];
  }

  /** All items that a node holds. */
  itemsOf({ directory, items }: TreeNode<T>): readonly T[] {
    if (directory === null) return items;
    const all: T[] = [];
    const open = [directory];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const item of next.items) all.push(item);
      for (const each of next.directories) open.push(each);
    }
    return all;
  }

  /** The deepest directory that holds all of the items, with the slash that ends it. */
  commonDirectory(items: readonly T[]): string {
    let common: number | null = null;
    for (const { node } of items) {
      let parent = this.#paths.parentOf(node);
      common ??= parent;
      // The number of a directory is below those of all that it holds.
      while (parent !== common) {
        if (parent > common) parent = this.#paths.parentOf(parent);
        else common = this.#paths.parentOf(common);
      }
    }
    return this.#textOf(common ?? ROOT);
  }

  /** The path of the file that all of the items are at; null where they are at several. */
  onlyPath(items: readonly T[]): string | null {
    const [first] = items;
    if (first === undefined || items.some(({ node }) => node !== first.node)) return null;
    return this.#paths.pathOf(first.node);
  }

  #directoryNode(directory: Directory<T>): TreeNode<T> {
    const { node, depth, bytes, gross } = directory;
    return { path: this.#textOf(node), depth, bytes, gross, directory, items: [] };
  }

  #textOf(directory: number): string {
    return directory === ROOT ? '' : `${this.#paths.pathOf(directory)}/`;
  }

  /** Made with all above it where there is none. */
  #directoryAt(node: number): Directory<T> {
    const missing: number[] = [];
    let known = this.#directories.get(node);
    for (let above = node; known === undefined; known = this.#directories.get(above)) {
      missing.push(above);
      above = this.#paths.parentOf(above);
    }
    return missing.reduceRight((parent, child) => {
      const made = { node: child, depth: parent.depth + 1, directories: [], items: [], bytes: 0, gross: 0 };
      parent.directories.push(made);
      this.#directories.set(child, made);
      return made;
    }, known);
  }
}
