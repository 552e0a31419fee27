import type { InstructionLocation } from '../dockerfile/instruction.ts';

/** Raise it when a field changes its meaning: snapshots of other versions are refused with a clear error. */
export const SNAPSHOT_VERSION = 1;

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
  /** Regular files with their bytes, in byte order of the path, a path written twice summed; empty for base layers. */
  readonly files: readonly (readonly [path: string, bytes: number])[];
}
