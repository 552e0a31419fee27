import { Buffer } from 'node:buffer';
import { compareBytes } from '../analysis/byte-order.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { isScannedEntry } from '../layer/whiteout.ts';
import type { TarVisitor } from '../tar/content-sink.ts';
import { BLOCK, paddedSize, type TarHeader } from '../tar/header.ts';
import { bytesOfText } from '../tar/header-field.ts';
import { type HeaderChanges, rewriteHeader, writeHeader } from '../tar/header-writer.ts';
import type { ByteRange } from '../tar/random-access.ts';
import { TarParser } from '../tar/tar-parser.ts';
import type { Fate, LayerMerge } from './layer-merge.ts';
import { type EntryNumber, EntryNumbers } from './replayed-layers.ts';

/** The uncompressed tar of a layer, afresh. */
export type OpenLayer = (layer: number) => AsyncIterable<Uint8Array>;

/**
 * The tar of what layers are merged into: the same bytes for the same layers. Markers come first, then directories that
 * have to, then what is left of each layer, as it is. Nothing is held but what is being handed on.
 * @param scans of all layers, as for the plan
 * @throws what a layer's stream throws
 */
export async function* mergeLayers(
  plan: LayerMerge,
  scans: readonly LayerScan[],
  open: OpenLayer,
): AsyncGenerator<Uint8Array> {
  const numbers = new EntryNumbers(scans);
  const early = new Set(plan.early);
  yield* firstEntries(plan, scans, numbers, await readHeaders(plan, numbers, open));
  for (const { layer, fates } of plan.layers) {
    const scan = scans[layer];
    if (scan === undefined) throw new RangeError(`there is no layer ${layer}`);
    const start = numbers.startOf(layer);
    const copier = new EntryCopier(index => {
      const fate = early.has(start + index) ? undefined : fates.get(index);
      return fate === undefined ? null : changesOf(fate, index, scan, scans, numbers);
    });
    for await (const chunk of open(layer)) yield* copier.take(chunk);
    yield* copier.finish();
  }
  yield Buffer.alloc(2 * BLOCK);
}

type Changes = HeaderChanges | 'none';

function changesOf(
  fate: Fate,
  index: number,
  { entries }: LayerScan,
  scans: readonly LayerScan[],
  numbers: EntryNumbers,
): Changes {
  if (fate.type === 'kept') return 'none';
  if (fate.type === 'linked') {
    return entries.linknameOf(index) === fate.target ? 'none' : { linkname: bytesOfText(fate.target) };
  }
  return { path: bytesOfText(pathOf(fate.to, scans, numbers)) };
}

function pathOf(entry: EntryNumber, scans: readonly LayerScan[], numbers: EntryNumbers): string {
  const layer = numbers.layerOf(entry);
  const path = scans[layer]?.entries.pathOf(entry - numbers.startOf(layer));
  if (path === undefined) throw new RangeError(`there is no layer ${layer}`);
  return path;
}

/** Of directories, which have nothing but headers. */
async function readHeaders(
  { early }: LayerMerge,
  numbers: EntryNumbers,
  open: OpenLayer,
): Promise<ReadonlyMap<EntryNumber, Buffer>> {
  const headers = new Map<EntryNumber, Buffer>();
  for (const [layer, entries] of Map.groupBy(early, entry => numbers.layerOf(entry))) {
    const missing = new Set(entries);
    const copier = new EntryCopier((index, header) => {
      const entry = numbers.numberOf(layer, index);
      if (missing.delete(entry)) headers.set(entry, header());
      return null;
    });
    for await (const chunk of open(layer)) {
      copier.take(chunk);
      if (missing.size === 0) break;
    }
  }
  return headers;
}

/** Bytes of markers and directories that are handed on together. */
const PIECE = 64 * 1024;

/** Directories as they lie in each other: one may be in the place of a link, through which those in it would be made elsewhere. */
function* firstEntries(
  { whiteouts, opaques, unnamed, early }: LayerMerge,
  scans: readonly LayerScan[],
  numbers: EntryNumbers,
  headers: ReadonlyMap<EntryNumber, Buffer>,
): Generator<Buffer> {
  const directory = (path: string) =>
    writeHeader({ path: bytesOfText(`${path}/`), kind: 'directory', mode: 0o755, size: 0, mtime: 0 });
  const marker = (path: string) =>
    writeHeader({ path: bytesOfText(path), kind: 'file', mode: 0, size: 0, mtime: 0 });
  const directories = [
    ...unnamed.map(path => ({ path, header: () => directory(path) })),
    ...early.map(entry => ({
      path: pathOf(entry, scans, numbers),
      header: () => headers.get(entry) ?? Buffer.alloc(0),
    })),
  ].sort((one, other) => compareBytes(one.path, other.path));
  const all = function* () {
    for (const { header } of directories) yield header();
    for (const path of opaques) yield marker(`${path}/.wh..wh..opq`);
    for (const path of whiteouts) yield marker(whiteoutOf(path));
  };
  let parts: Buffer[] = [];
  let length = 0;
  for (const part of all()) {
    parts.push(part);
    length += part.length;
    if (length < PIECE) continue;
    yield Buffer.concat(parts);
    parts = [];
    length = 0;
  }
  yield Buffer.concat(parts);
}

function whiteoutOf(path: string): string {
  const slash = path.lastIndexOf('/') + 1;
  return `${path.slice(0, slash)}.wh.${path.slice(slash)}`;
}

/**
 * What becomes of an entry: it is left out, it stays as it is, or its headers do not.
 * @param header all blocks before its content
 */
type Decide = (index: number, header: () => Buffer) => HeaderChanges | 'none' | null;

interface Chunk {
  readonly bytes: Uint8Array;
  readonly start: number;
}

/** Takes the chunks of a layer's tar, and gives back what of them is to be there. */
class EntryCopier implements TarVisitor {
  readonly #parser = new TarParser(this);
  readonly #decide: Decide;
  #chunks: Chunk[] = [];
  #position = 0;
  #index = 0;
  /** What stays and was not given back: ranges of the tar, and headers in place of others. */
  #kept: (ByteRange | Buffer)[] = [];

  constructor(decide: Decide) {
    this.#decide = decide;
  }

  entry(header: TarHeader, { start, length }: ByteRange): undefined {
    if (!isScannedEntry(header)) return;
    const headerLength = length - paddedSize(header.storedSize);
    const raw = () => this.#collect({ start, length: headerLength });
    const changes = this.#decide(this.#index, raw);
    this.#index += 1;
    if (changes === null) return;
    if (changes === 'none') this.#keep({ start, length });
    else {
      this.#kept.push(rewriteHeader(raw(), changes));
      this.#keep({ start: start + headerLength, length: length - headerLength });
    }
  }

  /** @throws DeadweightError as `TarParser.write` */
  take(bytes: Uint8Array): readonly Uint8Array[] {
    this.#chunks.push({ bytes, start: this.#position });
    this.#position += bytes.length;
    this.#parser.write(bytes);
    const found = this.#give();
    this.#keepUnsettled(bytes);
    return found;
  }

  /** Headers that are being read may still be wanted; a copy of them, as the chunk may be overwritten. */
  #keepUnsettled(last: Uint8Array): void {
    const { settled } = this.#parser;
    this.#chunks = this.#chunks.flatMap(({ bytes, start }) => {
      if (start + bytes.length <= settled) return [];
      if (bytes !== last) return [{ bytes, start }];
      const from = Math.max(settled, start);
      return [{ bytes: Buffer.from(bytes.subarray(from - start)), start: from }];
    });
  }

  /** @throws DeadweightError as `TarParser.finish` */
  finish(): readonly Uint8Array[] {
    this.#parser.finish();
    // The padding of the last content may lack.
    const missing = this.#kept.reduce((sum, part) => sum + (isRange(part) ? part.length : 0), 0);
    this.#kept = [];
    return missing > 0 ? [Buffer.alloc(missing)] : [];
  }

  #keep(range: ByteRange): void {
    if (range.length === 0) return;
    const last = this.#kept.at(-1);
    if (last !== undefined && isRange(last) && last.start + last.length === range.start)
      this.#kept[this.#kept.length - 1] = { start: last.start, length: last.length + range.length };
    else this.#kept.push(range);
  }

  #give(): readonly Uint8Array[] {
    const found: Uint8Array[] = [];
    const rest: ByteRange[] = [];
    for (const part of this.#kept) {
      if (!isRange(part)) {
        found.push(part);
        continue;
      }
      found.push(...this.#slices(part));
      const end = part.start + part.length;
      if (end > this.#position) {
        const start = Math.max(part.start, this.#position);
        rest.push({ start, length: end - start });
      }
    }
    this.#kept = rest;
    return found;
  }

  #collect(range: ByteRange): Buffer {
    return Buffer.concat(this.#slices(range));
  }

  #slices({ start, length }: ByteRange): readonly Uint8Array[] {
    return this.#chunks.flatMap(chunk => {
      const from = Math.max(start - chunk.start, 0);
      const to = Math.min(start + length - chunk.start, chunk.bytes.length);
      return from < to ? [chunk.bytes.subarray(from, to)] : [];
    });
  }
}

function isRange(part: ByteRange | Buffer): part is ByteRange {
  return !Buffer.isBuffer(part);
}
