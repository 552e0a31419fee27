import type { PackageChange, PackageUnion } from './package-union.ts';
import { coarseLayer, type PathBytes, type SnapshotFile, type SnapshotLayer } from './snapshot.ts';

export interface ContentChange {
  readonly packages: PackageChange;
  /** What belongs to no package; nothing that is 0. */
  readonly files: readonly PathBytes[];
}

/** A layer of either image; null where the image has none. */
export type MaybeLayer = SnapshotLayer | null;

/** Adds up what changed from files to others. */
class Changes {
  readonly packages = new Map<number, number>();
  readonly files: PathBytes[] = [];

  add(path: string, bytes: number, owner: number | undefined): void {
    if (owner !== undefined) increase(this.packages, owner, bytes);
    else if (bytes !== 0) this.files.push([path, bytes]);
  }
}

/**
 * What moved from one layer to another, file by file; of layers that list their files.
 * A file that both have and of which only one image says whose it is (the other removed the package in a layer
 * above) belongs to that package in both: its bytes did not move.
 */
export function compareFiles(
  before: MaybeLayer,
  after: MaybeLayer,
  union: PackageUnion | null,
): ContentChange {
  const changes = new Changes();
  const old = before?.files ?? [];
  const places = new Map(old.map(([path], place) => [path, place]));
  const met = new Uint8Array(old.length);
  for (const [path, bytes, index] of after?.files ?? []) {
    const owner = numberOf(union?.head, index);
    const place = places.get(path);
    const twin = place === undefined || met[place] === 1 ? undefined : old[place];
    if (place === undefined || twin === undefined) {
      changes.add(path, bytes, owner);
      continue;
    }
    met[place] = 1;
    addTwins(changes, twin, numberOf(union?.baseline, twin[2]), bytes, owner);
  }
  for (const [place, [path, bytes, index]] of old.entries()) {
    if (met[place] === 0) changes.add(path, -bytes, numberOf(union?.baseline, index));
  }
  return changes;
}

function addTwins(
  changes: Changes,
  [path, before]: SnapshotFile,
  oldOwner: number | undefined,
  after: number,
  owner: number | undefined,
): void {
  if (oldOwner === undefined || owner === undefined || oldOwner === owner) {
    changes.add(path, after - before, owner ?? oldOwner);
    return;
  }
  changes.add(path, -before, oldOwner);
  changes.add(path, after, owner);
}

/**
 * What moved from some layers to others, by package and directory: base layers list no files.
 * @returns nothing where one image does not know its packages: nor does it tell directories
 */
export function compareCoarsely(
  before: readonly SnapshotLayer[],
  after: readonly SnapshotLayer[],
  union: PackageUnion | null,
): ContentChange {
  if (union === null) return { packages: new Map(), files: [] };
  const packages = new Map<number, number>();
  const directories = new Map<string, number>();
  const add = (layer: SnapshotLayer, numbers: readonly number[], sign: 1 | -1): void => {
    const coarse = layer.origin === 'base' ? layer : coarseLayer(layer.files);
    for (const [index, bytes] of coarse.packages) increase(packages, numbers[index], sign * bytes);
    for (const [path, bytes] of coarse.directories) increase(directories, path, sign * bytes);
  };
  for (const layer of before) add(layer, union.baseline, -1);
  for (const layer of after) add(layer, union.head, 1);
  return { packages, files: [...directories].filter(([, bytes]) => bytes !== 0) };
}

function increase<K>(sums: Map<K, number>, key: K | undefined, bytes: number): void {
  if (key !== undefined) sums.set(key, (sums.get(key) ?? 0) + bytes);
}

function numberOf(numbers: readonly number[] | undefined, index: number | undefined): number | undefined {
  return index === undefined ? undefined : numbers?.[index];
}
