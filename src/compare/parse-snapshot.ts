import { z } from 'zod';
import { DeadweightError } from '../base/errors.ts';
import { ExcessiveJson, parseBoundedJson } from '../base/json-shape.ts';
import { lazy } from '../base/lazy.ts';
import { renameKeys } from '../base/renamed-keys.ts';
import type { Snapshot, SnapshotLayer, SnapshotSteps } from './snapshot.ts';
import { SNAPSHOT_SCHEMAS } from './snapshot-schema.ts';

/** An image of half a million files of its own makes about 55 MB; more is no snapshot of ours. UTF-16 units. */
export const MAX_SNAPSHOT = 64 * 1024 * 1024;

/** A file has five: its list, its path, its bytes, whose it is and its content. Over a million fill the largest snapshot. */
export const MAX_SNAPSHOT_VALUES = 8_000_000;

/** What snapshots called their base image before. */
const EARLIER_NAMES = { baseName: 'baseImageName', baseDigest: 'baseImageDigest' } as const;

const versioned = lazy(() => z.object({ deadweightSnapshot: z.number() }));

/** A report of whichever version. */
const reported = lazy(() =>
  z.object({ schemaVersion: z.number(), tool: z.object({ name: z.literal('deadweight') }) }),
);

/**
 * Reads what `serializeSnapshot` wrote, of this version or an earlier one, trusting none of it.
 * @param where the name that errors give the text
 * @throws DeadweightError `snapshot-invalid`; `limit-exceeded` when it is more than any snapshot
 */
export function parseSnapshot(text: string, where: string): Snapshot {
  if (text.length > MAX_SNAPSHOT) {
    throw invalid(`The snapshot ${where} is larger than ${MAX_SNAPSHOT} characters.`);
  }
  const value = parseText(text, where);
  const version = versioned().safeParse(value);
  if (!version.success) {
    throw reported().safeParse(value).success
      ? reportGiven(where)
      : invalid(`${where} is not a Deadweight snapshot.`);
  }
  const found = version.data.deadweightSnapshot;
  const schema = SNAPSHOT_SCHEMAS.get(found);
  if (schema === undefined) {
    const read = [...SNAPSHOT_SCHEMAS.keys()].join(' and ');
    throw invalid(`The snapshot ${where} has version ${found}, and this Deadweight reads ${read}.`);
  }
  const parsed = schema().safeParse(renameKeys(value, EARLIER_NAMES));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = issue === undefined ? '' : issue.path.map(String).join('.');
    throw invalid(`The snapshot ${where} is damaged at ${place}: ${issue?.message ?? 'it does not fit'}.`);
  }
  const contradiction = snapshotContradiction(parsed.data);
  if (contradiction !== null) throw invalid(`The snapshot ${where} contradicts itself: ${contradiction}.`);
  return parsed.data;
}

/** One line of JSON that `parseSnapshot` reads. Contents are left out of one that would be too long for it with them. */
export function serializeSnapshot(snapshot: Snapshot): string {
  const text = `${JSON.stringify(snapshot)}\n`;
  if (text.length <= MAX_SNAPSHOT) return text;
  const layers = snapshot.layers.map(layer => ({ ...layer, contents: [] }));
  return `${JSON.stringify({ ...snapshot, layers })}\n`;
}

function parseText(text: string, where: string): unknown {
  try {
    return parseBoundedJson(text, MAX_SNAPSHOT_VALUES);
  } catch (error) {
    if (error instanceof ExcessiveJson) {
      throw new DeadweightError('limit-exceeded', {
        message: `The snapshot ${where} ${error.message}.`,
        remedy: 'Give a file that deadweight wrote with --snapshot.',
        cause: error,
      });
    }
    throw invalid(`The snapshot ${where} is not JSON, or was cut off.`, error);
  }
}

function reportGiven(where: string): DeadweightError {
  return new DeadweightError('snapshot-invalid', {
    message: `${where} is a report (--json), and not a snapshot.`,
    remedy: 'Write a snapshot with --snapshot FILE.',
  });
}

function invalid(message: string, cause?: unknown): DeadweightError {
  return new DeadweightError('snapshot-invalid', {
    message,
    remedy: 'Make the snapshot again with this version of Deadweight, or compare with the image itself.',
    cause,
  });
}

/** The first sum of the snapshot that does not add up, in words; null when all do. */
function snapshotContradiction(snapshot: Snapshot): string | null {
  const { layers, size } = snapshot;
  if (sumOf(layers, layer => layer.size) !== size) return `the layers do not add up to its size, ${size}`;
  return (
    compressedContradiction(snapshot) ??
    baseContradiction(snapshot) ??
    wasteContradiction(snapshot) ??
    firstProblem(layers.map(layerContradiction)) ??
    firstProblem(layers.map((layer, index) => ownerContradiction(layer, index, snapshot.packages)))
  );
}

function firstProblem(problems: readonly (string | null)[]): string | null {
  return problems.find(problem => problem !== null) ?? null;
}

function sumOf(layers: readonly SnapshotLayer[], bytes: (layer: SnapshotLayer) => number): number {
  return layers.reduce((sum, layer) => sum + bytes(layer), 0);
}

function compressedContradiction({ layers, compressedSize }: Snapshot): string | null {
  if (compressedSize === null) return null;
  if (layers.some(layer => layer.compressedSize === null)) {
    return 'it has a compressed size, and a layer has none';
  }
  const sum = sumOf(layers, layer => layer.compressedSize ?? 0);
  return sum === compressedSize ? null : `the layers do not add up to its compressed size, ${compressedSize}`;
}

function baseContradiction({ layers, size, baseLayerCount, baseSize, ownSize }: Snapshot): string | null {
  if (baseLayerCount === null) {
    if (baseSize !== null || ownSize !== null) return 'its base is unknown and yet has a size';
    return layers.some(layer => layer.origin === 'base') ? 'its base is unknown and yet has layers' : null;
  }
  if (baseLayerCount > layers.length) return 'its base has more layers than it has itself';
  if (layers.some((layer, index) => (layer.origin === 'base') !== index < baseLayerCount)) {
    return `its base layers are not the first ${baseLayerCount}`;
  }
  const sum = sumOf(layers.slice(0, baseLayerCount), layer => layer.size);
  if (baseSize !== sum) return `the base layers do not add up to the size of its base, ${baseSize}`;
  return ownSize === size - sum ? null : `its own layers do not add up to their size, ${ownSize}`;
}

function wasteContradiction({ layers, wastedBytes, baseLayerCount }: Snapshot): string | null {
  const sum = sumOf(layers.slice(baseLayerCount ?? 0), layer => layer.wastedBytes);
  return sum === wastedBytes ? null : `the layers do not add up to its wasted bytes, ${wastedBytes}`;
}

function layerContradiction(
  layer: SnapshotLayer,
  index: number,
  { length: count }: readonly SnapshotLayer[],
): string | null {
  const { files, contents, hidden, steps } = layer;
  if (layer.wastedBytes > layer.size) return `layer ${index} wastes more than its size`;
  if (contents.length > 0 && contents.length !== files.length) {
    return `layer ${index} has contents of other files than it lists`;
  }
  const sum = files.reduce((total, [, bytes]) => total + bytes, 0);
  if (layer.origin !== 'base' && sum !== layer.size) {
    return `the files of layer ${index} do not add up to its size, ${layer.size}`;
  }
  if (steps !== undefined && !fitsFiles(steps, files.length))
    return `layer ${index} has steps of other files than it lists`;
  const isListed = hidden.every(([file]) => file < files.length);
  if (!isListed) return `layer ${index} hides files that it does not list`;
  const isHidden = hidden.every(([, hider]) => hider >= index && hider < count);
  return isHidden ? null : `files of layer ${index} are hidden by a layer that cannot hide them`;
}

function fitsFiles({ made, ofFiles }: SnapshotSteps, count: number): boolean {
  return ofFiles.length === count && ofFiles.every(step => step < made.length);
}

function ownerContradiction(layer: SnapshotLayer, index: number, known: Snapshot['packages']): string | null {
  const { files, packages, directories, size, origin } = layer;
  const isUnlisted = (owner: number | undefined) => owner !== undefined && owner >= (known?.length ?? 0);
  if (files.some(([, , owner]) => isUnlisted(owner)) || packages.some(([owner]) => isUnlisted(owner))) {
    return `layer ${index} names packages that it does not list`;
  }
  if (origin !== 'base') {
    const isCounted = packages.length > 0 || directories.length > 0;
    return isCounted ? `layer ${index} counts packages or directories beside its files` : null;
  }
  if (files.length > 0) return `layer ${index} is of the base and lists files`;
  const sum = [...packages, ...directories].reduce((total, [, bytes]) => total + bytes, 0);
  if (sum === (known === null ? 0 : size)) return null;
  return `the packages and directories of layer ${index} do not add up to its size, ${size}`;
}
