import { LayerEntriesBuilder } from '../layer/layer-entries.ts';
import type { LayerEntry } from '../layer/layer-entry.ts';
import type { CollectedFile, LayerScan } from '../layer/layer-scan.ts';
import { isSystemDatabase } from '../packages/package-arrivals.ts';
import type { Fate, LayerMerge, LayerRange } from './layer-merge.ts';
import { type EntryNumber, EntryNumbers } from './replayed-layers.ts';
import { type MergedRange, replaceLayers } from './squashed-config.ts';

/** A range of layers, and how it becomes one. */
interface MergedLayers extends LayerRange {
  readonly merge: LayerMerge;
}

/**
 * What is left of each layer where ranges of layers are merged. There is one scan a layer still, so that each file is where
 * its instruction is; put on each other they show what the merged layers show, and have no bytes that those have not.
 * @param scans of all layers, lowest first
 * @param ranges that do not meet
 */
export function remainingScans(
  scans: readonly LayerScan[],
  ranges: readonly MergedLayers[],
): readonly LayerScan[] {
  const numbers = new EntryNumbers(scans);
  const parts = ranges.flatMap(range => remainingParts(range, scans, numbers));
  const byLayer = Map.groupBy(parts, ({ layer }) => layer);
  return scans.map((scan, layer) => {
    const range = ranges.find(({ first, last }) => first <= layer && layer <= last);
    if (range === undefined) return scan;
    const own = (byLayer.get(layer) ?? []).toSorted((one, other) => one.at - other.at);
    return remainingScan(scan, own, layer === range.first ? range.merge : null);
  });
}

/** An entry of a merged layer, and which of the layers that it was made of has it. */
interface RemainingPart {
  /** Whose instruction put it where it is. */
  readonly layer: number;
  /** Orders the parts of a layer. */
  readonly at: number;
  readonly entry: LayerEntry;
  /** Which scan knows what collectors made of it, and under which path. */
  readonly from: { readonly scan: LayerScan; readonly path: string };
}

function remainingParts(
  { first, merge }: MergedLayers,
  scans: readonly LayerScan[],
  numbers: EntryNumbers,
): readonly RemainingPart[] {
  const early = new Set(merge.early);
  const partOf = (number: EntryNumber, fate: Fate): RemainingPart => {
    const { scan, entry } = entryAt(number, scans, numbers);
    const from = { scan, path: entry.path };
    const place = fate.type === 'moved' ? fate.to : number;
    const layer = early.has(number) ? first : numbers.layerOf(place);
    return {
      layer,
      at: early.has(number) ? number - numbers.count : place,
      entry: madeOf(entry, fate, scans, numbers),
      from,
    };
  };
  return merge.layers.flatMap(({ layer, fates }) =>
    Array.from(fates, ([index, fate]) => partOf(numbers.numberOf(layer, index), fate)),
  );
}

function madeOf(
  entry: LayerEntry,
  fate: Fate,
  scans: readonly LayerScan[],
  numbers: EntryNumbers,
): LayerEntry {
  switch (fate.type) {
    case 'kept':
      return entry;
    case 'moved':
      return { ...plain(entry), path: entryAt(fate.to, scans, numbers).entry.path };
    case 'linked':
      return { ...plain(entry), linkname: fate.target };
  }
}

function entryAt(number: EntryNumber, scans: readonly LayerScan[], numbers: EntryNumbers) {
  const layer = numbers.layerOf(number);
  const scan = scans[layer];
  if (scan === undefined) throw new RangeError(`there is no entry ${number}`);
  return { scan, entry: scan.entries.at(number - numbers.startOf(layer)) };
}

/** With properties of its own: an entry of a scan reads them when it is asked. */
function plain({ kind, path, size, mode, uid, gid, mtime, linkname, content, declaredSize }: LayerEntry) {
  return { kind, path, size, mode, uid, gid, mtime, linkname, content, declaredSize };
}

/** @param merge of a range that begins here: its markers are those of its lowest layer */
function remainingScan(
  scan: LayerScan,
  parts: readonly RemainingPart[],
  merge: LayerMerge | null,
): LayerScan {
  const unnamed = (merge?.unnamed ?? []).map((path): LayerEntry => ({ ...UNNAMED, path }));
  return scanOf([...unnamed, ...parts.map(({ entry }) => entry)], {
    diffId: scan.diffId,
    whiteouts: merge?.whiteouts ?? [],
    opaques: merge?.opaques ?? [],
    skippedFiles: scan.skippedFiles,
    collected: remainingValues(scan, parts),
  });
}

/** As `mergeLayers` writes directories that no entry names. */
const UNNAMED = { kind: 'directory', size: 0, mode: 0o755, uid: 0, gid: 0, mtime: 0 } as const;

type Facts = Pick<LayerScan, 'diffId' | 'whiteouts' | 'opaques' | 'skippedFiles' | 'collected'>;

function scanOf(list: Iterable<LayerEntry>, facts: Facts): LayerScan {
  const builder = new LayerEntriesBuilder();
  let [size, files, known, links, headerBytes] = [0, 0, 0, 0, 0];
  for (const entry of list) {
    builder.add(entry);
    if (entry.kind === 'file') {
      size += entry.size;
      files += 1;
      if (entry.content !== undefined) known += 1;
    }
    if (entry.kind === 'hardlink') links += 1;
    headerBytes += entry.declaredSize ?? entry.size;
  }
  return {
    ...facts,
    entries: builder.finish(),
    markers: [],
    size,
    fileCount: files + links,
    headerBytes,
    contentKnown: known === files ? 'all' : known === 0 ? 'none' : 'some',
    verified: false,
  };
}

/**
 * What collectors made of the files that are left. Of the system's packages each database stays: which step brought a
 * package is told by those that came before.
 */
function remainingValues(scan: LayerScan, parts: readonly RemainingPart[]): LayerScan['collected'] {
  const values = new Map<string, CollectedFile[]>();
  for (const [collector, files] of Object.entries(scan.collected))
    values.set(collector, isSystemDatabase(collector) ? [...files] : []);
  for (const [source, some] of Map.groupBy(parts, ({ from }) => from.scan)) {
    const names = new Map(some.map(({ from, entry }) => [from.path, entry.path]));
    for (const [collector, files] of Object.entries(source.collected)) {
      if (source === scan && isSystemDatabase(collector)) continue;
      const found = files.flatMap(({ path, value }) => {
        const name = names.get(path);
        return name === undefined ? [] : [{ path: name, value }];
      });
      values.set(collector, [...(values.get(collector) ?? []), ...found]);
    }
  }
  return Object.fromEntries(values);
}

/**
 * The scans of the layers that there are when ranges are merged.
 * @param remaining of `remainingScans`
 */
export function mergedScans(
  remaining: readonly LayerScan[],
  ranges: readonly MergedRange[],
): readonly LayerScan[] {
  return replaceLayers(remaining, ranges, ({ diffId }, parts) =>
    scanOf(entriesOfAll(parts), {
      diffId,
      whiteouts: parts[0]?.whiteouts ?? [],
      opaques: parts[0]?.opaques ?? [],
      skippedFiles: parts.reduce((sum, { skippedFiles }) => sum + skippedFiles, 0),
      collected: valuesOfAll(parts),
    }),
  );
}

function* entriesOfAll(scans: readonly LayerScan[]): Generator<LayerEntry> {
  for (const { entries } of scans) yield* entries;
}

function valuesOfAll(scans: readonly LayerScan[]): LayerScan['collected'] {
  const values = new Map<string, CollectedFile[]>();
  for (const { collected } of scans) {
    for (const [collector, files] of Object.entries(collected))
      values.set(collector, [...(values.get(collector) ?? []), ...files]);
  }
  return Object.fromEntries(values);
}
