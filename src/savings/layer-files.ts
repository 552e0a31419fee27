import type { LayerEntries } from '../layer/layer-entries.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import type { PathTable } from '../layer/path-table.ts';
import { BLOCK, paddedSize } from '../tar/header.ts';
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
  readonly #starts: Float64Array;
  readonly #lengths: Float64Array;
  /** Bytes of the tar, about. */
  readonly tarSize: number;

  constructor({ entries }: LayerScan) {
    this.#entries = new FreedEntries(entries);
    this.#starts = new Float64Array(entries.fileCount);
    this.#lengths = new Float64Array(entries.fileCount);
    let position = 0;
    let file = 0;
    for (let index = 0; index < entries.length; index += 1) {
      const length = BLOCK + paddedSize(entries.sizeOf(index));
      if (entries.isFile(index)) {
        this.#starts[file] = position;
        this.#lengths[file] = length;
        file += 1;
      }
      position += length;
    }
    this.tarSize = position;
  }

  get count(): number {
    return this.#starts.length;
  }

  /** As `FreedEntries.find`. */
  find(freed: readonly FreedFile[]): FoundFiles | null {
    return this.#entries.find(freed);
  }

  /** Bytes that have to be compressed to learn what these files take up. */
  cost(files: readonly number[], codec: Codec): number {
    const runs = files.map(file => ({ start: this.#starts[file] ?? 0, length: this.#lengths[file] ?? 0 }));
    const segments = planSegments(runs, codec, this.tarSize);
    return segments.reduce((sum, { length, removed }) => sum + (2 * length - removed) * codec.weight, 0);
  }
}

export interface FoundFiles {
  /** Places among the layer's regular files, ascending. */
  readonly files: readonly number[];
  /** Freed of files of which a part remains, which are not among `files`: what they would become nobody knows. */
  readonly partBytes: number;
}

/** The regular files of one layer by their names, to find the entries that freed files are. */
export class FreedEntries {
  readonly #paths: PathTable;
  /** By path: one more than the place of the regular file that it names; 0 where it names none. */
  readonly #fileOf: Uint32Array;
  /** Of paths that have named several, in the order of the tar. */
  readonly #copiesOf: ReadonlyMap<number, Copies>;
  readonly #sizes: Float64Array;

  constructor(entries: LayerEntries) {
    const { paths } = entries.columns;
    this.#paths = paths;
    this.#sizes = new Float64Array(entries.fileCount);
    this.#fileOf = new Uint32Array(paths.size);
    const copies = new Map<number, number[]>();
    /** By path: one more than the file that a hard link to it names now. */
    const current = new Uint32Array(paths.size);
    const name = (node: number, file: number): void => {
      current[node] = file + 1;
      const first = this.#fileOf[node] ?? 0;
      if (first === 0) this.#fileOf[node] = file + 1;
      else {
        const others = copies.get(node);
        if (others === undefined) copies.set(node, [first - 1, file]);
        else others.push(file);
      }
    };
    const { nodes } = entries.columns;
    let count = 0;
    for (let index = 0; index < entries.length; index += 1) {
      const node = nodes[index] ?? 0;
      if (entries.isFile(index)) {
        this.#sizes[count] = entries.sizeOf(index);
        name(node, count);
        count += 1;
      } else if (entries.kindOf(index) === 'hardlink') {
        const target = paths.find(entries.linknameOf(index) ?? '');
        const file = target === undefined ? 0 : (current[target] ?? 0);
        if (file > 0) name(node, file - 1);
      }
    }
    this.#copiesOf = new Map(
      Array.from(copies, ([node, files]) => [node, new Copies(files, this.#sizes)] as const),
    );
  }

  /**
   * The entries of freed files, all of this layer. Of copies of one path the one that has the freed bytes is meant; those
   * of the same size are numbered in the order of the tar.
   * @returns null when a file is not there
   */
  find(freed: readonly Pick<FreedFile, 'path' | 'bytes' | 'copy'>[]): FoundFiles | null {
    const found = new Set<number>();
    let partBytes = 0;
    for (const each of freed) {
      if (each.bytes === 0) continue;
      const file = this.#find(each);
      if (file === null) return null;
      if (file === 'part') partBytes += each.bytes;
      else found.add(file);
    }
    return { files: [...found].sort((a, b) => a - b), partBytes };
  }

  #find({ path, bytes, copy = 0 }: Pick<FreedFile, 'path' | 'bytes' | 'copy'>): number | 'part' | null {
    const node = this.#paths.find(path) ?? 0;
    const first = this.#fileOf[node] ?? 0;
    if (first === 0) return null;
    const copies = this.#copiesOf.get(node);
    if (copies !== undefined) return copies.find(bytes, copy);
    const size = this.#sizes[first - 1] ?? 0;
    if (size === bytes) return first - 1;
    return size > bytes ? 'part' : null;
  }
}

/** What one layer has of one name: a hostile tar writes it a million times. */
class Copies {
  /** In the order of the tar. */
  readonly #bySize: ReadonlyMap<number, readonly number[]>;
  /** Ascending. */
  readonly #sizes: Float64Array;

  /** @param sizes of the layer's regular files */
  constructor(files: readonly number[], sizes: Float64Array) {
    this.#bySize = Map.groupBy(files, file => sizes[file] ?? 0);
    this.#sizes = Float64Array.from(files, file => sizes[file] ?? 0).sort();
  }

  /** @param copy the largest is 0 */
  find(bytes: number, copy: number): number | 'part' | null {
    const fitting = this.#bySize.get(bytes) ?? [];
    const larger = this.#countLarger(bytes);
    const file = fitting[Math.min(Math.max(copy - larger, 0), fitting.length - 1)];
    return file ?? (larger > 0 ? 'part' : null);
  }

  #countLarger(bytes: number): number {
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
