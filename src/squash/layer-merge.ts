import { compareBytes } from '../analysis/byte-order.ts';
import { ImagePaths } from '../analysis/image-paths.ts';
import { DeadweightError } from '../base/errors.ts';
import { printable } from '../base/untrusted-text.ts';
import { Kind } from '../layer/layer-entries.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { ROOT } from '../layer/path-table.ts';
import { type EntryNumber, EntryNumbers, ReplayedLayers } from './replayed-layers.ts';

/** Layers of an image, from the first to the last of them. Indexes; 0 is the lowest. */
export interface LayerRange {
  readonly first: number;
  readonly last: number;
}

/** What becomes of an entry that is not left out. */
export type Fate =
  /** It is there as it is. */
  | { readonly type: 'kept' }
  /** It is there under the name of a hard link to it. */
  | { readonly type: 'moved'; readonly to: EntryNumber }
  /** It is a hard link to another path than it says. */
  | { readonly type: 'linked'; readonly target: string };

/** Of one layer, what becomes of each of its entries, by their indexes; those that are left out lack. */
export interface PlannedLayer {
  readonly layer: number;
  readonly fates: ReadonlyMap<number, Fate>;
}

/** How the layers of a range become one. Paths are clean, and in the order of their bytes. */
export interface LayerMerge {
  /** Deleted of what lies below the range. */
  readonly whiteouts: readonly string[];
  /** Directories that hide what lies below the range in them. */
  readonly opaques: readonly string[];
  /** Directories that come first: something else lies in their place below the range, through which a file would be written. */
  readonly early: readonly EntryNumber[];
  /** Directories that no entry names, and that would not be there, or would be what lies below. */
  readonly unnamed: readonly string[];
  /** From the lowest on. One below the range is there for content that a hard link of the range names. */
  readonly layers: readonly PlannedLayer[];
  /** Sum of the sizes of its regular files. Bytes. */
  readonly size: number;
}

const KEPT: Fate = { type: 'kept' };

/**
 * Plans how some layers of an image become one that shows the same, on the same layers and below the same.
 * @param scans of all layers, the lowest first
 * @throws DeadweightError `limit-exceeded`, `input-corrupt`
 */
export function planLayerMerge(scans: readonly LayerScan[], range: LayerRange): LayerMerge {
  return new LayerMergePlanner(scans, range).plan();
}

class LayerMergePlanner {
  readonly #scans: readonly LayerScan[];
  readonly #range: LayerRange;
  readonly #paths: ImagePaths;
  readonly #numbers: EntryNumbers;
  /** What lies below the range. */
  readonly #below: ReplayedLayers;
  /** What is there with the range. */
  readonly #whole: ReplayedLayers;
  readonly #whiteouts: string[] = [];
  readonly #opaques: string[] = [];
  readonly #unnamed = new Set<number>();

  constructor(scans: readonly LayerScan[], range: LayerRange) {
    this.#scans = scans.slice(0, range.last + 1);
    this.#range = range;
    this.#paths = new ImagePaths(this.#scans);
    this.#numbers = new EntryNumbers(this.#scans);
    this.#below = new ReplayedLayers(this.#scans, this.#paths, this.#numbers, range.first);
    this.#whole = new ReplayedLayers(this.#scans, this.#paths, this.#numbers, range.last + 1);
  }

  plan(): LayerMerge {
    this.#refuseDangling();
    this.#compare();
    this.#findEmpty();
    const fates = this.#fates();
    const sorted = (paths: readonly string[]) => paths.toSorted(compareBytes);
    const layers = [...Map.groupBy(fates, ([entry]) => this.#numbers.layerOf(entry))]
      .sort(([one], [other]) => one - other)
      .map(([layer, some]) => {
        const start = this.#numbers.startOf(layer);
        return { layer, fates: new Map(some.map(([entry, fate]) => [entry - start, fate])) };
      });
    const early = this.#early(fates);
    return {
      whiteouts: sorted(this.#whiteouts),
      opaques: sorted(this.#opaques),
      early,
      unnamed: sorted([...this.#unnamed].map(node => this.#pathOf(node))),
      layers,
      size: this.#sizeOf(fates),
    };
  }

  /** What no engine unpacks cannot be made into what one does. */
  #refuseDangling(): void {
    const link = this.#whole.lastDangling;
    if (link === null || this.#numbers.layerOf(link) < this.#range.first) return;
    throw new DeadweightError('input-corrupt', {
      message: `Layer ${this.#numbers.layerOf(link)} has a hard link to a file that is not there: ${printable(this.#pathOfEntry(link))}.`,
      remedy: 'Build the image again: no engine unpacks that layer.',
    });
  }

  /** Walks what lies below, and marks what is there no more. */
  #compare(): void {
    const { tree } = this.#below;
    const open = [ROOT];
    for (let directory = open.pop(); directory !== undefined; directory = open.pop()) {
      const gone: number[] = [];
      let shown = 0;
      for (const child of tree.childrenOf(directory)) {
        if (this.#isGone(child)) gone.push(child);
        else if (this.#isNew(child)) this.#replace(child);
        else shown += 1;
        if (tree.isDirectory(child) && this.#isBelow(child)) open.push(child);
      }
      // One marker for many; that of the root nobody reads.
      if (gone.length > 1 && shown === 0 && directory !== ROOT) this.#opaques.push(this.#pathOf(directory));
      else for (const node of gone) this.#whiteouts.push(this.#pathOf(node));
    }
  }

  #isGone(node: number): boolean {
    return !this.#whole.tree.isDirectory(node) && !this.#whole.tree.isName(node);
  }

  /** Whether the directory of the layers below is there, whatever became of what is in it. */
  #isBelow(directory: number): boolean {
    return this.#whole.tree.isDirectory(directory) && this.#whole.makerOf(directory) < this.#range.first;
  }

  /** Whether something of the range is in the place. */
  #isNew(node: number): boolean {
    if (this.#whole.tree.isDirectory(node)) return this.#whole.makerOf(node) >= this.#range.first;
    return (this.#whole.ownerOf(node) ?? 0) >= this.#numbers.startOf(this.#range.first);
  }

  /** A directory that was made anew hides what was there; anything else does so by itself. */
  #replace(node: number): void {
    if (!this.#whole.tree.isDirectory(node)) return;
    if (this.#whole.ownerOf(node) === null) this.#unnamed.add(node);
    const [hidden] = this.#below.tree.isDirectory(node) ? this.#below.tree.childrenOf(node) : [];
    if (hidden !== undefined) this.#opaques.push(this.#pathOf(node));
  }

  /** Directories that what was in them had made, and that are empty now. */
  #findEmpty(): void {
    const { tree } = this.#whole;
    for (let node = ROOT + 1; node < this.#paths.table.size; node += 1) {
      if (!tree.isDirectory(node) || !this.#isNew(node) || this.#whole.ownerOf(node) !== null) continue;
      const [child] = tree.childrenOf(node);
      if (child === undefined) this.#unnamed.add(node);
    }
  }

  /** Of each entry that is there, in their order. */
  #fates(): ReadonlyMap<EntryNumber, Fate> {
    const fates = new Map<EntryNumber, Fate>();
    /** Under which path what an entry made is there first. */
    const carriers = new Map<EntryNumber, EntryNumber>();
    const { first, last } = this.#range;
    for (let layer = first; layer <= last; layer += 1) {
      const nodes = this.#paths.ofLayer(layer);
      for (const [index, node] of nodes.entries()) {
        const entry = this.#numbers.numberOf(layer, index);
        if (this.#whole.ownerOf(node) !== entry) continue;
        const origin = this.#whole.originOf(entry);
        const carrier = carriers.get(origin);
        if (carrier === undefined) {
          carriers.set(origin, entry);
          fates.set(origin, origin === entry ? KEPT : { type: 'moved', to: entry });
        } else fates.set(entry, { type: 'linked', target: this.#pathOfEntry(carrier) });
      }
    }
    return new Map([...fates].sort(([one], [other]) => one - other));
  }

  /** Directories of which a file comes first, where the path leads elsewhere below the range. With those above them. */
  #early(fates: ReadonlyMap<EntryNumber, Fate>): readonly EntryNumber[] {
    const early = new Set<EntryNumber>();
    const seen = new Set([ROOT]);
    const { table } = this.#paths;
    const markAbove = (node: number): void => {
      for (let above = table.parentOf(node); !seen.has(above); above = table.parentOf(above)) {
        seen.add(above);
        const owner = this.#below.tree.isName(above) ? this.#whole.ownerOf(above) : null;
        if (owner !== null) early.add(owner);
      }
    };
    // They come before all that the layers name.
    for (const node of this.#unnamed) markAbove(node);
    for (const [entry, fate] of fates) {
      const node = this.#nodeOf(fate.type === 'moved' ? fate.to : entry);
      markAbove(node);
      seen.add(node);
    }
    for (const entry of [...early]) {
      for (let above = table.parentOf(this.#nodeOf(entry)); above !== ROOT; above = table.parentOf(above)) {
        const owner = this.#below.tree.isName(above) ? this.#whole.ownerOf(above) : null;
        if (owner !== null) early.add(owner);
      }
    }
    return [...early].sort((one, other) => compareBytes(this.#pathOfEntry(one), this.#pathOfEntry(other)));
  }

  #sizeOf(fates: ReadonlyMap<EntryNumber, Fate>): number {
    let size = 0;
    for (const [entry, { type }] of fates) {
      if (type === 'linked') continue;
      const { entries, index } = this.#find(entry);
      if (entries.columns.kinds[index] === Kind.FILE) size += entries.sizeOf(index);
    }
    return size;
  }

  #find(entry: EntryNumber) {
    const layer = this.#numbers.layerOf(entry);
    const scan = this.#scans[layer];
    if (scan === undefined) throw new RangeError(`there is no entry ${entry}`);
    return { layer, entries: scan.entries, index: entry - this.#numbers.startOf(layer) };
  }

  #nodeOf(entry: EntryNumber): number {
    const { layer, index } = this.#find(entry);
    return this.#paths.ofLayer(layer)[index] ?? ROOT;
  }

  #pathOfEntry(entry: EntryNumber): string {
    return this.#pathOf(this.#nodeOf(entry));
  }

  #pathOf(node: number): string {
    return this.#paths.table.pathOf(node);
  }
}
