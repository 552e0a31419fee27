import { WASTE_REASONS, type WasteReason } from '../analysis/waste-reason.ts';
import { grown } from '../layer/column.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { PathTable, ROOT } from '../layer/path-table.ts';
import { ContentTable } from './content-table.ts';
import type { Snapshot, SnapshotLayer } from './snapshot.ts';
import { CONTENT_WORDS } from './stored-content.ts';

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
  readonly contents: ContentTable;
  readonly baseline: DifferingFiles;
  readonly head: DifferingFiles;
}

/** Lists the files of a layer from its scan where that is at hand, and else from the snapshot. */
export function listDifferingFiles(
  [baseline, baselineScans]: readonly [Snapshot, ScansAtHand],
  [head, headScans]: readonly [Snapshot, ScansAtHand],
): DifferingSides {
  const paths = new PathTable();
  const contents = new ContentTable();
  const list = (snapshot: Snapshot, scans: ScansAtHand, other: Snapshot): DifferingFiles => {
    const files = new DifferingFiles(paths, contents);
    for (const index of differingLayers(snapshot, other)) {
      const layer = snapshot.layers[index];
      const scan = scans[index] ?? null;
      if (layer === undefined) continue;
      if (scan !== null && `${scan.diffId}` === layer.diffId) files.addScan(index, scan, layer);
      else files.addLayer(index, layer);
    }
    return files;
  };
  return {
    paths,
    contents,
    baseline: list(baseline, baselineScans, head),
    head: list(head, headScans, baseline),
  };
}

/** Files and directories of both images that are held at once: thirty bytes each. Only hostile snapshots name more. */
const MAX_NODES = 16 * 1024 * 1024;

/** Files of one path, one a layer, up to which each is held against each: only hostile images have more. */
export const MAX_COPIES = 8;
/** Layers of an image that can hide a file: no image runs with as many. */
const MAX_HIDERS = 4096;

/**
 * What is known of a content: nothing yet; that nobody will know it, as of a file that the layer has twice, and of one that was
 * not hashed while it passed by; or its number, and `KNOWN`.
 */
const Content = { UNKNOWN: 0, UNKNOWABLE: 1, KNOWN: 2 } as const;

/** What hides a file from the final filesystem. */
interface Hider {
  /** Its index in the image. */
  readonly layer: number;
  readonly reason: WasteReason;
}

/**
 * Files of some layers by column: about fifty bytes each. A path is one file of its layer, whose bytes are summed where
 * the layer has it twice. Empty files are left out: they are equal to each other.
 */
export class DifferingFiles {
  /** Layers that files were listed of, or could not be. */
  layerCount = 0;
  /** Bytes of base layers that a snapshot has by reference alone, and of files that were too many to be held. */
  unlistedBytes = 0;
  readonly #paths: PathTable;
  readonly #known: ContentTable;
  #length = 0;
  #layers = new Uint16Array(16);
  #nodes = new Uint32Array(16);
  #sizes = new Float64Array(16);
  /** See `Content`. */
  #contents = new Uint32Array(16);
  /** One more than the file before it that has the same path; 0 for the first. */
  #previous = new Uint32Array(16);
  /** One more than the package's index; 0 for none. */
  #owners = new Uint32Array(16);
  /** One more than the index of the layer that hides it; 0 for none. */
  #hiders = new Uint16Array(16);
  #reasons = new Uint8Array(16);
  /** By node: one more than its last file; 0 where it has none. */
  #last = new Uint32Array(16);

  /** @param contents of both images */
  constructor(paths: PathTable, contents: ContentTable) {
    this.#paths = paths;
    this.#known = contents;
  }

  /** Adds the files that a scan has of a layer. */
  addScan(index: number, { entries, verified }: LayerScan, layer: SnapshotLayer): void {
    const { columns } = entries;
    // What verifies hashes all files that it can: reading them again would tell no more.
    const missing = verified ? Content.UNKNOWABLE : Content.UNKNOWN;
    const nodes = this.#paths.addAll(columns.paths);
    this.layerCount += 1;
    for (let entry = 0; entry < entries.length; entry += 1) {
      if (!entries.isFile(entry)) continue;
      const file = this.#add(index, nodes[columns.nodes[entry] ?? 0] ?? 0, entries.sizeOf(entry));
      if (file === null) continue;
      this.#contents[file] =
        columns.contents === null || !entries.knowsContent(entry)
          ? missing
          : Content.KNOWN + this.#known.add(columns.contents, entry * CONTENT_WORDS);
    }
    for (const [path, , owner] of layer.files) {
      if (owner === undefined) continue;
      const file = this.#findFile(index, path);
      if (file !== null) this.#owners[file] = owner + 1;
    }
    this.#hideFiles(index, layer);
  }

  /** Adds the files that a snapshot lists of a layer. */
  addLayer(index: number, layer: SnapshotLayer): void {
    const { files, contents, origin, size } = layer;
    this.layerCount += 1;
    if (origin === 'base') this.unlistedBytes += size;
    for (const [place, [path, bytes, owner]] of files.entries()) {
      if (this.#paths.size + path.length / 2 > MAX_NODES) {
        this.unlistedBytes += bytes;
        continue;
      }
      const file = this.#add(index, this.#paths.add(path), bytes);
      if (file === null) continue;
      const content = contents[place] ?? null;
      if (content !== null) this.#contents[file] = Content.KNOWN + this.#known.addStored(content);
      if (owner !== undefined) this.#owners[file] = owner + 1;
    }
    this.#hideFiles(index, layer);
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

  /** What hides it; null where nothing is known to. */
  hiderOf(file: number): Hider | null {
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

  /** The one file that has the path of the node; null where there is none, or several. */
  onlyFileAt(node: number): number | null {
    const last = this.#last[node] ?? 0;
    return last === 0 || this.#previous[last - 1] !== 0 ? null : last - 1;
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

  /**
   * The layer whose instruction a file is attributed to. A chmod or chown that stores a file again is not what brought it: of
   * such copies the last is attributed to the layer of the first, and each of the others to the layer that stored it again.
   * Over all of them a layer has as many bytes attributed to it as it holds. Of more than `MAX_COPIES` each is where it lies.
   * @param isAttributed whether a copy is attributed in this way, too: at one that is not, a row of copies ends
   */
  attributedLayerOf(file: number, isAttributed: (file: number) => boolean): number {
    const node = this.nodeOf(file);
    if (this.onlyFileAt(node) !== null) return this.layerOf(file);
    const copies = this.filesAt(node);
    if (copies.length > MAX_COPIES) return this.layerOf(file);
    const next = copies.find(above => this.#isStoredAgain(file, above, copies));
    if (next !== undefined && isAttributed(next)) return this.layerOf(next);
    let first = file;
    for (;;) {
      const last = first;
      const before = copies.find(below => this.#isStoredAgain(below, last, copies));
      if (before === undefined || !isAttributed(before)) return this.layerOf(first);
      first = before;
    }
  }

  /**
   * Whether the one above is what hides the other, with the same content, and the other is the highest below it: one layer hides
   * two where a hard link kept the lower.
   * @param copies highest first
   */
  #isStoredAgain(file: number, above: number, copies: readonly number[]): boolean {
    const hider = this.hiderOf(file);
    return (
      hider !== null &&
      (hider.reason === 'metadata-only' || hider.reason === 'identical') &&
      hider.layer === this.layerOf(above) &&
      copies[copies.indexOf(above) + 1] === file
    );
  }

  sizeOf(file: number): number {
    return this.#sizes[file] ?? 0;
  }

  knowsContent(file: number): boolean {
    return (this.#contents[file] ?? 0) >= Content.KNOWN;
  }

  /** Whether reading the layer again would tell the content. */
  mayLearnContent(file: number): boolean {
    return this.#contents[file] === Content.UNKNOWN;
  }

  /** The number of a known content, which is the same in both images. */
  contentOf(file: number): number {
    return (this.#contents[file] ?? 0) - Content.KNOWN;
  }

  /** Says of the files of a layer, which were added last, what hides them. */
  #hideFiles(index: number, { files, hidden }: SnapshotLayer): void {
    for (const [place, hider, reason] of hidden) {
      const file = this.#findFile(index, files[place]?.[0] ?? '');
      if (file === null || hider >= MAX_HIDERS) continue;
      this.#hiders[file] = hider + 1;
      this.#reasons[file] = WASTE_REASONS.indexOf(reason);
    }
  }

  /** The file that a layer, whose files were added last, has at a path; null where it was left out. */
  #findFile(layer: number, path: string): number | null {
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
      this.#contents[before - 1] = Content.UNKNOWABLE;
      return null;
    }
    const file = this.#length;
    this.#length += 1;
    if (this.#length > this.#layers.length) this.#grow();
    this.#layers[file] = layer;
    this.#nodes[file] = node;
    this.#sizes[file] = size;
    this.#previous[file] = before;
    this.#last[node] = file + 1;
    return file;
  }

  #grow(): void {
    const length = this.#length;
    this.#layers = grown(this.#layers, length);
    this.#nodes = grown(this.#nodes, length);
    this.#sizes = grown(this.#sizes, length);
    this.#contents = grown(this.#contents, length);
    this.#previous = grown(this.#previous, length);
    this.#owners = grown(this.#owners, length);
    this.#hiders = grown(this.#hiders, length);
    this.#reasons = grown(this.#reasons, length);
  }
}
