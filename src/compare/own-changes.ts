import type { WasteReason } from '../analysis/waste-reason.ts';
import { addBytes, type LayerBytes } from './cause-places.ts';
import type { ComparedImages } from './compared-images.ts';
import type { DifferingFiles } from './differing-files.ts';
import { type FileChange, type FilePair, listFileChanges } from './file-changes.ts';
import type { PathItem } from './path-summary.ts';
import { pairRenamedFiles } from './renamed-files.ts';
import type { Snapshot } from './snapshot.ts';

/** What became of files in own layers, and in all layers where the base is not known. */
export interface OwnChanges {
  /** By the number of the package. */
  readonly packages: ReadonlyMap<number, PackageBytes>;
  /** What belongs to no package. */
  readonly paths: readonly ChangedPath[];
  /** What the image that has it does not show, by what hides it. */
  readonly waste: readonly ChangedWaste[];
  /** All of them, as files. */
  readonly changes: readonly FileChange[];
  /** Files that cancel, at one path. */
  readonly equal: readonly FilePair[];
  /** Files that cancel, at another path. */
  readonly renamed: readonly FilePair[];
  /** Of the renamed, those whose contents were not compared. */
  readonly assumed: readonly FilePair[];
}

/** Signed bytes of a package, by the layers of each image. They add up to its change. */
export interface PackageBytes {
  readonly baseline: LayerBytes;
  readonly head: LayerBytes;
}

export interface ChangedPath extends PathItem {
  readonly change: FileChange;
}

/** Files that one layer hides for one reason. */
export interface ChangedWaste {
  /** Whose layer hides it. */
  readonly image: 'baseline' | 'head';
  /** Index of the layer that hides it. */
  readonly layer: number;
  readonly reason: WasteReason;
  readonly paths: readonly ChangedPath[];
}

/** Holds the files of both images against each other and tells whose they are. */
export function readOwnChanges(images: ComparedImages): OwnChanges {
  const { baseline, head, sides, union, areMatched } = images;
  const owners = {
    baseline: (file: number) => numberOf(union?.baseline, sides.baseline.ownerOf(file)),
    head: (file: number) => numberOf(union?.head, sides.head.ownerOf(file)),
  };
  const isListed = { baseline: isOwnIn(baseline), head: isOwnIn(head) };
  const { changes: all, equal } = listFileChanges(sides, { isListed, areMatched });
  const { changes, renamed, assumed } = pairRenamedFiles(all, sides, owners);

  const sorted = new SortedChanges(images);
  for (const change of changes) {
    const { before, after } = change;
    const old = before === null ? undefined : owners.baseline(before);
    const owner = after === null ? undefined : owners.head(after);
    sorted.add(change, old, owner);
  }
  return { ...sorted, waste: [...sorted.waste.values()], changes, equal, renamed, assumed };
}

/** Changes by what they are told as. */
class SortedChanges {
  readonly packages = new Map<number, PackageBytes>();
  readonly paths: ChangedPath[] = [];
  readonly waste = new Map<string, ChangedWaste & { readonly paths: ChangedPath[] }>();
  readonly #sides: ComparedImages['sides'];

  constructor({ sides }: ComparedImages) {
    this.#sides = sides;
  }

  /** @param old number of the package in the baseline; undefined where it belongs to none, or is not there */
  add(change: FileChange, old: number | undefined, owner: number | undefined): void {
    const { node, bytes, before, after } = change;
    const waste = this.#wasteOf(change);
    if (waste !== null) waste.paths.push({ path: this.#sides.paths.pathOf(node), bytes, change });
    else if (old === undefined && owner === undefined) {
      this.paths.push({ path: this.#sides.paths.pathOf(node), bytes, change });
    } else {
      // Where only one image says whose it is, the other removed the package in a layer above.
      if (before !== null) this.#addPackage(old ?? owner, 'baseline', before);
      if (after !== null) this.#addPackage(owner ?? old, 'head', after);
    }
  }

  #addPackage(number: number | undefined, image: 'baseline' | 'head', file: number): void {
    if (number === undefined) return;
    const bytes = this.packages.get(number) ?? { baseline: new Map(), head: new Map() };
    this.packages.set(number, bytes);
    const files = this.#sides[image];
    addBytes(bytes[image], files.layerOf(file), image === 'head' ? files.sizeOf(file) : -files.sizeOf(file));
  }

  /**
   * What hides a file that only one image has, or what that file hides at its path; of a file of both, what hides it in the
   * head, where both hide it. null where it is, or was, visible.
   */
  #wasteOf({ node, before, after }: FileChange): (ChangedWaste & { readonly paths: ChangedPath[] }) | null {
    const image = after === null ? 'baseline' : 'head';
    const files = this.#sides[image];
    const file = after ?? before ?? 0;
    const isInBoth = before !== null && after !== null;
    if (isInBoth && this.#sides.baseline.isVisible(before)) return null;
    const hider = files.hiderOf(file) ?? (isInBoth ? null : hiddenBelow(files, node, file));
    if (hider === null) return null;
    const { layer, reason } = hider;
    const key = `${image} ${layer} ${reason}`;
    const known = this.waste.get(key) ?? { image, layer, reason, paths: [] };
    this.waste.set(key, known);
    return known;
  }
}

/** How the file hides another of its path; null where it hides none. */
function hiddenBelow(
  files: DifferingFiles,
  node: number,
  file: number,
): ReturnType<DifferingFiles['hiderOf']> {
  const layer = files.layerOf(file);
  for (const other of files.filesAt(node)) {
    const hider = other === file ? null : files.hiderOf(other);
    if (hider?.layer === layer) return hider;
  }
  return null;
}

/** Base layers are compared as a whole. */
function isOwnIn({ layers }: Snapshot): (layer: number) => boolean {
  return layer => layers[layer]?.origin !== 'base';
}

function numberOf(numbers: readonly number[] | undefined, index: number | undefined): number | undefined {
  return index === undefined ? undefined : numbers?.[index];
}
