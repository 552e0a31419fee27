import type { PathTable } from '../layer/path-table.ts';
import { sumOfPlaces } from './cause-places.ts';
import type { ComparedImages } from './compared-images.ts';
import { differingLayers } from './differing-files.ts';
import type { ComparedFile } from './file-changes.ts';
import type { OwnChanges, PackagePlaces } from './own-changes.ts';
import { coarsePath, type Snapshot } from './snapshot.ts';

/** What became of base layers, whose files are not held against each other. Signed bytes. */
export interface BaseChanges {
  /** By the number of the package. */
  readonly packages: Map<number, number>;
  /** What belongs to no package, by directory. */
  readonly directories: Map<string, number>;
  /** Of all base layers that differ. */
  readonly bytes: number;
}

/** What the base layers of the head have more than those of the baseline; layers that both images have cancel. */
export function readBaseChanges({ baseline, head, union }: ComparedImages): BaseChanges {
  const packages = new Map<number, number>();
  const directories = new Map<string, number>();
  let bytes = 0;
  const add = (image: Snapshot, other: Snapshot, numbers: readonly number[], sign: 1 | -1): void => {
    for (const index of differingLayers(image, other)) {
      const layer = image.layers[index];
      if (layer?.origin !== 'base') continue;
      bytes += sign * layer.size;
      // Without the packages of both, those of one would stand beside the directories of the other.
      if (union === null) continue;
      for (const [place, size] of layer.packages) increase(packages, numbers[place], sign * size);
      for (const [path, size] of layer.directories) increase(directories, path, sign * size);
    }
  };
  add(baseline, head, union?.baseline ?? [], -1);
  add(head, baseline, union?.head ?? [], 1);
  return { packages, directories, bytes };
}

function increase<K>(sums: Map<K, number>, key: K | undefined, bytes: number): void {
  if (key !== undefined) sums.set(key, (sums.get(key) ?? 0) + bytes);
}

/** What own layers have left of their changes. */
type Remaining = Pick<OwnChanges, 'packages' | 'paths'>;

/**
 * Cancels what went from own layers into the base image, or back: packages by their bytes, and the files of a directory
 * where all that changed in it is exactly what the base has. Takes it from the base's changes, which are changed.
 * @returns the own changes that are left, the bytes that the base's lost, and the own bytes of packages that moved, by number
 */
export function cancelMovedToBase(
  own: Remaining,
  base: BaseChanges,
  table: PathTable,
): Remaining & { readonly cancelled: number; readonly moved: ReadonlyMap<number, PackagePlaces> } {
  let cancelled = 0;
  const movedPackages = new Map<number, PackagePlaces>();
  const packages = new Map<number, PackagePlaces>();
  for (const [number, bytes] of own.packages) {
    const moved = oppositeBytes(sumOfPlaces(bytes), base.packages.get(number) ?? 0);
    if (moved !== 0) {
      increase(base.packages, number, -moved);
      cancelled += moved;
      movedPackages.set(number, bytes);
    }
    packages.set(number, moved === 0 ? bytes : withoutBytes(bytes, -moved));
  }
  const directoryOf = ({ node }: ComparedFile): string => coarsePath(table.pathOf(node));
  const moved = movedDirectories(own.paths, base, directoryOf);
  for (const [directory, bytes] of moved) {
    increase(base.directories, directory, -bytes);
    cancelled += bytes;
  }
  const paths = moved.size === 0 ? own.paths : own.paths.filter(file => !moved.has(directoryOf(file)));
  return { packages, paths, cancelled, moved: movedPackages };
}

/** The directories whose own changes, all of one sign, are exactly what the base image has more or less of them. */
function movedDirectories(
  paths: readonly ComparedFile[],
  base: BaseChanges,
  directoryOf: (file: ComparedFile) => string,
): ReadonlyMap<string, number> {
  const moved = new Map<string, number>();
  if (base.directories.size === 0) return moved;
  for (const [directory, items] of Map.groupBy(paths, directoryOf)) {
    const bytes = base.directories.get(directory) ?? 0;
    const own = items.reduce((sum, item) => sum + item.bytes, 0);
    const isOneSign = items.every(item => Math.sign(item.bytes) === Math.sign(own));
    if (bytes !== 0 && own === -bytes && isOneSign) moved.set(directory, bytes);
  }
  return moved;
}

/** As much of the base's bytes as the own bytes make up for; 0 where both have one sign. */
function oppositeBytes(own: number, base: number): number {
  if (Math.sign(own) * Math.sign(base) >= 0) return 0;
  return Math.sign(base) * Math.min(Math.abs(own), Math.abs(base));
}

/** The same without so many (signed) bytes, which are taken from the layers that have bytes of their sign. */
function withoutBytes({ baseline, head }: PackagePlaces, bytes: number): PackagePlaces {
  let left = bytes;
  const take = (layers: ReadonlyMap<number, number>): Map<number, number> =>
    new Map(
      [...layers].flatMap(([layer, there]) => {
        if (left === 0 || Math.sign(there) !== Math.sign(left)) return [[layer, there]];
        const taken = Math.sign(left) * Math.min(Math.abs(left), Math.abs(there));
        left -= taken;
        return taken === there ? [] : [[layer, there - taken]];
      }),
    );
  return { baseline: take(baseline), head: take(head) };
}
