import { crc32 } from 'node:zlib';
import type { ByteRange } from '../tar/random-access.ts';
import type { RangeCollector } from './collector.ts';
import { isByteCount, isRecord, type JsonValue } from './json-value.ts';
import type { LayerEntry } from './layer-entry.ts';
import type { LayerScan } from './layer-scan.ts';

/** Of smaller files a second copy matters less than the reads. Bytes. */
export const MIN_SAMPLED_FILE = 4 * 1024 * 1024;
/** Places of a file that are looked at, at most; at least half as many. */
const MAX_SAMPLES = 16;
/** Looked at of each place. Bytes. */
const SAMPLE = 256;

/**
 * Checksums (CRC-32) of a few places of each large file: whether two versions of it are nearly the same. The distance
 * of the places is a power of two, so that versions of another size have places in common.
 */
export const sampleCollector: RangeCollector = {
  id: 'content-samples',
  version: 1,
  wants: ({ size }) => size >= MIN_SAMPLED_FILE,
  read,
};

function* read({ size }: LayerEntry): Generator<ByteRange, JsonValue, Uint8Array> {
  const distance = sampleDistance(size);
  const sums: number[] = [];
  for (let start = 0; start + SAMPLE <= size; start += distance) {
    sums.push(crc32(yield { start, length: SAMPLE }));
  }
  return { distance, sums };
}

/** Between the starts of two places of a file of that size. Bytes. */
export function sampleDistance(size: number): number {
  return 2 ** Math.ceil(Math.log2(size / MAX_SAMPLES));
}

interface Samples {
  /** Between the starts of two places. Bytes. */
  readonly distance: number;
  readonly sums: readonly number[];
}

/** Which file of which layer. */
export interface SampledFile {
  readonly layer: number;
  readonly path: string;
}

/** What comparing places of two files gave. */
export interface SampleComparison {
  readonly compared: number;
  /** Of these, the places that have the same bytes in both. */
  readonly same: number;
}

/** The samples of an image's large files, by layer and path. */
export class ContentSamples {
  readonly #layers: readonly ReadonlyMap<string, Samples>[];

  /** @param scans lowest first; made with the collector, or nothing is compared */
  constructor(scans: readonly Pick<LayerScan, 'collected'>[]) {
    this.#layers = scans.map(({ collected }) => {
      const found = new Map<string, Samples>();
      // Of a path that is there twice the later one is visible.
      for (const { path, value } of collected[sampleCollector.id] ?? []) {
        if (isSamples(value)) found.set(path, value);
      }
      return found;
    });
  }

  /** Compares the places that both files have samples of; none where one of them has no samples. */
  compare(before: SampledFile, after: SampledFile): SampleComparison {
    const [one, other] = [this.#at(before), this.#at(after)];
    if (one === undefined || other === undefined) return { compared: 0, same: 0 };
    const distance = Math.max(one.distance, other.distance);
    const step = distance / one.distance;
    const otherStep = distance / other.distance;
    const compared = Math.ceil(Math.min(one.sums.length / step, other.sums.length / otherStep));
    let same = 0;
    for (let index = 0; index < compared; index += 1) {
      if (one.sums[index * step] === other.sums[index * otherStep]) same += 1;
    }
    return { compared, same };
  }

  #at({ layer, path }: SampledFile): Samples | undefined {
    return this.#layers[layer]?.get(path);
  }
}

/** Values come from caches. */
function isSamples(value: unknown): value is Samples {
  if (!isRecord(value)) return false;
  const { distance, sums } = value;
  return (
    isByteCount(distance) &&
    distance > 0 &&
    Number.isInteger(Math.log2(distance)) &&
    Array.isArray(sums) &&
    sums.length <= MAX_SAMPLES &&
    sums.every(isByteCount)
  );
}
