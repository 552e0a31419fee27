import { type DiffId, sha256 } from '../base/digest.ts';
import { type CountBytes, type Progress, silentProgress } from '../base/effects.ts';
import { DeadweightError } from '../base/errors.ts';
import type { Image } from '../image/image.ts';
import type { LayerNumbers } from '../layer/layer-numbers.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { hasSettled } from '../layer/placed-scan.ts';
import { noScanStore, type ScanStore } from '../layer/scan-store.ts';
import type { BytesPlace } from '../tar/random-access.ts';
import { CompressionPool } from './compression-pool.ts';
import { LayerCuts, type PlannedCut } from './layer-cuts.ts';
import type { FreedFile } from './layer-files.ts';
import type { MeasuringLimit } from './measuring-cost.ts';
import { type MeasuringPlan, type OmittedSavings, planMeasuring } from './measuring-plan.ts';

export interface CompressedSavings {
  /**
   * For each saving, by how many bytes the blobs of its layers would be smaller; null where it was left out, where more
   * than a hundredth of it are parts of files (what remains of those is not known), and where its files are not found.
   */
  readonly bytes: readonly (number | null)[];
  /** What would have taken too long. */
  readonly leftOut: OmittedSavings;
  /** Why nothing was measured; null when nothing went wrong. */
  readonly failure: DeadweightError | null;
}

export interface MeasuringOptions {
  /** How many at the end are what several of the others save together: measured where there is time left. None when absent. */
  readonly totals?: number;
  /** What was measured before. */
  readonly store?: Pick<ScanStore, 'getNumbers' | 'putNumbers'>;
}

/**
 * By how many bytes the compressed layers would shrink without the freed files: the entries of each (headers, content
 * and padding) are cut out of the tar, and what is around them is compressed twice, with them and without. What is
 * farther away than a compressor looks back is the same in both. Entries of directories, links and whiteouts that
 * would go too are not counted; nor is that merged layers share a header.
 * Each layer is read once for all savings. Two savings that cut the same files out of a layer share the work.
 * @param scans of all layers, in their order
 */
export async function measureCompressedSavings(
  image: Image,
  scans: readonly LayerScan[],
  savings: readonly (readonly FreedFile[])[],
  limit: MeasuringLimit,
  progress: Progress = silentProgress,
  { totals = 0, store = noScanStore }: MeasuringOptions = {},
): Promise<CompressedSavings> {
  const unmeasured = savings.map(() => null);
  let leftOut: OmittedSavings = { count: 0, bytes: 0 };
  try {
    const plan = planMeasuring(image, scans, savings, limit, totals);
    leftOut = plan.leftOut;
    const work = { label: 'Measuring what fixes would save', total: plan.compress };
    const bytes = await progress.show(work, count => measure(image, plan, store, count));
    return { bytes, leftOut, failure: null };
  } catch (error) {
    if (!(error instanceof DeadweightError) || error.code === 'cancelled') throw error;
    return { bytes: unmeasured, leftOut, failure: error };
  }
}

async function measure(
  image: Image,
  { cuts, layers }: MeasuringPlan,
  store: Required<MeasuringOptions>['store'],
  count: CountBytes,
): Promise<readonly (number | null)[]> {
  const planned = new Set(cuts.flatMap(each => each ?? []));
  const pool = new CompressionPool(count);
  const readings = new Map<DiffId, LayerCuts>();
  const saved = new Map<PlannedCut, Promise<number | null>>();
  const places = new Map<DiffId, BytesPlace | null>();
  const begun = Date.now();
  for (const [diffId, own] of Map.groupBy(planned, cut => cut.diffId)) {
    const place = placeOf(image, diffId);
    places.set(diffId, place);
    const known = new Map([
      ...(place ? await store.getNumbers(diffId, place.text) : []),
      ...(await store.getNumbers(diffId, null)),
    ]);
    const unknown = own.filter(cut => {
      const bytes = known.get(numberKey(cut));
      if (bytes === undefined) return true;
      saved.set(cut, Promise.resolve(bytes));
      count(cut.cost);
      return false;
    });
    if (unknown.length === 0) continue;
    const fileCount = layers.get(own[0]?.layer ?? 0)?.count ?? 0;
    readings.set(diffId, new LayerCuts(unknown, fileCount, pool));
  }
  if (readings.size > 0) await image.read(readings);
  for (const [diffId, reading] of readings) {
    const measured = reading.saved();
    for (const [cut, bytes] of measured) saved.set(cut, bytes);
    const numbers = await numbersOf(measured);
    const place = places.get(diffId) ?? null;
    if (reading.isVerified()) await store.putNumbers(diffId, null, numbers);
    else if (place && hasSettled(place, begun) && placeOf(image, diffId)?.text === place.text)
      await store.putNumbers(diffId, place.text, numbers);
  }
  return Promise.all(cuts.map(each => (each === null ? null : sumOf(each, saved))));
}

/** What says whether a layer's bytes are as they were; null where nothing does. */
function placeOf({ layers }: Image, diffId: DiffId): BytesPlace | null {
  try {
    // As `Image.read` does, where it has the layer twice.
    return layers.findLast(layer => layer.diffId === diffId)?.place() ?? null;
  } catch (error) {
    // Reading it tells what is wrong.
    if (error instanceof DeadweightError) return null;
    throw error;
  }
}

/** What a cut's number depends on beside its layer: raise the version when it is measured otherwise. */
function numberKey({ codec, files }: PlannedCut): string {
  const { zlib = '', zstd = '' } = process.versions;
  return sha256(`cut@1 ${codec.name} zlib@${zlib} zstd@${zstd} ${files.join()}`);
}

async function numbersOf(
  measured: readonly (readonly [PlannedCut, Promise<number | null>])[],
): Promise<LayerNumbers> {
  const numbers = new Map<string, number>();
  for (const [cut, saving] of measured) {
    const bytes = await saving;
    if (bytes !== null) numbers.set(numberKey(cut), bytes);
  }
  return numbers;
}

async function sumOf(
  cuts: readonly PlannedCut[],
  saved: ReadonlyMap<PlannedCut, Promise<number | null>>,
): Promise<number | null> {
  let sum = 0;
  for (const cut of cuts) {
    const bytes = (await saved.get(cut)) ?? null;
    if (bytes === null) return null;
    sum += bytes;
  }
  // Little that is removed may move the borders of blocks for the worse.
  return Math.max(sum, 0);
}
