import type { PackageBytes, PathBytes, SnapshotFile, SnapshotLayer } from './snapshot.ts';

/** Deep enough for `opt/conda/lib/python3.12/site-packages/`, and few enough for any base image. */
const DEEPEST = 5;

/** A layer without its files: the bytes of packages, and of directories with what belongs to none. */
export type CoarseLayer = Pick<SnapshotLayer, 'packages' | 'directories'>;

/**
 * The directory that a file is in, with the slash that ends it, or that at most five levels deep above it; a file of
 * the root itself.
 */
export function coarsePath(path: string): string {
  let end = -1;
  for (let level = 0; level < DEEPEST; level += 1) {
    const next = path.indexOf('/', end + 1);
    if (next < 0) break;
    end = next;
  }
  return end < 0 ? path : path.slice(0, end + 1);
}

/** Adds up files; those of a package by its index, the others by their directory. In the order of both. */
export function coarseLayer(files: readonly SnapshotFile[]): CoarseLayer {
  const packages = new Map<number, number>();
  const directories = new Map<string, number>();
  for (const [path, bytes, owner] of files) {
    if (owner !== undefined) packages.set(owner, (packages.get(owner) ?? 0) + bytes);
    else {
      const directory = coarsePath(path);
      directories.set(directory, (directories.get(directory) ?? 0) + bytes);
    }
  }
  return {
    packages: [...packages].sort(([a], [b]): number => a - b) satisfies PackageBytes[],
    directories: [...directories].sort(([a], [b]) => (a < b ? -1 : 1)) satisfies PathBytes[],
  };
}
