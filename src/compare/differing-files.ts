import { WASTE_REASONS, type WasteReason } from '../analysis/waste-reason.ts';
import { grown } from '../layer/column.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { PathTable, ROOT } from '../layer/path-table.ts';
import type { Snapshot, SnapshotLayer } from './snapshot.ts';
import { CONTENT_WORDS, readStoredContent } from './stored-content.ts';

/** The scans of an image's layers, by their index; null where one is not at hand, and fewer than layers where none is. */
export type ScansAtHand = readonly (LayerScan | null)[];

/** The indexes of layers that the other image has not; of one that both have, no more than the one has more than the other. */
export function differingLayers({ layers }: Snapshot, other: Snapshot): readonly number[] {
  const left = new Map<string, number>();
  for (const { diffId } of other.layers) left.set(diffId, (left.get(diffId) ?? 0) + 1);
  return layers.flatMap(({ diffId }, index) => {
    const count = left.get(diffId) ?? 0;
    left.set(diffId, count - 1);
    return count > 0 ? [] : [index];
  });
}

/** The files of two images that lie in layers which the other image has not. */
export interface DifferingSides {
  readonly paths: PathTable;
  readonly baseline: DifferingFiles;
  readonly head: DifferingFiles;
}

/** Lists the files of a layer from its scan where that is at hand, and else from the snapshot. */
export function listDifferingFiles(
  [baseline, baselineScans]: readonly [Snapshot, ScansAtHand],
  [head, headScans]: readonly [Snapshot, ScansAtHand],
): DifferingSides {
  const paths = new PathTable();
  const list = (snapshot: Snapshot, scans: ScansAtHand, other: Snapshot): DifferingFiles => {
    const files = new DifferingFiles(paths);
    for (const index of differingLayers(snapshot, other)) {
      const layer = snapshot.layers[index];
      const scan = scans[index] ?? null;
      if (layer === undefined) continue;
      if (scan !== null && `${scan.diffId}` === layer.diffId) files.addScan(index, scan);
      else files.addLayer(index, layer);
      files.describeLayer(index, layer);
    }
    return files;
  };
  return {
    paths,
    baseline: list(baseline, baselineScans, head),
    head: list(head, headScans, baseline),
  };
}

/** Files and directories of both images that are held at once: thirty bytes each. Only hostile snapshots name more. */
const MAX_NODES = 16 * 1024 * 1024;

/** Layers of an image that can hide a file: no image runs with as many. */
const MAX_HIDERS = 4096;

/** Whether a content is known; of a file that the layer has twice, and of one that was not hashed while it passed by, it never is. */
const Knowledge = { UNKNOWN: 0, KNOWN: 1, UNKNOWABLE: 2 } as const;

/**
 * Files of some layers by column: about seventy bytes each. A path is one file of its layer, whose bytes are summed where
 * the layer has it twice. Empty files are left out: they are equal to each other.
 */
export class DifferingFiles {
  /** Layers that files were listed of, or could not be. */
  layerCount = 0;
  /** Bytes of base layers that a snapshot has by reference alone, and of files that were too many to be held. */
  unlistedBytes = 0;
  readonly #paths: PathTable;
  #length = 0;
  #layers = new Uint16Array(16);
  #nodes = new Uint32Array(16);
  #sizes = new Float64Array(16);
  #contents = new Uint32Array(16 * CONTENT_WORDS);
  #knowledge = new Uint8Array(16);
  /** One more than the file before it that has the same path; 0 for the first. */
  #previous = new Uint32Array(16);
  /** One more than the package's index; 0 for none. */
  #owners = new Uint32Array(16);
  /** One more than the index of the layer that hides it; 0 for none. */
  #hiders = new Uint16Array(16);
  #reasons = new Uint8Array(16);
  /** By node: one more than its last file; 0 where it has none. */
  #last = new Uint32Array(16);

  constructor(paths: PathTable) {
    this.#paths = paths;
  }

  addScan(layer: number, { entries, verified }: LayerScan): void {
    const { columns } = entries;
    // What verifies hashes all files that it can: reading them again would tell no more.
    const missing = verified ? Knowledge.UNKNOWABLE : Knowledge.UNKNOWN;
    const nodes = this.#paths.addAll(columns.paths);
    this.layerCount += 1;
    for (let index = 0; index < entries.length; index += 1) {
      if (!entries.isFile(index)) continue;
      const file = this.#add(layer, nodes[columns.nodes[index] ?? 0] ?? 0, entries.sizeOf(index));
      if (file === null) continue;
      if (columns.contents === null || !entries.knowsContent(index)) {
        this.#knowledge[file] = missing;
        continue;
      }
      const start = index * CONTENT_WORDS;
      this.#contents.set(columns.contents.subarray(start, start + CONTENT_WORDS), file * CONTENT_WORDS);
      this.#knowledge[file] = Knowledge.KNOWN;
    }
  }

  addLayer(layer: number, { files, contents, origin, size }: SnapshotLayer): void {
    this.layerCount += 1;
    if (origin === 'base') this.unlistedBytes += size;
    for (const [index, [path, bytes]] of files.entries()) {
      if (this.#paths.size + path.length / 2 > MAX_NODES) {
        this.unlistedBytes += bytes;
        continue;
      }
      const file = this.#add(layer, this.#paths.add(path), bytes);
      const content = contents[index] ?? null;
      if (file === null || content === null) continue;
      readStoredContent(content, this.#contents, file);
      this.#knowledge[file] = Knowledge.KNOWN;
    }
  }

  /** Says of the files of a layer, which were added last, whose they are and what hides them. */
  describeLayer(index: number, { files, hidden }: SnapshotLayer): void {
    if (hidden.length === 0 && files.every(file => file.length === 2)) return;
    for (const [path, , owner] of files) {
      if (owner === undefined) continue;
      const file = this.#fileOf(index, path);
      if (file !== null) this.#owners[file] = owner + 1;
    }
    for (const [place, layer, reason] of hidden) {
      const file = this.#fileOf(index, files[place]?.[0] ?? '');
      if (file === null || layer >= MAX_HIDERS) continue;
      this.#hiders[file] = layer + 1;
      this.#reasons[file] = WASTE_REASONS.indexOf(reason);
    }
  }

  /** Files, empty ones left out. */
  get length(): number {
    return this.#length;
  }

  /** Index of its package in the snapshot; undefined where it belongs to none. */
  ownerOf(file: number): number | undefined {
    const owner = this.#owners[file] ?? 0;
    return owner === 0 ? undefined : owner - 1;
  }

  /** What hides it from the final filesystem, and the index of that layer; null where nothing is known to. */
  hiderOf(file: number): { readonly layer: number; readonly reason: WasteReason } | null {
    const hider = this.#hiders[file] ?? 0;
    const reason = WASTE_REASONS[this.#reasons[file] ?? 0];
    return hider === 0 || reason === undefined ? null : { layer: hider - 1, reason };
  }

  /** Whether nothing is known to hide it. */
  isVisible(file: number): boolean {
    return (this.#hiders[file] ?? 0) === 0;
  }

  /** Whether a file has the path of the node. */
  hasFileAt(node: number): boolean {
    return (this.#last[node] ?? 0) > 0;
  }

  /** Files that have the path of the node, one a layer. */
  filesAt(node: number): number[] {
    const files: number[] = [];
    for (let file = this.#last[node] ?? 0; file > 0; file = this.#previous[file - 1] ?? 0)
      files.push(file - 1);
    return files;
  }

  /** The node of its path. */
  nodeOf(file: number): number {
    return this.#nodes[file] ?? ROOT;
  }

  layerOf(file: number): number {
    return this.#layers[file] ?? 0;
  }

  sizeOf(file: number): number {
    return this.#sizes[file] ?? 0;
  }

  knowsContent(file: number): boolean {
    return this.#knowledge[file] === Knowledge.KNOWN;
  }

  /** Whether reading the layer again would tell the content. */
  mayLearnContent(file: number): boolean {
    return this.#knowledge[file] === Knowledge.UNKNOWN;
  }

  /** The four words of a known content, as one key. */
  contentOf(file: number): string {
    return this.#contents.subarray(file * CONTENT_WORDS, (file + 1) * CONTENT_WORDS).join();
  }

  /** A number of a known content: equal contents have the same, others hardly ever. */
  contentWordOf(file: number): number {
    return this.#contents[file * CONTENT_WORDS] ?? 0;
  }

  /** Whether both contents, which are known, are equal. */
  hasContentOf(file: number, other: DifferingFiles, otherFile: number): boolean {
    for (let word = 0; word < CONTENT_WORDS; word += 1) {
      const own = this.#contents[file * CONTENT_WORDS + word];
      if (own !== other.#contents[otherFile * CONTENT_WORDS + word]) return false;
    }
    return true;
  }

  /** The file that a layer has at a path; null where it was left out. */
  #fileOf(layer: number, path: string): number | null {
    const node = this.#paths.find(path);
    const last = node === undefined ? 0 : (this.#last[node] ?? 0);
    return last === 0 || this.#layers[last - 1] !== layer ? null : last - 1;
  }

  /** @returns the file; null for an empty one, and for a path that the layer has already */
  #add(layer: number, node: number, size: number): number | null {
    if (size === 0) return null;
    this.#last = grown(this.#last, node + 1);
    const before = this.#last[node] ?? 0;
    if (before > 0 && this.#layers[before - 1] === layer) {
      this.#sizes[before - 1] = this.sizeOf(before - 1) + size;
      this.#knowledge[before - 1] = Knowledge.UNKNOWABLE;
      return null;
    }
    const file = this.#length;
    this.#length += 1;
    this.#layers = grown(this.#layers, this.#length);
    this.#sizes = grown(this.#sizes, this.#length);
    this.#contents = grown(this.#contents, this.#length * CONTENT_WORDS);
    this.#knowledge = grown(this.#knowledge, this.#length);
    this.#previous = grown(this.#previous, this.#length);
    this.#owners = grown(this.#owners, this.#length);
    this.#hiders = grown(this.#hiders, this.#length);
    this.#reasons = grown(this.#reasons, this.#length);
    this.#layers[file] = layer;
    this.#nodes = grown(this.#nodes, this.#length);
    this.#nodes[file] = node;
    this.#sizes[file] = size;
    this.#previous[file] = before;
    this.#last[node] = file + 1;
    return file;
  }
}
