import { z } from 'zod';
import { WASTE_REASONS } from '../analysis/waste-reason.ts';
import { isDiffId, isDigest } from '../base/digest.ts';
import { lazy } from '../base/lazy.ts';
import {
  type HiddenFile,
  type PackageBytes,
  type PathBytes,
  SNAPSHOT_VERSION,
  type Snapshot,
  type SnapshotFile,
  type SnapshotPackage,
} from './snapshot.ts';
import { isStoredContent, type StoredContent } from './stored-content.ts';

const bytes = lazy(() => z.int().min(0));
const ratio = lazy(() => z.number().min(0).max(1));
const digest = lazy(() => z.string().refine(isDigest, 'is not a digest'));

const instruction = lazy(() =>
  z.object({
    file: z.string(),
    startLine: z.int().min(1),
    endLine: z.int().min(1),
    text: z.string(),
  }),
);

const layer = lazy(() =>
  z.object({
    diffId: z.string().refine(isDiffId, 'is not a diffID'),
    digest: digest().nullable(),
    mediaType: z.string().nullable(),
    size: bytes(),
    compressedSize: bytes().nullable(),
    wastedBytes: bytes(),
    origin: z.enum(['base', 'own', 'unknown']),
    createdBy: z.string(),
    instruction: instruction().nullable(),
    files: listOf(isFile, 'paths with their bytes'),
    contents: listOf(isContent, 'contents').default([]),
    hidden: listOf(isHidden, 'hidden files').default([]),
    packages: listOf(isPackageBytes, 'packages with their bytes'),
    directories: listOf(isPathBytes, 'paths with their bytes'),
    steps: steps().optional(),
  }),
);

const steps = lazy(() =>
  z.object({
    made: z.array(z.object({ createdBy: z.string(), instruction: instruction().nullable() })).max(MAX_LAYERS),
    ofFiles: listOf(isCount, 'indexes of steps'),
  }),
);

const sources = lazy(() =>
  z.object({
    file: z.string(),
    dockerfile: z.string(),
    target: z.string(),
    ignoreFile: z.object({ path: z.string().nullable(), text: z.string() }).nullable(),
  }),
);

/** No image runs with more: the kernel's overlay stops at 500 layers. */
const MAX_LAYERS = 4096;

const image = lazy(() =>
  z.object({
    deadweightSnapshot: z.literal(SNAPSHOT_VERSION),
    reference: z.string(),
    commit: z.string().nullable(),
    platform: z.string(),
    imageId: digest(),
    size: bytes(),
    compressedSize: bytes().nullable(),
    baseLayerCount: z.int().min(0).nullable(),
    baseSize: bytes().nullable(),
    ownSize: bytes().nullable(),
    baseImageName: z.string().nullable(),
    baseImageDigest: z.string().nullable(),
    efficiency: ratio(),
    ownEfficiency: ratio().nullable(),
    wastedBytes: bytes(),
    shadowedBaseBytes: bytes().nullable(),
    dive: z.object({ efficiency: z.number(), wastedBytes: z.number() }),
    packages: listOf(isPackage, 'packages').nullable(),
    layers: layersOf(layer()),
    sources: sources().nullable().default(null),
  }),
);

/** Snapshots by the version that they are of, as what they are now. */
export const SNAPSHOT_SCHEMAS: ReadonlyMap<number, () => z.ZodType<Snapshot>> = new Map([
  [1, lazy(firstVersion)],
  [SNAPSHOT_VERSION, image],
]);

/** It knew no packages, and said nothing of whose a file is. */
function firstVersion(): z.ZodType<Snapshot> {
  const files = listOf(isPathBytes, 'paths with their bytes');
  return image()
    .omit({ packages: true })
    .extend({
      deadweightSnapshot: z.literal(1),
      layers: layersOf(
        layer()
          .omit({ packages: true, directories: true, contents: true, hidden: true, steps: true })
          .extend({ files }),
      ),
    })
    .transform(({ layers, ...rest }) => ({
      ...rest,
      deadweightSnapshot: SNAPSHOT_VERSION,
      packages: null,
      layers: layers.map(each => ({ ...each, packages: [], directories: [], contents: [], hidden: [] })),
    }));
}

function layersOf<T extends z.ZodType>(each: T) {
  return z.custom<unknown[]>(isLayerList, `is not a list of up to ${MAX_LAYERS} layers`).pipe(z.array(each));
}

function isLayerList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length <= MAX_LAYERS;
}

/** By hand: zod would keep an issue for each of millions of wrong items, and takes longer for right ones. */
function listOf<T>(isItem: (value: unknown) => value is T, what: string) {
  const isList = (value: unknown): value is readonly T[] => Array.isArray(value) && value.every(isItem);
  return z.custom<readonly T[]>(isList, `is not a list of ${what}`);
}

function isPathBytes(value: unknown): value is PathBytes {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && isCount(value[1]);
}

function isFile(value: unknown): value is SnapshotFile {
  if (!Array.isArray(value) || value.length !== 3) return isPathBytes(value);
  return typeof value[0] === 'string' && isCount(value[1]) && isCount(value[2]);
}

function isContent(value: unknown): value is StoredContent | null {
  return value === null || isStoredContent(value);
}

function isHidden(value: unknown): value is HiddenFile {
  if (!Array.isArray(value) || value.length !== 3) return false;
  return isCount(value[0]) && isCount(value[1]) && WASTE_REASONS.includes(value[2]);
}

function isPackageBytes(value: unknown): value is PackageBytes {
  return Array.isArray(value) && value.length === 2 && isCount(value[0]) && isCount(value[1]);
}

function isPackage(value: unknown): value is SnapshotPackage {
  if (!Array.isArray(value) || value.length !== 4) return false;
  const [type, name, version, architecture] = value;
  const named = [type, name, version].every(text => typeof text === 'string');
  return named && (architecture === null || typeof architecture === 'string');
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
