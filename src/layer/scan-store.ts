import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiffId } from '../base/digest.ts';
import type { Log } from '../base/effects.ts';
import { messageOf, systemErrorCode } from '../base/errors.ts';
import { readInputFile } from '../base/input-file.ts';
import type { Collector } from './collector.ts';
import type { LayerScan } from './layer-scan.ts';
import { decodeScan, encodeScan, scanFileName, scanKey } from './stored-scan.ts';

/** Where verified scans are kept between runs. An entry that cannot be read is a miss, never an error. */
export interface ScanStore {
  get(diffId: DiffId, collectors: readonly Collector[]): Promise<LayerScan | null>;
  /** Ignores scans that are not `verified`, and those that skipped files: another image may have room for them. */
  put(scan: LayerScan, collectors: readonly Collector[]): Promise<void>;
}

export const noScanStore: ScanStore = { get: async () => null, put: async () => undefined };

/** All scans together; those that were not used for longest go first. Bytes. */
const MAX_STORE = 256 * 1024 * 1024;
/** A file that another process is still writing is younger than this. Milliseconds. */
const ABANDONED_AFTER = 60 * 60 * 1000;

/**
 * Keeps scans as files. Any number of processes may share the directory: a file appears whole or not at all.
 * A file that is damaged or foreign is a miss; what cannot be written is a warning.
 * @param mostBytes of all files together
 */
export function createDiskScanStore(directory: string, log: Log, mostBytes: number = MAX_STORE): ScanStore {
  return new DiskScanStore(directory, log, mostBytes);
}

class DiskScanStore implements ScanStore {
  readonly #directory: string;
  readonly #log: Log;
  readonly #mostBytes: number;
  #hasWarned = false;

  constructor(directory: string, log: Log, mostBytes: number) {
    this.#directory = directory;
    this.#log = log;
    this.#mostBytes = mostBytes;
  }

  async get(diffId: DiffId, collectors: readonly Collector[]): Promise<LayerScan | null> {
    const key = scanKey(diffId, collectors);
    const path = join(this.#directory, scanFileName(key));
    const bytes = this.#read(path);
    if (bytes === null) return null;
    const scan = decodeScan(bytes, key, diffId);
    if (scan === null) {
      this.#log.debug(`The stored scan ${path} cannot be read and is not used.`);
      return null;
    }
    const now = new Date();
    await utimes(path, now, now).catch(() => undefined);
    return scan;
  }

  async put(scan: LayerScan, collectors: readonly Collector[]): Promise<void> {
    if (!scan.verified || scan.skippedFiles > 0) return;
    const key = scanKey(scan.diffId, collectors);
    const path = join(this.#directory, scanFileName(key));
    const draft = `${path}.${randomUUID()}.tmp`;
    try {
      const bytes = encodeScan(scan, key);
      if (bytes.length > this.#mostBytes) return;
      await mkdir(this.#directory, { recursive: true });
      await writeFile(draft, bytes, { flag: 'wx' });
      await rename(draft, path);
      await this.#prune();
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined);
      if (!this.#hasWarned) this.#log.warn(`Scans cannot be kept for the next run: ${messageOf(error)}`);
      this.#hasWarned = true;
    }
  }

  #read(path: string): Uint8Array | null {
    try {
      return readInputFile(path, { maxBytes: this.#mostBytes });
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') this.#log.debug(`${path}: ${messageOf(error)}`);
      return null;
    }
  }

  /** Removes the scans that were not used for longest until the rest fits, and drafts that nobody finishes. */
  async #prune(): Promise<void> {
    const files: { path: string; bytes: number; usedAt: number }[] = [];
    for (const name of await readdir(this.#directory)) {
      if (!/^[0-9a-f]{64}\.scan(?:\.[0-9a-f-]{36}\.tmp)?$/.test(name)) continue;
      const path = join(this.#directory, name);
      const stats = await stat(path).catch(() => null);
      if (stats === null || !stats.isFile()) continue;
      if (!name.endsWith('.tmp')) files.push({ path, bytes: stats.size, usedAt: stats.mtimeMs });
      else if (Date.now() - stats.mtimeMs > ABANDONED_AFTER) await rm(path, { force: true });
    }
    let total = files.reduce((sum, file) => sum + file.bytes, 0);
    for (const file of files.sort((a, b) => a.usedAt - b.usedAt)) {
      if (total <= this.#mostBytes) return;
      await rm(file.path, { force: true });
      total -= file.bytes;
    }
  }
}
