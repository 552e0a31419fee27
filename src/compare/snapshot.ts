import type { InstructionLocation } from '../dockerfile/dockerfile-instruction.ts';

/**
 * Raise it when a field changes its meaning: later versions are refused with a clear error. Version 1 knew no
 * packages; it is read as a snapshot whose packages are null.
 */
export const SNAPSHOT_VERSION = 2;

/**
 * The versioned part of an analysis that is stored and compared later. JSON; complete for a comparison;
 * holds no secrets: instruction texts are Dockerfile lines, never the values of build arguments.
 */
export interface Snapshot {
  readonly deadweightSnapshot: typeof SNAPSHOT_VERSION;
  readonly reference: string;
  /** Commit the image was built from; null when it is not known. */
  readonly commit: string | null;
  /** `linux/amd64`. */
  readonly platform: string;
  readonly imageId: string;
  readonly size: number;
  readonly compressedSize: number | null;
  readonly baseLayerCount: number | null;
  readonly baseSize: number | null;
  readonly ownSize: number | null;
  readonly baseName: string | null;
  readonly baseDigest: string | null;
  readonly efficiency: number;
  readonly ownEfficiency: number | null;
  readonly wastedBytes: number;
  readonly shadowedBaseBytes: number | null;
  readonly dive: { readonly efficiency: number; readonly wastedBytes: number };
  /** Those of the final filesystem, copies of one version as one; null where they are not known. */
  readonly packages: readonly SnapshotPackage[] | null;
  readonly layers: readonly SnapshotLayer[];
}

export interface SnapshotLayer {
  readonly diffId: string;
  readonly digest: string | null;
  readonly mediaType: string | null;
  readonly size: number;
  readonly compressedSize: number | null;
  readonly wastedBytes: number;
  readonly origin: 'base' | 'own' | 'unknown';
  readonly createdBy: string;
  readonly instruction: InstructionLocation | null;
  /** Regular files, in byte order of the path, a path written twice summed; empty for base layers. */
  readonly files: readonly SnapshotFile[];
  /** For base layers, whose files are not listed: packages with their bytes, by index; empty for other layers. */
  readonly packages: readonly PackageBytes[];
  /**
   * For base layers: what belongs to no package, by directory (see `coarsePath`). With the packages it adds up to the
   * size, where packages are known. Empty for other layers.
   */
  readonly directories: readonly PathBytes[];
}

export type SnapshotPackage = readonly [
  type: string,
  name: string,
  version: string,
  architecture: string | null,
];

/** `owner` is the index of the package that it belongs to; absent where it belongs to none. */
export type SnapshotFile = readonly [path: string, bytes: number, owner?: number];

/** Bytes of a path, signed where they are a difference. */
export type PathBytes = readonly [path: string, bytes: number];

export type PackageBytes = readonly [index: number, bytes: number];
