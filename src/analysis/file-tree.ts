import { DeadweightError } from '../base/errors.ts';
import type { Inode } from './inode.ts';

export class Directory {
  readonly children = new Map<string, TreeNode>();
  /** False once it or a directory above it was taken out of the tree. */
  isAttached = true;
}

/** A name of anything but a directory. */
export class FileName {
  readonly path: string;
  /** null for what holds no bytes: symlinks, devices, hard links to them or to nothing. */
  readonly inode: Inode | null;

  constructor(path: string, inode: Inode | null) {
    this.path = path;
    this.inode = inode;
  }
}

export type TreeNode = Directory | FileName;

/** The last component of a clean path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The filesystem that a stack of layers shows. Paths are clean and relative; the empty one is the root. */
export class FileTree {
  readonly root = new Directory();
  readonly #implicit: ImplicitDirectories;
  // Tars list directory by directory: most lookups end where the one before them did.
  #recentPath = '';
  #recent = this.root;

  constructor(implicit: ImplicitDirectories) {
    this.#implicit = implicit;
  }

  get(path: string): TreeNode | undefined {
    if (path === '') return this.root;
    return this.#directory(path, null)?.children.get(baseName(path));
  }

  /**
   * The directory that holds the path, made with all above it where there is none.
   * `onBlocked` is told of names that stood in the way: directories are in their place now.
   */
  parent(path: string, onBlocked: (name: FileName) => void): Directory {
    return this.#directory(path, onBlocked) ?? this.root;
  }

  /** Takes the path and all below it out of the tree; undefined when there is none. The root stays. */
  remove(path: string): TreeNode | undefined {
    const parent = path === '' ? undefined : this.#directory(path, null);
    const node = parent?.children.get(baseName(path));
    parent?.children.delete(baseName(path));
    return node;
  }

  #directory(path: string, onBlocked: ((name: FileName) => void) | null): Directory | undefined {
    const end = path.lastIndexOf('/');
    if (end < 0) return this.root;
    if (this.#recent.isAttached && end === this.#recentPath.length && path.startsWith(this.#recentPath)) {
      return this.#recent;
    }
    let directory = this.root;
    for (let start = 0; start < end; ) {
      const slash = path.indexOf('/', start);
      const name = path.slice(start, slash);
      let child = directory.children.get(name);
      if (!(child instanceof Directory)) {
        if (onBlocked === null) return undefined;
        if (child !== undefined) onBlocked(child);
        this.#implicit.add();
        child = new Directory();
        directory.children.set(name, child);
      }
      directory = child;
      start = slash + 1;
    }
    this.#recentPath = path.slice(0, end);
    this.#recent = directory;
    return directory;
  }
}

/** Visits every name in what was taken out of a tree, and marks its directories. Deep trees are fine. */
export function detach(removed: Iterable<TreeNode>, visit: (name: FileName) => void): void {
  const open: TreeNode[] = [...removed];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node instanceof FileName) {
      visit(node);
    } else {
      node.isAttached = false;
      for (const child of node.children.values()) open.push(child);
    }
  }
}

/**
 * Directories that no entry of a tar names, in one image. Real images have thousands; a hostile tar makes ten thousand
 * of them with one long path, and what they cost in memory is far more than the path did.
 */
const MAX_IMPLICIT_DIRECTORIES = 1_000_000;

/** Counts the directories that exist only because something is below them. */
export class ImplicitDirectories {
  #count = 0;

  /** @throws DeadweightError `limit-exceeded` */
  add(): void {
    this.#count += 1;
    if (this.#count <= MAX_IMPLICIT_DIRECTORIES) return;
    throw new DeadweightError('limit-exceeded', {
      message: `The layers' paths imply more than ${MAX_IMPLICIT_DIRECTORIES.toLocaleString('en')} directories that no entry names.`,
      remedy: 'Check where this image comes from: no build tool writes such paths.',
    });
  }
}
