import { DeadweightError } from '../../base/errors.ts';
import { quote } from '../../base/untrusted-text.ts';
import { parseSnapshot, serializeSnapshot } from '../../compare/parse-snapshot.ts';
import type { Snapshot } from '../../compare/snapshot.ts';
import { type SnapshotKey, STORED_VERSION } from './snapshot-key.ts';

/** A larger text is neither stored nor read. A snapshot of 60,000 files has about 5 MB. Bytes. */
export const MAX_STORED_TEXT = 64 * 1024 * 1024;

/** A first line that names the key, and the snapshot behind it. */
export function storedText(key: SnapshotKey, snapshot: Snapshot): string {
  return `${firstLine(key)}\n${serializeSnapshot(snapshot)}`;
}

/**
 * The key is compared whole: a file that got under another's name (a hand, a race, an attacker who can write to the
 * store) is refused instead of being compared with.
 * @throws DeadweightError `snapshot-invalid`
 */
export function readStoredText(text: string, key: SnapshotKey): Snapshot {
  const end = text.indexOf('\n');
  if (end < 0 || text.slice(0, end) !== firstLine(key)) throw refused('it was stored for something else');
  const snapshot = parseSnapshot(text.slice(end + 1), `of ${key.commit.slice(0, 12)}`);
  if (snapshot.platform !== key.platform) throw refused(`it is of ${quote(snapshot.platform)}`);
  if (snapshot.commit !== null && snapshot.commit !== key.commit) throw refused('it is of another commit');
  return snapshot;
}

function firstLine(key: SnapshotKey): string {
  const { commit, platform, target, method, image } = key;
  return JSON.stringify({ deadweightStored: STORED_VERSION, commit, platform, target, method, image });
}

function refused(why: string): DeadweightError {
  return new DeadweightError('snapshot-invalid', {
    message: `A stored snapshot was not used: ${why}.`,
    remedy: 'Delete the entry; the next run on that commit writes it again.',
  });
}
