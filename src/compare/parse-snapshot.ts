import { z } from 'zod';
import { DeadweightError } from '../base/errors.ts';
import type { Snapshot } from './snapshot.ts';
import { SNAPSHOT_SCHEMAS } from './snapshot-schema.ts';
import { snapshotContradiction } from './snapshot-sums.ts';

/** An image of half a million files of its own makes about 40 MB; more is no snapshot of ours. UTF-16 units. */
export const SNAPSHOT_LIMIT = 64 * 1024 * 1024;

const versioned = z.object({ deadweightSnapshot: z.number() });

/**
 * Reads what `serializeSnapshot` wrote, of this version or an earlier one, trusting none of it.
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
  const schema = SNAPSHOT_SCHEMAS.get(found);
  if (schema === undefined) {
    const read = [...SNAPSHOT_SCHEMAS.keys()].join(' and ');
    throw invalid(`The snapshot ${where} has version ${found}, and this Deadweight reads ${read}.`);
  }
  const parsed = schema.safeParse(value);
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
