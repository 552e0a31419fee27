import type { LayerEntry } from '../layer/entry.ts';
import type { FileClaim } from './file-claim.ts';

/** The regular files of one layer by their names, to find the entries that claims mean. */
export class ClaimedEntries {
  /** Of each name, which regular files of the layer have had it, in the order of the tar. */
  readonly #filesOf: ReadonlyMap<string, readonly number[]>;
  readonly #sizes: readonly number[];

  /** @param paths names that will be asked for */
  constructor(entries: readonly LayerEntry[], paths: ReadonlySet<string>) {
    this.#sizes = entries.flatMap(({ kind, size }) => (kind === 'file' ? [size] : []));
    this.#filesOf = filesByName(entries, paths);
  }

  /**
   * The files of these claims, all of this layer, as places among the layer's regular files; ascending.
   * Of copies of one path the one that has the claimed bytes is meant; those of the same size are numbered in the order
   * of the tar.
   * @returns null when a file is not there, or only a part of it is claimed: what remains of it nobody knows
   */
  find(claims: readonly Pick<FileClaim, 'path' | 'bytes' | 'copy'>[]): readonly number[] | null {
    const found = new Set<number>();
    for (const claim of claims) {
      if (claim.bytes === 0) continue;
      const file = this.#fileOf(claim);
      if (file === undefined) return null;
      found.add(file);
    }
    return [...found].sort((a, b) => a - b);
  }

  /** Whether only a part of a file that is there is claimed. */
  isPart({ path, bytes }: Pick<FileClaim, 'path' | 'bytes'>): boolean {
    const sizes = (this.#filesOf.get(path) ?? []).map(file => this.#sizes[file] ?? 0);
    return !sizes.includes(bytes) && sizes.some(size => size > bytes);
  }

  #fileOf({ path, bytes, copy = 0 }: Pick<FileClaim, 'path' | 'bytes' | 'copy'>): number | undefined {
    const files = this.#filesOf.get(path) ?? [];
    const sizeOf = (file: number): number => this.#sizes[file] ?? 0;
    const fitting = files.filter(file => sizeOf(file) === bytes);
    if (fitting.length <= 1) return fitting[0];
    const larger = files.filter(file => sizeOf(file) > bytes).length;
    return fitting[Math.min(Math.max(copy - larger, 0), fitting.length - 1)];
  }
}

function filesByName(
  entries: readonly LayerEntry[],
  paths: ReadonlySet<string>,
): ReadonlyMap<string, readonly number[]> {
  const filesOf = new Map<string, number[]>();
  const add = (name: string, file: number): void => {
    if (!paths.has(name)) return;
    const files = filesOf.get(name);
    if (files === undefined) filesOf.set(name, [file]);
    else files.push(file);
  };
  const linked = linkTargets(entries);
  /** What the targets of hard links are now. */
  const current = new Map<string, number>();
  let count = 0;
  for (const { path, kind, linkname = '' } of entries) {
    if (kind === 'file') {
      add(path, count);
      if (linked.has(path)) current.set(path, count);
      count += 1;
    } else if (kind === 'hardlink') {
      const file = current.get(linkname);
      if (file === undefined) continue;
      add(path, file);
      if (linked.has(path)) current.set(path, file);
    }
  }
  return filesOf;
}

function linkTargets(entries: readonly LayerEntry[]): ReadonlySet<string> {
  return new Set(
    entries.flatMap(({ kind, linkname }) => (kind === 'hardlink' && linkname ? [linkname] : [])),
  );
}
