import { sumBytes } from '../base/sum-bytes.ts';
import type { Image } from '../image/image.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { codecOf } from './codec.ts';
import type { PlannedCut } from './layer-cuts.ts';
import { type FreedFile, LayerFiles } from './layer-files.ts';
import { type MeasuringLimit, ReadingCost } from './measuring-cost.ts';

/** What is going to be measured, and at what cost: known before anything is read. */
export interface MeasuringPlan {
  /** Of each saving; null where it is not measured. */
  readonly cuts: readonly (readonly PlannedCut[] | null)[];
  /** Bytes to compress, in gzip's time. */
  readonly compress: number;
  /** Bytes to read again. */
  readonly read: number;
  readonly leftOut: OmittedSavings;
  /** By layer, where anything is freed. */
  readonly layers: ReadonlyMap<number, LayerFiles>;
}

/** Savings that are not measured because that would take too long. */
export interface OmittedSavings {
  readonly count: number;
  /** Freed by them, uncompressed; what two of them free is counted twice. */
  readonly bytes: number;
}

/**
 * The largest savings first, as long as they fit in the limit; one that does not makes room for those that do.
 * @param totals how many at the end are what several of the others save together: they get what those leave of the limit
 * @throws DeadweightError `blob-missing`
 */
export function planMeasuring(
  image: Image,
  scans: readonly LayerScan[],
  savings: readonly (readonly FreedFile[])[],
  limit: MeasuringLimit,
  totals = 0,
): MeasuringPlan {
  const layers = freedLayers(scans, savings);
  const distinct = new Map<string, PlannedCut>();
  const wanted = savings.map((freed, index) => ({
    index,
    bytes: sumBytes(freed),
    isTotal: index >= savings.length - totals,
    cuts: cutsOf(freed, image, layers, distinct),
  }));
  const reading = new ReadingCost(image, layer => layers.get(layer)?.tarSize ?? scans[layer]?.size ?? 0);
  const planned = new Set<PlannedCut>();
  const cuts = savings.map((): readonly PlannedCut[] | null => null);
  let compress = 0;
  let leftOut: OmittedSavings = { count: 0, bytes: 0 };
  for (const saving of wanted.toSorted(
    (a, b) => Number(a.isTotal) - Number(b.isTotal) || b.bytes - a.bytes,
  )) {
    if (saving.cuts === null) continue;
    const added = saving.cuts.filter(cut => !planned.has(cut));
    const cost = [...new Set(added)].reduce((sum, cut) => sum + cut.cost, 0);
    const touched = saving.cuts.map(({ layer }) => layer);
    const fits =
      compress + cost <= limit.compress &&
      reading.total + reading.of(touched) <= limit.read &&
      haveRoom(added, planned, reading);
    if (!fits) {
      if (saving.isTotal) continue;
      leftOut = { count: leftOut.count + 1, bytes: leftOut.bytes + saving.bytes };
      continue;
    }
    cuts[saving.index] = saving.cuts;
    compress += cost;
    reading.add(touched);
    for (const cut of added) planned.add(cut);
  }
  return { cuts, compress, read: reading.total, leftOut, layers };
}

/** Only of layers of which something is freed. */
function freedLayers(
  scans: readonly LayerScan[],
  savings: readonly (readonly FreedFile[])[],
): ReadonlyMap<number, LayerFiles> {
  const layers = new Map<number, LayerFiles>();
  for (const freed of savings) {
    for (const { layer } of freed) {
      const scan = layers.has(layer) ? undefined : scans[layer];
      if (scan !== undefined) layers.set(layer, new LayerFiles(scan));
    }
  }
  return layers;
}

/** Parts of files (what a package manager wrote of a package into its database) that may be left out. Share of the bytes. */
const NEGLIGIBLE_PARTS = 0.01;

/** @returns null when there is nothing to measure, or more than a trifle of it cannot be measured */
function cutsOf(
  freed: readonly FreedFile[],
  image: Image,
  layers: ReadonlyMap<number, LayerFiles>,
  distinct: Map<string, PlannedCut>,
): readonly PlannedCut[] | null {
  const cuts: PlannedCut[] = [];
  let partBytes = 0;
  for (const [layer, own] of Map.groupBy(freed, file => file.layer)) {
    const known = layers.get(layer);
    const { diffId, mediaType } = image.layers[layer] ?? {};
    const found = known?.find(own) ?? null;
    if (known === undefined || found === null || diffId === undefined) return null;
    const { files } = found;
    partBytes += found.partBytes;
    if (files.length === 0) continue;
    const key = `${diffId} ${files.join()}`;
    let cut = distinct.get(key);
    if (cut === undefined) {
      const codec = codecOf(mediaType ?? null);
      cut = { layer, diffId, codec, files, cost: known.cost(files, codec) };
      distinct.set(key, cut);
    }
    cuts.push(cut);
  }
  return cuts.length === 0 || partBytes > sumBytes(freed) * NEGLIGIBLE_PARTS ? null : cuts;
}

/** A layer that passes by is cut for all savings at once. */
function haveRoom(
  added: readonly PlannedCut[],
  planned: ReadonlySet<PlannedCut>,
  reading: ReadingCost,
): boolean {
  return added.every(({ layer, diffId, codec }) => {
    const others = [...planned].filter(cut => cut.diffId === diffId).length;
    return others < codec.maxCuts || reading.access(layer) === 'position';
  });
}
