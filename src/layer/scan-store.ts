import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { DiffId } from '../base/digest.ts';
import type { Log } from '../base/effects.ts';
import { messageOf, systemErrorCode, systemReason } from '../base/errors.ts';
import { readInputFile } from '../base/input-file.ts';
import { decodeDocument, encodeDocument } from './checked-document.ts';
import type { Collector } from './collector.ts';
import { decodeLayers, encodeLayers, type KnownLayer, layersKey } from './known-layers.ts';
import { decodeNumbers, encodeNumbers, type LayerNumbers, numbersKey } from './layer-numbers.ts';
import type { LayerScan, PlacedScan } from './layer-scan.ts';
import { trimScanFiles, writeScanFile } from './scan-files.ts';
import {
  decodePlacedScan,
  decodeScan,
  encodePlacedScan,
  encodeScan,
  placedScanKey,
  scanFileName,
  scanKey,
} from './stored-scan.ts';

/** A layer by where it lies, and what is said of it. */
export interface PlacedLayer {
  /** As the image has it: nobody has looked. */
  readonly diffId: DiffId;
  /** `BytesPlace.text` of its tar. */
  readonly place: string;
}

/** Where scans are kept between runs. An entry that cannot be read is a miss, never an error. */
export interface ScanStore {
  get(diffId: DiffId, collectors: readonly Collector[]): Promise<LayerScan | null>;
  /** Ignores scans that are not `verified`, and those that skipped files: another image may have room for them. */
  put(scan: LayerScan, collectors: readonly Collector[]): Promise<void>;
  /** What was read at that place, and not hashed. */
  getPlaced(layer: PlacedLayer, collectors: readonly Collector[]): Promise<PlacedScan | null>;
  /** Ignores scans that skipped files, and all where places mean nothing to the next run. */
  putPlaced(layer: PlacedLayer, found: PlacedScan, collectors: readonly Collector[]): Promise<void>;
  /**
   * What was measured of a layer, for who knows what the numbers depend on.
   * @param place of its bytes where they were not hashed (`PlacedLayer`); null where they were
   */
  getNumbers(diffId: DiffId, place: string | null): Promise<LayerNumbers>;
  /** Adds to what is known. Ignores all of a place where places mean nothing to the next run. */
  putNumbers(diffId: DiffId, place: string | null, numbers: LayerNumbers): Promise<void>;
  /** The layers that something had last; none where that is not known. @param name of it */
  getLayers(name: string): Promise<readonly KnownLayer[]>;
  putLayers(name: string, layers: readonly KnownLayer[]): Promise<void>;
  /**
   * What was made of layers, by all that it was made of: JSON.
   * @returns undefined where nothing is known
   */
  getResult(key: string): Promise<unknown>;
  putResult(key: string, result: unknown): Promise<void>;
  /** Holds the store to its size. For whoever has read or written what it needs. */
  trim(): void;
}

export const noScanStore: ScanStore = {
  get: async () => null,
  put: async () => undefined,
  getPlaced: async () => null,
  putPlaced: async () => undefined,
  getNumbers: async () => new Map(),
  putNumbers: async () => undefined,
  getLayers: async () => [],
  putLayers: async () => undefined,
  getResult: async () => undefined,
  putResult: async () => undefined,
  trim: () => undefined,
};

/** The same store, for who puts something before one of its methods. */
export function forwardScans(store: ScanStore): ScanStore {
  return {
    get: (diffId, collectors) => store.get(diffId, collectors),
    put: (scan, collectors) => store.put(scan, collectors),
    getPlaced: (layer, collectors) => store.getPlaced(layer, collectors),
    putPlaced: (layer, found, collectors) => store.putPlaced(layer, found, collectors),
    getNumbers: (diffId, place) => store.getNumbers(diffId, place),
    putNumbers: (diffId, place, numbers) => store.putNumbers(diffId, place, numbers),
    getLayers: name => store.getLayers(name),
    putLayers: (name, layers) => store.putLayers(name, layers),
    getResult: key => store.getResult(key),
    putResult: (key, result) => store.putResult(key, result),
    trim: () => store.trim(),
  };
}

/** All scans together, unless somebody says otherwise. Bytes. */
export const DEFAULT_STORE_SIZE = 256_000_000;

/** Bytes that a process writes before it looks again at what all have written: this part of the store's size. */
const UNSEEN_PART = 1 / 16;

interface DiskScanStoreOptions {
  readonly log: Log;
  /** Of all files together; 0 keeps nothing. Those that were not used for longest go first. */
  readonly mostBytes?: number;
  /**
   * Names the machine, whose places mean nothing elsewhere. Without it no unhashed scan is kept: so it is where others
   * may get to see the store.
   */
  readonly machine?: string;
}

/**
 * Keeps scans as files. Any number of processes may share the directory: a file appears whole or not at all.
 * A file that is damaged or foreign is a miss; what cannot be written is a warning.
 */
export function createDiskScanStore(directory: string, options: DiskScanStoreOptions): ScanStore {
  return new DiskScanStore(directory, options);
}

class DiskScanStore implements ScanStore {
  readonly #directory: string;
  readonly #log: Log;
  readonly #mostBytes: number;
  readonly #machine: string | null;
  #hasWarned = false;
  /** Bytes that were written since the store was trimmed. */
  #unseen = 0;

  constructor(directory: string, { log, mostBytes = DEFAULT_STORE_SIZE, machine }: DiskScanStoreOptions) {
    this.#machine = machine ?? null;
    this.#directory = directory;
    this.#log = log;
    this.#mostBytes = mostBytes;
  }

  async get(diffId: DiffId, collectors: readonly Collector[]): Promise<LayerScan | null> {
    const key = scanKey(diffId, collectors);
    return this.#read(scanFileName(key, '.scan'), bytes => decodeScan(bytes, key, diffId));
  }

  async put(scan: LayerScan, collectors: readonly Collector[]): Promise<void> {
    if (!scan.verified || scan.skippedFiles > 0) return;
    const key = scanKey(scan.diffId, collectors);
    await this.#write(scanFileName(key, '.scan'), () => encodeScan(scan, key));
  }

  async getPlaced(layer: PlacedLayer, collectors: readonly Collector[]): Promise<PlacedScan | null> {
    const key = this.#placedKey(layer, collectors);
    if (key === null) return null;
    return this.#read(scanFileName(key, '.placed-scan'), bytes => decodePlacedScan(bytes, key, layer.diffId));
  }

  async putPlaced(layer: PlacedLayer, found: PlacedScan, collectors: readonly Collector[]): Promise<void> {
    const key = this.#placedKey(layer, collectors);
    if (key === null || found.scan.verified || found.scan.skippedFiles > 0) return;
    await this.#write(scanFileName(key, '.placed-scan'), () => encodePlacedScan(found, key));
  }

  async getNumbers(diffId: DiffId, place: string | null): Promise<LayerNumbers> {
    const key = this.#numbersKey(diffId, place);
    const found = key && this.#read(scanFileName(key, '.numbers'), bytes => decodeNumbers(bytes, key));
    return found || new Map();
  }

  async putNumbers(diffId: DiffId, place: string | null, numbers: LayerNumbers): Promise<void> {
    const key = this.#numbersKey(diffId, place);
    if (key === null || numbers.size === 0) return;
    const all = new Map([...(await this.getNumbers(diffId, place)), ...numbers]);
    await this.#write(scanFileName(key, '.numbers'), () => encodeNumbers(all, key));
  }

  async getLayers(name: string): Promise<readonly KnownLayer[]> {
    return this.#read(scanFileName(layersKey(name), '.layers'), bytes => decodeLayers(bytes, name)) ?? [];
  }

  async putLayers(name: string, layers: readonly KnownLayer[]): Promise<void> {
    await this.#write(scanFileName(layersKey(name), '.layers'), () => encodeLayers(layers, name));
  }

  async getResult(key: string): Promise<unknown> {
    return this.#read(scanFileName(key, '.result'), bytes => decodeDocument(bytes, key) ?? null) ?? undefined;
  }

  async putResult(key: string, result: unknown): Promise<void> {
    await this.#write(scanFileName(key, '.result'), () => encodeDocument(key, result));
  }

  #numbersKey(diffId: DiffId, place: string | null): string | null {
    if (place === null) return numbersKey(diffId, null);
    return this.#machine && numbersKey(diffId, `${this.#machine} ${place}`);
  }

  #placedKey({ diffId, place }: PlacedLayer, collectors: readonly Collector[]): string | null {
    return this.#machine && placedScanKey(`${this.#machine} ${place}`, diffId, collectors);
  }

  trim(): void {
    this.#unseen = 0;
    try {
      trimScanFiles(this.#directory, this.#mostBytes, Date.now());
    } catch (error) {
      this.#warn(`The stored scans in ${this.#directory} cannot be held to their size`, error);
    }
  }

  #read<T>(name: string, decode: (bytes: Uint8Array) => T | null): T | null {
    const path = join(this.#directory, name);
    try {
      const found = decode(readInputFile(path, { maxBytes: this.#mostBytes, followsLink: false }));
      if (found === null) this.#log.debug(`The stored scan ${path} cannot be read and is not used.`);
      else touch(path);
      return found;
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') this.#log.debug(`${path}: ${messageOf(error)}`);
      return null;
    }
  }

  async #write(name: string, encode: () => Uint8Array): Promise<void> {
    const path = join(this.#directory, name);
    try {
      const bytes = encode();
      if (bytes.length > this.#mostBytes) return;
      await writeScanFile(path, bytes);
      this.#unseen += bytes.length;
    } catch (error) {
      // Another process has cleared the store meanwhile.
      if (systemErrorCode(error) === 'ENOENT') this.#log.debug(`${path}: ${messageOf(error)}`);
      else this.#warn(`Scans cannot be kept in ${this.#directory} for the next run`, error);
    }
    if (this.#unseen > this.#mostBytes * UNSEEN_PART) this.trim();
  }

  #warn(what: string, error: unknown): void {
    if (!this.#hasWarned) this.#log.warn(`${what}: ${systemReason(error)}.`);
    this.#hasWarned = true;
  }
}

/** Tells when a scan was used last: who may not write it cannot, and need not. */
function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // A store that others own.
  }
}
