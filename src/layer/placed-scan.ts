import { takeTurn } from '../base/turn.ts';
import type { BytesPlace, RandomAccess } from '../tar/random-access.ts';
import type { Collector } from './collector.ts';
import type { PlacedScan } from './layer-scan.ts';
import { type ScanOptions, scanLayerAt } from './scan.ts';
import type { PlacedLayer, ScanStore } from './scan-store.ts';

/** Below this, reading the headers is as fast as reading the stored scan. Bytes, entries. */
export const MIN_PLACED_SIZE = 1024 * 1024;
export const MIN_PLACED_ENTRIES = 500;

/**
 * A file system may tell the same time for two changes: FAT counts in steps of two seconds. What was changed so
 * recently may be changed again without a trace. Milliseconds.
 */
const UNSETTLED_FOR = 2000;

/** The tar of a layer, to be read by position. */
export interface PlacedTar {
  /** Bytes, as far as is known before it is opened. */
  readonly size: number;
  /** Whether it lies there for as long as it exists, and is read by many runs: then it is kept however small. */
  readonly staysThere?: true;
  /** As that of `RandomAccess`, before it is opened. */
  place(): BytesPlace | null;
  open(): RandomAccess | Promise<RandomAccess>;
  /** Told what was scanned before it is kept. Throws where that is not to be believed. */
  check?(found: PlacedScan): void;
}

/** One that is open. */
export function openedTar(source: RandomAccess): PlacedTar {
  return { size: source.size, place: () => source.place?.() ?? null, open: () => source };
}

/**
 * Scans a layer by its headers (`scanLayerAt`), or takes what was scanned at the same place of the same file before.
 * Kept is only what cannot have changed unnoticed: the file has been as it is for a while before it was read, and is
 * as it was afterwards. That of its times nobody can set (ctime) is looked at, too.
 * @throws DeadweightError as `scanLayerAt`, and what the tar's `check` throws
 */
export async function scanPlacedLayer(
  tar: PlacedTar,
  options: ScanOptions & { readonly verify: false },
  store: ScanStore,
): Promise<KeptScan> {
  const { diffId, collectors = [] } = options;
  const begun = Date.now();
  const isKept = (size: number, least: number): boolean => tar.staysThere === true || size >= least;
  const place = isKept(tar.size, MIN_PLACED_SIZE) ? tar.place() : null;
  const layer: PlacedLayer | null = place && { diffId, place: place.text };
  const stored = layer && (await store.getPlaced(layer, collectors));
  if (stored) {
    options.limits?.addScan(stored.scan);
    return { ...stored, keptAs: layer };
  }
  await takeTurn();
  const starts: number[] = [];
  const scan = await scanLayerAt(await tar.open(), options, starts);
  const found = { scan, starts };
  tar.check?.(found);
  const isUnchanged = place !== null && hasSettled(place, begun) && tar.place()?.text === place.text;
  const keptAs = isUnchanged && isKept(scan.entries.length, MIN_PLACED_ENTRIES) ? layer : null;
  if (keptAs !== null) await store.putPlaced(keptAs, found, collectors);
  return { ...found, keptAs };
}

/** Whether what lies there has been as it is for so long that another change would show. @param now milliseconds since the epoch */
export function hasSettled({ changedAt, resolution = UNSETTLED_FOR }: BytesPlace, now: number): boolean {
  return changedAt < now - resolution;
}

/** A scan, and where it is kept for the next run; null where it is not. */
export interface KeptScan extends PlacedScan {
  readonly keptAs: PlacedLayer | null;
}

/** Keeps what was learned of a layer since it was scanned: contents that were asked for. */
export async function keepLearned(
  tar: PlacedTar,
  { keptAs, ...learned }: KeptScan,
  collectors: readonly Collector[],
  store: ScanStore,
): Promise<void> {
  if (keptAs !== null && tar.place()?.text === keptAs.place)
    await store.putPlaced(keptAs, learned, collectors);
}
