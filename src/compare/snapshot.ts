import type { DiveNumbers, Efficiency, ImageAnalysis, LayerAnalysis } from '../analysis/image-analysis.ts';
import type { WasteReason } from '../analysis/waste-reason.ts';
import type { IgnoreSource } from '../dockerfile/ignore-file.ts';
import type { StoredContent } from './stored-content.ts';

/**
 * Raise it when a field changes its meaning: later versions are refused with a clear error. Version 1 knew no
 * packages; it is read as a snapshot whose packages are null.
 */
export const SNAPSHOT_VERSION = 2;

/**
 * The versioned part of an analysis that is stored and compared later. JSON; complete for a comparison wherever it is
 * moved to; holds no secrets: instruction texts are Dockerfile lines, never the values of build arguments.
 *
 * Base layers are kept by reference: their diffID, and the bytes of their packages and directories. Where the other
 * image has the same layer, its files cancel unseen; where it has not, these sums say what became of the base image, and
 * whoever has the layer's scan (the scan store knows it by its diffID) can look at the files themselves. Listing them
 * would write the same files with every commit. Measured with gzip, on Debian below CPython and a node_modules of 30,700
 * files: 6 kB for the base layer, where its 3,300 files take 90 kB, and 20 bytes for each file above, 12 of them its content.
 */
export interface Snapshot
  extends Pick<
      ImageAnalysis,
      | 'reference'
      | 'size'
      | 'compressedSize'
      | 'baseLayerCount'
      | 'baseSize'
      | 'ownSize'
      | 'baseImageName'
      | 'baseImageDigest'
    >,
    Pick<Efficiency, 'wastedBytes' | 'shadowedBaseBytes'> {
  readonly deadweightSnapshot: typeof SNAPSHOT_VERSION;
  /** Commit the image was built from; null when it is not known. */
  readonly commit: string | null;
  /** `linux/amd64`. */
  readonly platform: string;
  readonly imageId: string;
  readonly efficiency: Efficiency['score'];
  readonly ownEfficiency: Efficiency['ownScore'];
  readonly dive: Pick<DiveNumbers, 'efficiency' | 'wastedBytes'>;
  /** Those of the final filesystem, copies of one version as one; null where they are not known. */
  readonly packages: readonly SnapshotPackage[] | null;
  readonly layers: readonly SnapshotLayer[];
  /** null where they are not known, as in snapshots of earlier versions. */
  readonly sources: SnapshotSources | null;
}

/** Longer texts are not kept, and not read: no hand wrote them. UTF-16 units. */
export const MAX_SOURCE = 64 * 1024;

/** What an image was built from, as far as it says why content came or went. */
export interface SnapshotSources {
  /** Path as instructions name it. */
  readonly file: string;
  /** Text of the Dockerfile. */
  readonly dockerfile: string;
  /** As `--target` has it: empty for the last stage. */
  readonly target: string;
  /** null where it is not known. */
  readonly ignoreFile: IgnoreSource | null;
}

export interface SnapshotLayer
  extends Pick<
    LayerAnalysis,
    'mediaType' | 'size' | 'compressedSize' | 'wastedBytes' | 'origin' | 'createdBy' | 'instruction'
  > {
  readonly diffId: string;
  readonly digest: string | null;
  /** Regular files, in byte order of the path, a path written twice summed; empty for base layers. */
  readonly files: readonly SnapshotFile[];
  /**
   * The contents of the files, in their order; null for one that nobody hashed, or that the layer has twice. Empty where
   * none is known: of base layers, in snapshots of earlier versions, and where only headers were read.
   */
  readonly contents: readonly (StoredContent | null)[];
  /**
   * Files that the final filesystem does not show; empty for base layers, and in snapshots of earlier versions. Those
   * that are hidden under another of their names are left out.
   */
  readonly hidden: readonly HiddenFile[];
  /** For base layers, whose files are not listed: packages with their bytes, by index; empty for other layers. */
  readonly packages: readonly PackageBytes[];
  /**
   * For base layers: what belongs to no package, by directory (see `coarsePath`). With the packages it adds up to the
   * size, where packages are known. Empty for other layers.
   */
  readonly directories: readonly PathBytes[];
  /** Of a layer that several became: what made each of its files. Absent for all others. */
  readonly steps?: SnapshotSteps | undefined;
}

/** The steps of a build whose layers became one. */
export interface SnapshotSteps {
  /** Lowest first. */
  readonly made: readonly Pick<SnapshotLayer, 'createdBy' | 'instruction'>[];
  /** Of each file, in their order: which of the steps put it there, by its index. */
  readonly ofFiles: readonly number[];
}

export type SnapshotPackage = readonly [
  type: string,
  name: string,
  version: string,
  architecture: string | null,
];

/** `owner` is the index of the package that it belongs to; absent where it belongs to none. */
export type SnapshotFile = readonly [path: string, bytes: number, owner?: number];

/** A file, by its index in `files`, that a layer hides, by its index in the image. */
export type HiddenFile = readonly [file: number, layer: number, reason: WasteReason];

/** Bytes of a path, signed where they are a difference. */
export type PathBytes = readonly [path: string, bytes: number];

export type PackageBytes = readonly [index: number, bytes: number];

/** Deep enough for `opt/conda/lib/python3.12/site-packages/`, and few enough for any base image. */
const MAX_DEPTH = 5;

/** A layer without its files: the bytes of packages, and of directories with what belongs to none. */
export type CoarseLayer = Pick<SnapshotLayer, 'packages' | 'directories'>;

/**
 * The directory that a file is in, with the slash that ends it, or that at most five levels deep above it; a file of
 * the root itself.
 */
export function coarsePath(path: string): string {
  let end = -1;
  for (let level = 0; level < MAX_DEPTH; level += 1) {
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
