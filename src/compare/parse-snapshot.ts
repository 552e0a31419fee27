import { z } from 'zod';
import { isDiffId, isDigest } from '../base/digest.ts';
import { DeadweightError } from '../base/errors.ts';
import type { Snapshot, SnapshotLayer } from './snapshot.ts';
import { SNAPSHOT_VERSION } from './snapshot.ts';
import { snapshotContradiction } from './snapshot-sums.ts';

/** An image of half a million files of its own makes about 40 MB; more is no snapshot of ours. UTF-16 units. */
export const SNAPSHOT_LIMIT = 64 * 1024 * 1024;

const bytes = z.int().min(0);
const ratio = z.number().min(0).max(1);
const digest = z.string().refine(isDigest, 'is not a digest');

const instruction = z.object({
  file: z.string(),
  startLine: z.int().min(1),
  endLine: z.int().min(1),
  text: z.string(),
});

const layer = z.object({
  diffId: z.string().refine(isDiffId, 'is not a diffID'),
  digest: digest.nullable(),
  mediaType: z.string().nullable(),
  size: bytes,
  compressedSize: bytes.nullable(),
  wastedBytes: bytes,
  origin: z.enum(['base', 'own', 'unknown']),
  createdBy: z.string(),
  instruction: instruction.nullable(),
  files: z.custom<SnapshotLayer['files']>(isFileList, 'is not a list of paths with their bytes'),
});

/** No image runs with more: the kernel's overlay stops at 500 layers. */
const MOST_LAYERS = 4096;

const snapshotSchema: z.ZodType<Snapshot> = z.object({
  deadweightSnapshot: z.literal(SNAPSHOT_VERSION),
  reference: z.string(),
  commit: z.string().nullable(),
  platform: z.string(),
  imageId: digest,
  size: bytes,
  compressedSize: bytes.nullable(),
  baseLayerCount: z.int().min(0).nullable(),
  baseSize: bytes.nullable(),
  ownSize: bytes.nullable(),
  baseName: z.string().nullable(),
  baseDigest: z.string().nullable(),
  efficiency: ratio,
  ownEfficiency: ratio.nullable(),
  wastedBytes: bytes,
  shadowedBaseBytes: bytes.nullable(),
  dive: z.object({ efficiency: z.number(), wastedBytes: z.number() }),
  layers: z
    .custom<unknown[]>(isLayerList, `is not a list of up to ${MOST_LAYERS} layers`)
    .pipe(z.array(layer)),
});

function isLayerList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length <= MOST_LAYERS;
}

/** By hand: zod would keep an issue for each of millions of wrong items, and takes longer for right ones. */
function isFileList(value: unknown): value is SnapshotLayer['files'] {
  return Array.isArray(value) && value.every(isFile);
}

function isFile(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2 || typeof value[0] !== 'string') return false;
  return Number.isSafeInteger(value[1]) && value[1] >= 0;
}

const versioned = z.object({ deadweightSnapshot: z.number() });

/**
 * Reads what `serializeSnapshot` wrote, trusting none of it.
 * @param where the name that errors give the text
 * @throws DeadweightError `snapshot-invalid`
 */
export function parseSnapshot(text: string, where: string): Snapshot {
  if (text.length > SNAPSHOT_LIMIT) {
    throw invalid(`The snapshot ${where} is larger than ${SNAPSHOT_LIMIT} characters.`);
  }
  const value = parseJson(text, where);
  const version = versioned.safeParse(value);
  if (!version.success) throw invalid(`${where} is not a Deadweight snapshot.`);
  const found = version.data.deadweightSnapshot;
  if (found !== SNAPSHOT_VERSION) {
    throw invalid(
      `The snapshot ${where} has version ${found}, and this Deadweight reads ${SNAPSHOT_VERSION}.`,
    );
  }
  const parsed = snapshotSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = issue === undefined ? '' : issue.path.map(String).join('.');
    throw invalid(`The snapshot ${where} is damaged at ${place}: ${issue?.message ?? 'it does not fit'}.`);
  }
  const contradiction = snapshotContradiction(parsed.data);
  if (contradiction !== null) throw invalid(`The snapshot ${where} contradicts itself: ${contradiction}.`);
  return parsed.data;
}

/** One line of JSON that `parseSnapshot` reads. */
export function serializeSnapshot(snapshot: Snapshot): string {
  return `${JSON.stringify(snapshot)}\n`;
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`The snapshot ${where} is not JSON, or was cut off.`, error);
  }
}

function invalid(message: string, cause?: unknown): DeadweightError {
  return new DeadweightError('snapshot-invalid', {
    message,
    remedy: 'Make the snapshot anew with this version of Deadweight, or compare with the image itself.',
    cause,
  });
}
