import { parentPath } from '../base/slash-path.ts';
import { cleanPath } from '../layer/clean-path.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { PathTrie } from './path-trie.ts';

/** Links followed for one path: as many as Linux does. */
const MAX_LINKS = 40;
const MAX_PATH = 4096;

/**
 * Where names lead whose directories are symlinks: `lib/x` is `usr/lib/x` where `lib` points to `usr/lib`.
 * Package databases keep the names that the packages had when they were made.
 */
export class DirectoryLinks {
  readonly #links = new PathTrie<string>();
  #recentDirectory = '';
  #recentTarget: string | null = '';

  /** @param layers lowest first */
  constructor(layers: readonly Pick<LayerScan, 'entries' | 'whiteouts'>[]) {
    for (const [path, target] of findSymlinks(layers)) this.#links.add(path, target);
  }

  /**
   * Where the path leads, its last name kept: the path itself where no directory above it is a link, or where links
   * lead in a circle.
   */
  resolve(path: string): string {
    if (this.#links.isEmpty) return path;
    const end = path.lastIndexOf('/');
    if (end <= 0) return path;
    // Lists go directory by directory.
    if (end !== this.#recentDirectory.length || !path.startsWith(this.#recentDirectory)) {
      this.#recentDirectory = path.slice(0, end);
      this.#recentTarget = this.#targetOf(this.#recentDirectory);
    }
    const target = this.#recentTarget;
    return target === null ? path : target + path.slice(target === '' ? end + 1 : end);
  }

  /** null when it is not behind a link. */
  #targetOf(directory: string): string | null {
    let path = `${directory}/`;
    for (let count = 0; count <= MAX_LINKS; count += 1) {
      const link = this.#links.topmost(path);
      if (link === null) return count === 0 ? null : cleanPath(path);
      const above = path.slice(0, Math.max(path.lastIndexOf('/', link.end - 1), 0));
      const target = link.value.startsWith('/') ? link.value : `${above}/${link.value}`;
      path = `${cleanPath(target)}${path.slice(link.end)}`;
      if (path.length > MAX_PATH) return null;
      if (path.startsWith('/')) path = path.slice(1);
    }
    return null;
  }
}

/** Symbolic links by their paths, with their targets as written; also some that a file replaced. */
export function findSymlinks(
  layers: readonly Pick<LayerScan, 'entries' | 'whiteouts'>[],
): ReadonlyMap<string, string> {
  const links = new Map<string, string>();
  for (const { entries, whiteouts } of layers) {
    for (const path of whiteouts) links.delete(path);
    for (const entry of entries) {
      if (entry.kind === 'directory') {
        if (links.size > 0) links.delete(entry.path);
      } else if (entry.kind === 'symlink' && entry.linkname) links.set(entry.path, entry.linkname);
    }
  }
  return links;
}

/** Where a link at the path leads, as a clean path. */
export function linkTarget(path: string, target: string): string {
  const above = parentPath(path);
  return cleanPath(target.startsWith('/') ? target : `${above}/${target}`).replace(/^\//, '');
}

/** Names looked at: files of more names are kept by tools that own all of them. */
const MAX_NAMES = 64;
const NONE: readonly string[] = [];

/** The other names of files: a file is shown under one name, and its package may know it by another. */
export class HardLinks {
  readonly #groups = new Map<string, string[]>();

  /** @param layers lowest first */
  constructor(layers: readonly Pick<LayerScan, 'entries'>[]) {
    for (const { entries } of layers) {
      for (const entry of entries) {
        if (entry.kind === 'hardlink') this.#link(entry.path, entry.linkname ?? '');
        // Written anew, it is a file of its own.
        else if (this.#groups.size > 0) this.#groups.delete(entry.path);
      }
    }
  }

  /** Names that the file at the path has or had, the first 64; none when it has one name only. */
  namesOf(path: string): readonly string[] {
    return this.#groups.get(path) ?? NONE;
  }

  #link(path: string, target: string): void {
    if (path === target) return;
    const group = this.#groups.get(target) ?? [target];
    if (group.length < MAX_NAMES) group.push(path);
    this.#groups.set(target, group);
    this.#groups.set(path, group);
  }
}
