import type { DirectoryLinks } from './directory-links.ts';
import { forEachLine } from './file-text.ts';
import type { HardLinks } from './hard-links.ts';
import type { FoundPackage } from './package-reader.ts';
import { PathTrie } from './path-trie.ts';

const COMPILED = '/__pycache__/';

/**
 * Which package a path belongs to: at most one. In this order:
 * 1. the package whose list names the path; of several, that of the package manager that was added first;
 * 2. the same, where the list's name leads to the path through symlinked directories (`/lib` and `/usr/lib`);
 * 3. for what Python compiled, the package of the source beside it;
 * 4. the package of the nearest directory above the path;
 * 5. the same for the other names of a hard link.
 */
export class PackageClaims {
  /** Names of packages by path, as the index of the package. */
  readonly #files = new Map<string, number>();
  readonly #directories = new PathTrie<number>();
  readonly #directoryLinks: DirectoryLinks;
  readonly #hardLinks: HardLinks;
  readonly #packages: FoundPackage[] = [];

  constructor(directoryLinks: DirectoryLinks, hardLinks: HardLinks) {
    this.#directoryLinks = directoryLinks;
    this.#hardLinks = hardLinks;
  }

  /** Those that were added and belong to no other. An owner is an index of it. */
  get packages(): readonly FoundPackage[] {
    return this.#packages;
  }

  /**
   * Adds the packages of one package manager. Those that are part of a package that is there already are left out:
   * a Python module that a Debian package brought, with its metadata, is that Debian package.
   */
  add(found: readonly FoundPackage[]): void {
    const first = this.#packages.length;
    for (const one of found) if (!this.#files.has(one.source)) this.#packages.push(one);
    const linked: [path: string, owner: number][] = [];
    for (let owner = first; owner < this.#packages.length; owner += 1) {
      const { files = [], directories = [], rename } = this.#packages[owner] ?? {};
      for (const list of files) {
        forEachLine(list, line => {
          const path = rename ? rename(line) : line;
          if (!this.#files.has(path)) this.#files.set(path, owner);
          const target = this.#directoryLinks.resolve(path);
          if (target !== path) linked.push([target, owner]);
        });
      }
      for (const directory of directories) this.#directories.add(directory, owner);
    }
    for (const [path, owner] of linked) if (!this.#files.has(path)) this.#files.set(path, owner);
  }

  /** Index of the package that the path belongs to; undefined when there is none. */
  ownerOf(path: string): number | undefined {
    const owner = this.#ownerOfName(path);
    if (owner !== undefined) return owner;
    for (const name of this.#hardLinks.namesOf(path)) {
      const other = name === path ? undefined : this.#ownerOfName(name);
      if (other !== undefined) return other;
    }
    return undefined;
  }

  #ownerOfName(path: string): number | undefined {
    return this.#files.get(path) ?? this.#ownerOfSource(path) ?? this.#directories.nearest(path);
  }

  /** `a/__pycache__/b.cpython-313.pyc` is made of `a/b.py` when a package is installed, and is in no list. */
  #ownerOfSource(path: string): number | undefined {
    if (!path.endsWith('.pyc')) return undefined;
    const at = path.lastIndexOf(COMPILED);
    if (at < 0) return undefined;
    const start = at + COMPILED.length;
    return this.#files.get(`${path.slice(0, at)}/${path.slice(start, path.indexOf('.', start))}.py`);
  }
}
