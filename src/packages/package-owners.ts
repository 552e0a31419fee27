import { forEachLine } from './collected-text.ts';
import type { DirectoryLinks, HardLinks } from './links.ts';
import type { FoundPackage } from './package-reader.ts';
import { PathTrie } from './path-trie.ts';

const COMPILED = '/__pycache__/';

/**
 * Which package a path belongs to: at most one. In this order:
 * 1. the package whose list names the path; of several, that of the package manager that was added first;
 * 2. the package whose list names what leads to the path through symlinked directories (`/lib` and `/usr/lib`);
 * 3. for what Python compiled, the package of the source beside it;
 * 4. the package of the nearest directory above the path;
 * 5. the package that one of the other names of a hard link belongs to.
 * A package whose own declaration belongs to another one is part of that: a Python module that a Debian package
 * brought with its metadata, or that another module carries.
 */
export class PackageOwners {
  readonly #packages: FoundPackage[] = [];
  readonly #files = new Map<string, FoundPackage>();
  readonly #directories = new PathTrie<FoundPackage>();
  /** What parts are parts of. */
  readonly #wholes = new Map<FoundPackage, FoundPackage>();
  readonly #directoryLinks: DirectoryLinks;
  readonly #hardLinks: HardLinks;

  constructor(directoryLinks: DirectoryLinks, hardLinks: HardLinks) {
    this.#directoryLinks = directoryLinks;
    this.#hardLinks = hardLinks;
  }

  /** Those that are part of no other. */
  get packages(): readonly FoundPackage[] {
    return this.#packages.filter(found => !this.#wholes.has(found));
  }

  /** Adds the packages of one package manager. */
  add(packages: readonly FoundPackage[]): void {
    const linked: [path: string, owner: FoundPackage][] = [];
    for (const owner of packages) {
      this.#packages.push(owner);
      for (const list of owner.files) {
        forEachLine(list, name => {
          const path = owner.rename === null ? name : owner.rename(name);
          this.#own(path, owner);
          const target = this.#directoryLinks.resolve(path);
          if (target !== path) linked.push([target, owner]);
        });
      }
      for (const directory of owner.directories) this.#directories.add(directory, owner);
    }
    for (const [path, owner] of linked) this.#own(path, owner);
    for (const part of packages) this.#join(part);
  }

  /** One of `packages`; undefined when the path belongs to none. */
  ownerOf(path: string): FoundPackage | undefined {
    let owner = this.#ownerOfName(path);
    if (owner === undefined) {
      for (const name of this.#hardLinks.namesOf(path)) owner ??= this.#ownerOfName(name);
    }
    return owner === undefined ? undefined : this.#wholeOf(owner);
  }

  #own(path: string, owner: FoundPackage): void {
    if (!this.#files.has(path)) this.#files.set(path, owner);
  }

  #join(part: FoundPackage): void {
    const carrier = part.source === null ? undefined : this.#files.get(part.source);
    const whole = carrier === undefined ? part : this.#wholeOf(carrier);
    // Two that carry each other: the later one stays.
    if (whole !== part) this.#wholes.set(part, whole);
  }

  /** Shortens the way for the next time: parts of parts may go deep. */
  #wholeOf(found: FoundPackage): FoundPackage {
    const parts: FoundPackage[] = [];
    let whole = found;
    for (let next = this.#wholes.get(whole); next !== undefined; next = this.#wholes.get(whole)) {
      parts.push(whole);
      whole = next;
    }
    for (const part of parts) this.#wholes.set(part, whole);
    return whole;
  }

  #ownerOfName(path: string): FoundPackage | undefined {
    return this.#files.get(path) ?? this.#ownerOfSource(path) ?? this.#directories.nearest(path);
  }

  /** `a/__pycache__/b.cpython-313.pyc` is made of `a/b.py` when a package is installed, and is in no list. */
  #ownerOfSource(path: string): FoundPackage | undefined {
    if (!path.endsWith('.pyc')) return undefined;
    const at = path.lastIndexOf(COMPILED);
    if (at < 0) return undefined;
    const start = at + COMPILED.length;
    return this.#files.get(`${path.slice(0, at)}/${path.slice(start, path.indexOf('.', start))}.py`);
  }
}
