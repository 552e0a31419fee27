import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { link, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeadweightError, messageOf, systemErrorCode } from '../../base/errors.ts';
import type { Snapshot } from '../../compare/snapshot.ts';
import { type NoticeSink, refusedEntry } from './refusal.ts';
import { type SnapshotKey, snapshotName } from './snapshot-key.ts';
import { MAX_ANCESTORS, type SnapshotStore, type StoredSnapshot } from './snapshot-store.ts';
import { readStoredText, STORED_TEXT_LIMIT, storedText } from './stored-text.ts';

/** Snapshots as files of a folder: for self-hosted runners with a disk of their own, and for the command line. */
export class FolderStore implements SnapshotStore {
  readonly #folder: string;
  readonly #notice: NoticeSink;

  constructor(folder: string, notice: NoticeSink) {
    this.#folder = folder;
    this.#notice = notice;
  }

  async get(key: SnapshotKey, ancestors: readonly string[] = []): Promise<StoredSnapshot | null> {
    const exact = await this.#read(key);
    if (exact !== null) return { snapshot: exact, match: 'exact', commit: key.commit };
    for (const commit of ancestors.slice(0, MAX_ANCESTORS)) {
      const snapshot = await this.#read({ ...key, commit });
      if (snapshot !== null) return { snapshot, match: 'ancestor', commit };
    }
    return null;
  }

  async put(key: SnapshotKey, snapshot: Snapshot): Promise<void> {
    const path = this.#path(key);
    const temporary = `${path}.${randomUUID()}`;
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(temporary, storedText(key, snapshot), { flag: 'wx' });
      // A link refuses to replace what is there, where a rename would.
      await link(temporary, path).catch((error: unknown) => {
        if (systemErrorCode(error) !== 'EEXIST') throw error;
      });
    } catch (error) {
      this.#notice({
        code: 'snapshot-not-written',
        message: `The snapshot could not be stored in ${this.#folder}: ${messageOf(error)}. Check that the folder can be written to.`,
      });
    } finally {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  async #read(key: SnapshotKey): Promise<Snapshot | null> {
    try {
      const text = await readTextFile(this.#path(key));
      return text === null ? null : readStoredText(text, key);
    } catch (error) {
      this.#notice(refusedEntry(snapshotName(key), error));
      return null;
    }
  }

  #path(key: SnapshotKey): string {
    return join(this.#folder, `${snapshotName(key)}.json`);
  }
}

/**
 * Never waits for a FIFO or a device that stands in the place of the file.
 * @returns null when there is no such file
 */
async function readTextFile(path: string): Promise<string | null> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return null;
    throw error;
  }
  try {
    const facts = await file.stat();
    if (!facts.isFile() || facts.size > STORED_TEXT_LIMIT) {
      throw new DeadweightError('snapshot-invalid', {
        message: `A stored snapshot was not used: ${facts.isFile() ? 'it is too large' : 'it is no file'}.`,
        remedy: 'Delete the entry; the next run on that commit writes it again.',
      });
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
