import type { LayerScan } from '../layer/layer-scan.ts';

/** Names looked at: files of more names are kept by tools that own all of them. */
const MOST_NAMES = 64;
const NONE: readonly string[] = [];

/** The other names of files: a file is shown under one name, and its package may know it by another. */
export class HardLinks {
  readonly #groups = new Map<string, string[]>();

  /** @param layers lowest first */
  constructor(layers: readonly Pick<LayerScan, 'entries'>[]) {
    for (const { entries } of layers) {
      for (const { path, kind, linkname } of entries) {
        if (kind === 'hardlink') this.#link(path, linkname ?? '');
        // Written anew, it is a file of its own.
        else if (this.#groups.size > 0) this.#groups.delete(path);
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
    if (group.length < MOST_NAMES) group.push(path);
    this.#groups.set(target, group);
    this.#groups.set(path, group);
  }
}
