import { createHash, type Hash } from 'node:crypto';
import { type DiffId, digestAlgorithm, digestHex } from '../base/digest.ts';
import type { TarConsumer } from '../image/layer-reader.ts';
import { isScannedFile } from '../layer/whiteout.ts';
import { paddedSize, type TarHeader } from '../tar/header.ts';
import { type ByteRange, type RandomAccess, streamRange } from '../tar/random-access.ts';
import { excessiveTar } from '../tar/tar-error.ts';
import { readTarAt } from '../tar/tar-index.ts';
import { TarParser } from '../tar/tar-parser.ts';
import type { Codec } from './codec.ts';
import type { CompressionPool } from './compression-pool.ts';
import { LayerCut } from './layer-cut.ts';

/** Files to cut out of a layer; what several savings cut out alike is cut out once. */
export interface PlannedCut {
  readonly layer: number;
  readonly diffId: DiffId;
  readonly codec: Codec;
  /** Places among the layer's regular files, ascending. */
  readonly files: readonly number[];
  /** Bytes to compress. */
  readonly cost: number;
}

/** Headers of one entry: a tar may have any number of them, and they are held until it is known whose they are. Bytes. */
const MAX_HEADERS = 8 * 1024 * 1024;

/** What is cut out of one layer, in one reading of it. */
export class LayerCuts implements TarConsumer {
  /** By a file's place among the regular files of the layer. */
  readonly #cutsOf: ReadonlyMap<number, readonly LayerCut[]>;
  readonly #cuts: ReadonlyMap<PlannedCut, LayerCut>;
  readonly #fileCount: number;
  readonly #before: number;
  readonly #parser = new TarParser({
    entry: (header, extent) => {
      this.#entry(header, extent);
      return undefined;
    },
  });
  #files = 0;
  /** What is not handed on yet, because an entry that follows may need it as its context. */
  readonly #held: Uint8Array[] = [];
  readonly #diffId: DiffId | null;
  readonly #hash: Hash;
  #isWhole = false;
  /** Position of the first byte that is held, and of the one behind the last. */
  #start = 0;
  #end = 0;

  /** @param fileCount of the layer, as its scan has it */
  constructor(planned: readonly PlannedCut[], fileCount: number, pool: CompressionPool) {
    this.#diffId = planned[0]?.diffId ?? null;
    this.#hash = createHash(this.#diffId === null ? 'sha256' : digestAlgorithm(this.#diffId));
    this.#cuts = new Map(planned.map(cut => [cut, new LayerCut(cut.codec, pool)]));
    this.#cutsOf = cutsByFile(this.#cuts);
    this.#before = Math.max(...planned.map(({ codec }) => codec.before));
    this.#fileCount = fileCount;
  }

  /**
   * Once all was read: how many compressed bytes each cut takes out.
   * @returns null when the layer has not the files of its scan
   */
  saved(): readonly (readonly [PlannedCut, Promise<number | null>])[] {
    const isScanned = this.#files === this.#fileCount;
    return Array.from(this.#cuts, ([planned, cut]) => [
      planned,
      isScanned ? cut.end() : Promise.resolve(null),
    ]);
  }

  /** Whether all bytes of the layer passed by, and they are what its diffID says. */
  isVerified(): boolean {
    return this.#diffId !== null && this.#isWhole && this.#hash.digest('hex') === digestHex(this.#diffId);
  }

  async readAt(source: RandomAccess): Promise<void> {
    readTarAt(source, (header, data, start) => {
      this.#entry(header, { start, length: data.start + paddedSize(data.length) - start });
    });
    for (const cut of this.#cuts.values()) {
      for (const range of cut.ranges(source.size)) {
        let at = range.start;
        for await (const chunk of streamRange(source, range)) {
          await cut.feed(chunk, at);
          at += chunk.length;
        }
      }
    }
  }

  write(chunk: Uint8Array): undefined | Promise<void> {
    this.#hash.update(chunk);
    this.#parser.write(chunk);
    this.#held.push(chunk);
    this.#end += chunk.length;
    const until = Math.min(this.#parser.settled - this.#before, this.#end);
    if (this.#end - until > this.#before + chunk.length + MAX_HEADERS) {
      throw excessiveTar('an entry of a layer has more than 8 MiB of headers');
    }
    return this.#handOn(until);
  }

  async end(): Promise<void> {
    this.#parser.finish();
    this.#isWhole = true;
    await this.#handOn(this.#end);
  }

  #entry(header: TarHeader, extent: ByteRange): void {
    if (!isScannedFile(header)) return;
    for (const cut of this.#cutsOf.get(this.#files) ?? []) cut.add(extent);
    this.#files += 1;
  }

  #handOn(until: number): undefined | Promise<void> {
    const waits: Promise<void>[] = [];
    for (let chunk = this.#held[0]; chunk !== undefined && this.#start < until; chunk = this.#held[0]) {
      const piece = chunk.subarray(0, until - this.#start);
      for (const cut of this.#cuts.values()) {
        const wait = cut.feed(piece, this.#start);
        if (wait !== undefined) waits.push(wait);
      }
      this.#start += piece.length;
      if (piece.length === chunk.length) this.#held.shift();
      else this.#held[0] = chunk.subarray(piece.length);
    }
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
  }
}

function cutsByFile(cuts: ReadonlyMap<PlannedCut, LayerCut>): ReadonlyMap<number, readonly LayerCut[]> {
  const cutsOf = new Map<number, LayerCut[]>();
  for (const [{ files }, cut] of cuts) {
    for (const file of files) {
      const others = cutsOf.get(file);
      if (others === undefined) cutsOf.set(file, [cut]);
      else others.push(cut);
    }
  }
  return cutsOf;
}
