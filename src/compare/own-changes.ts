import type { WasteReason } from '../analysis/waste-reason.ts';
import { addBytes, type LayerBytes } from './cause-places.ts';
import type { ComparedImages } from './compared-images.ts';
import type { DifferingFiles } from './differing-files.ts';
import { type ComparedFile, type FilePair, listFileChanges } from './file-changes.ts';
import { pairRenamedFiles } from './renamed-files.ts';
import type { Snapshot } from './snapshot.ts';
import { pairVersions } from './versioned-files.ts';

/** What became of files in own layers, and in all layers where the base is not known. */
export interface OwnChanges {
  /** By the number of the package. */
  readonly packages: ReadonlyMap<number, PackagePlaces>;
  /** What belongs to no package. */
  readonly paths: readonly ComparedFile[];
  /** What the image that has it does not show, by what hides it. */
  readonly waste: readonly ChangedWaste[];
  readonly attributedLayerOf: LayerAttribution;
  /** What the other fields tell, file by file. */
  readonly changes: readonly ComparedFile[];
  /** Files that cancel, at one path. */
  readonly equal: readonly FilePair[];
  /** Files that cancel, at another path. */
  readonly renamed: readonly FilePair[];
  /** Files of one size whose paths differ in a version, and whose contents may differ. */
  readonly replaced: readonly FilePair[];
  /** Of the renamed, those whose contents were not compared. */
  readonly assumed: readonly FilePair[];
}

/** The index of the layer that a file of one of the images is attributed to: see `DifferingFiles.attributedLayerOf`. */
type LayerAttribution = Readonly<Record<'baseline' | 'head', (file: number) => number>>;

/** Two images, and the layers that their files are attributed to. */
export type AttributedImages = ComparedImages & Pick<OwnChanges, 'attributedLayerOf'>;

/** Signed bytes of a package, by the layers of each image. They add up to its change. */
export interface PackagePlaces {
  readonly baseline: LayerBytes;
  readonly head: LayerBytes;
}

/** Files that one layer hides for one reason. */
export interface ChangedWaste {
  /** Whose layer hides it. */
  readonly image: 'baseline' | 'head';
  /** Index of the layer that hides it. */
  readonly layer: number;
  readonly reason: WasteReason;
  readonly paths: readonly ComparedFile[];
}

/** Holds the files of both images against each other and tells whose they are. */
export function readOwnChanges(images: ComparedImages): OwnChanges {
  const { baseline, head, sides, union, areMatched } = images;
  const owners = {
    baseline: (file: number) => numberOf(union?.baseline, sides.baseline.ownerOf(file)),
    head: (file: number) => numberOf(union?.head, sides.head.ownerOf(file)),
  };
  const isListed = { baseline: isOwnIn(baseline), head: isOwnIn(head) };
  const { resized, equal, ...singles } = listFileChanges(sides, { isListed, areMatched });
  const { removed, added, renamed, assumed } = pairRenamedFiles(singles, sides, owners);
  const all = inOrderOfPaths(resized, removed, added, sides);
  const { changes, replaced } = pairVersions(all, sides, ({ before, after }) => {
    return (
      (before !== null && owners.baseline(before) !== undefined) ||
      (after !== null && owners.head(after) !== undefined)
    );
  });

  const attributedLayerOf = attributeLayers(changes, sides);
  const sorted = new SortedChanges(images, changes, attributedLayerOf);
  for (const change of changes) {
    const { before, after } = change;
    const old = before === null ? undefined : owners.baseline(before);
    const owner = after === null ? undefined : owners.head(after);
    sorted.add(change, old, owner);
  }
  const waste = [...sorted.waste.values()];
  return { ...sorted, waste, attributedLayerOf, changes, equal, renamed, replaced, assumed };
}

function attributeLayers(
  changes: readonly ComparedFile[],
  { baseline, head }: ComparedImages['sides'],
): LayerAttribution {
  return {
    baseline: attributionIn(
      baseline,
      changes.map(({ before }) => before),
    ),
    head: attributionIn(
      head,
      changes.map(({ after }) => after),
    ),
  };
}

/** @param changed what cancels in both images is no change, and lies where it lies */
function attributionIn(files: DifferingFiles, changed: readonly (number | null)[]): (file: number) => number {
  const all = new Set(changed);
  return file => (all.has(file) ? files.attributedLayerOf(file, copy => all.has(copy)) : files.layerOf(file));
}

/** Of one path, first what both images have, then what is gone, then what is new. */
function inOrderOfPaths(
  resized: readonly ComparedFile[],
  removed: readonly number[],
  added: readonly number[],
  { baseline, head }: ComparedImages['sides'],
): readonly ComparedFile[] {
  const gone = removed.map((before): ComparedFile => {
    return { node: baseline.nodeOf(before), bytes: -baseline.sizeOf(before), before, after: null };
  });
  const come = added.map((after): ComparedFile => {
    return { node: head.nodeOf(after), bytes: head.sizeOf(after), before: null, after };
  });
  return mergeByNode(mergeByNode(resized, gone), come);
}

/** Both ascending; of one node, the first's first. */
function mergeByNode(
  first: readonly ComparedFile[],
  second: readonly ComparedFile[],
): readonly ComparedFile[] {
  if (first.length === 0) return second;
  const merged: ComparedFile[] = [];
  let next = 0;
  for (const change of second) {
    for (let other = first[next]; other !== undefined && other.node <= change.node; other = first[next]) {
      merged.push(other);
      next += 1;
    }
    merged.push(change);
  }
  return merged.concat(first.slice(next));
}

/** Changes by what they are told as. */
class SortedChanges {
  readonly packages = new Map<number, PackagePlaces>();
  readonly paths: ComparedFile[] = [];
  readonly waste = new Map<string, ChangedWaste & { readonly paths: ComparedFile[] }>();
  readonly #sides: ComparedImages['sides'];
  readonly #attributedLayerOf: LayerAttribution;
  readonly #hidden: Readonly<Record<'baseline' | 'head', HiddenPaths>>;
  /** Paths of files that one image alone has, and hides. */
  readonly #hiddenChanges = { baseline: new Set<number>(), head: new Set<number>() };

  constructor(
    { sides, baseline, head }: ComparedImages,
    changes: readonly ComparedFile[],
    attributedLayerOf: LayerAttribution,
  ) {
    this.#sides = sides;
    this.#attributedLayerOf = attributedLayerOf;
    this.#hidden = { baseline: hiddenPaths(baseline, sides), head: hiddenPaths(head, sides) };
    for (const { node, before, after } of changes) {
      if (before === null && after !== null && !sides.head.isVisible(after))
        this.#hiddenChanges.head.add(node);
      if (after === null && before !== null && !sides.baseline.isVisible(before)) {
        this.#hiddenChanges.baseline.add(node);
      }
    }
  }

  /** @param old number of the package in the baseline; undefined where it belongs to none, or is not there */
  add(change: ComparedFile, old: number | undefined, owner: number | undefined): void {
    const { before, after } = change;
    const waste = this.#wasteOf(change);
    if (waste !== null) waste.paths.push(change);
    else if (old === undefined && owner === undefined) this.paths.push(change);
    else {
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
    addBytes(
      bytes[image],
      this.#attributedLayerOf[image](file),
      image === 'head' ? files.sizeOf(file) : -files.sizeOf(file),
    );
  }

  /**
   * What hides a file that only one image has, or what that file hides at its path; of a file of both, what hides it in the
   * head, where both hide it. null where it is, or was, visible.
   */
  #wasteOf({
    node,
    before,
    after,
  }: ComparedFile): (ChangedWaste & { readonly paths: ComparedFile[] }) | null {
    const image = after === null ? 'baseline' : 'head';
    const files = this.#sides[image];
    const file = after ?? before ?? 0;
    const isInBoth = before !== null && after !== null;
    if (isInBoth && this.#sides.baseline.isVisible(before)) return null;
    const hider = files.hiderOf(file) ?? (isInBoth ? null : this.#hiddenBy(image, file, node));
    if (hider === null) return null;
    const { layer, reason } = hider;
    const key = `${image} ${layer} ${reason}`;
    const known = this.waste.get(key) ?? { image, layer, reason, paths: [] };
    this.waste.set(key, known);
    return known;
  }

  /** How a file hides another of its path in a layer below; null where it hides none. */
  #hiddenBy(
    image: 'baseline' | 'head',
    file: number,
    node: number,
  ): { readonly layer: number; readonly reason: WasteReason } | null {
    // Where the copy below came or went with it, that one is the waste.
    if (this.#hiddenChanges[image].has(node)) return null;
    const layer = this.#sides[image].layerOf(file);
    const reason = this.#hidden[image].get(layer)?.get(node);
    return reason === undefined ? null : { layer, reason };
  }
}

/** Why files are hidden, by the index of the layer that hides them and the node of their path. */
type HiddenPaths = ReadonlyMap<number, ReadonlyMap<number, WasteReason>>;

/** Of all layers, those too that both images have. */
function hiddenPaths({ layers }: Snapshot, { paths }: ComparedImages['sides']): HiddenPaths {
  const hidden = new Map<number, Map<number, WasteReason>>();
  for (const layer of layers) {
    for (const [file, hider, reason] of layer.hidden) {
      const node = paths.find(layer.files[file]?.[0] ?? '');
      if (node === undefined) continue;
      const nodes = hidden.get(hider) ?? new Map<number, WasteReason>();
      hidden.set(hider, nodes.set(node, reason));
    }
  }
  return hidden;
}

/** Base layers are compared as a whole. */
function isOwnIn({ layers }: Snapshot): (layer: number) => boolean {
  return layer => layers[layer]?.origin !== 'base';
}

function numberOf(numbers: readonly number[] | undefined, index: number | undefined): number | undefined {
  return index === undefined ? undefined : numbers?.[index];
}
