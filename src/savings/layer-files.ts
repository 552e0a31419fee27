import type { LayerEntries } from '../layer/layer-entries.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { BLOCK, paddedSize } from '../tar/header.ts';
import type { ByteRange } from '../tar/random-access.ts';
import type { Codec } from './codec.ts';
import { planSegments } from './layer-cut.ts';

/**
 * Bytes of a path in a layer that a fix would free. A set of them makes a saving: unions never count a byte twice.
 */
export interface FreedFile {
  /** Index of the layer. */
  readonly layer: number;
  /** Clean: the entry's own, or that of a hard link to it in the same layer. */
  readonly path: string;
  /** Those of the file: less when only a part of it would go. */
  readonly bytes: number;
  /** Which of the copies that one layer has of a path, the largest first; 0 when absent. */
  readonly copy?: number;
}

/** The regular files of a layer as its scan tells of them: which of them are freed, and what cutting them out costs. */
export class LayerFiles {
  readonly #entries: FreedEntries;
  /** About where the regular files are in the tar: a scan does not keep how long their headers are. */
  readonly #extents: readonly ByteRange[];
  /** Bytes of the tar, about. */
  readonly tarSize: number;

  /** @param paths names that will be asked for */
  constructor({ entries }: LayerScan, paths: ReadonlySet<string>) {
    this.#entries = new FreedEntries(entries, paths);
    const extents: ByteRange[] = [];
    let position = 0;
    for (let index = 0; index < entries.length; index += 1) {
      const length = BLOCK + paddedSize(entries.sizeOf(index));
      if (entries.isFile(index)) extents.push({ start: position, length });
      position += length;
    }
    this.#extents = extents;
    this.tarSize = position;
  }

  get count(): number {
    return this.#extents.length;
  }

  /** Places among the regular files, ascending; null when the freed files cannot be measured. */
  find(freed: readonly FreedFile[]): readonly number[] | null {
    return this.#entries.find(freed);
  }

  isPart(file: FreedFile): boolean {
    return this.#entries.isPart(file);
  }

  /** Bytes that have to be compressed to learn what these files take up. */
  cost(files: readonly number[], codec: Codec): number {
    const runs = files.flatMap(file => this.#extents[file] ?? []);
    const segments = planSegments(runs, codec, this.tarSize);
    return segments.reduce((sum, { length, removed }) => sum + (2 * length - removed) * codec.weight, 0);
  }
}

/** The regular files of one layer by their names, to find the entries that freed files are. */
export class FreedEntries {
  /** Of each name, which regular files of the layer have had it, in the order of the tar. */
  readonly #filesOf: ReadonlyMap<string, readonly number[]>;
  readonly #sizes: readonly number[];
  readonly #copies = new Map<string, Copies>();

  /** @param paths names that will be asked for */
  constructor(entries: LayerEntries, paths: ReadonlySet<string>) {
    this.#sizes = entries
      .values()
      .filter(({ kind }) => kind === 'file')
      .map(({ size }) => size)
      .toArray();
    this.#filesOf = filesByName(entries, paths);
  }

  /**
   * The entries of freed files, all of this layer, as places among the layer's regular files; ascending.
   * Of copies of one path the one that has the freed bytes is meant; those of the same size are numbered in the order
   * of the tar.
   * @returns null when a file is not there, or only a part of it is freed: what remains of it nobody knows
   */
  find(freed: readonly Pick<FreedFile, 'path' | 'bytes' | 'copy'>[]): readonly number[] | null {
    const found = new Set<number>();
    for (const each of freed) {
      if (each.bytes === 0) continue;
      const file = this.#fileOf(each);
      if (file === undefined) return null;
      found.add(file);
    }
    return [...found].sort((a, b) => a - b);
  }

  /** Whether only a part of a file that is there is freed. */
  isPart({ path, bytes }: Pick<FreedFile, 'path' | 'bytes'>): boolean {
    const copies = this.#copiesOf(path);
    return copies.ofSize(bytes).length === 0 && copies.countLarger(bytes) > 0;
  }

  #fileOf({ path, bytes, copy = 0 }: Pick<FreedFile, 'path' | 'bytes' | 'copy'>): number | undefined {
    const copies = this.#copiesOf(path);
    const fitting = copies.ofSize(bytes);
    if (fitting.length <= 1) return fitting[0];
    return fitting[Math.min(Math.max(copy - copies.countLarger(bytes), 0), fitting.length - 1)];
  }

  #copiesOf(path: string): Copies {
    let copies = this.#copies.get(path);
    if (copies === undefined) {
      copies = new Copies(this.#filesOf.get(path) ?? [], file => this.#sizes[file] ?? 0);
      this.#copies.set(path, copies);
    }
    return copies;
  }
}

/** What one layer has of one name: a hostile tar writes it a million times. */
class Copies {
  readonly #bySize: ReadonlyMap<number, readonly number[]>;
  /** Ascending. */
  readonly #sizes: Float64Array;

  constructor(files: readonly number[], sizeOf: (file: number) => number) {
    this.#bySize = Map.groupBy(files, sizeOf);
    this.#sizes = Float64Array.from(files, sizeOf).sort();
  }

  /** In the order of the tar. */
  ofSize(bytes: number): readonly number[] {
    return this.#bySize.get(bytes) ?? [];
  }

  countLarger(bytes: number): number {
    let low = 0;
    let high = this.#sizes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sizes[middle] ?? 0) <= bytes) low = middle + 1;
      else high = middle;
    }
    return this.#sizes.length - low;
  }
}

function filesByName(
  entries: LayerEntries,
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
  for (const entry of entries) {
    const { kind } = entry;
    if (kind === 'file') {
      const { path } = entry;
      add(path, count);
      if (linked.has(path)) current.set(path, count);
      count += 1;
    } else if (kind === 'hardlink') {
      const { path, linkname = '' } = entry;
      const file = current.get(linkname);
      if (file === undefined) continue;
      add(path, file);
      if (linked.has(path)) current.set(path, file);
    }
  }
  return filesOf;
}

function linkTargets(entries: LayerEntries): ReadonlySet<string> {
  const links = entries.values().filter(({ kind }) => kind === 'hardlink');
  return new Set(links.map(({ linkname = '' }) => linkname).filter(target => target !== ''));
}
