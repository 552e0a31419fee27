import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { type DiffId, digestAlgorithm, shortDigest } from '../base/digest.ts';
import { DeadweightError } from '../base/errors.ts';
import { type ContentSink, SparseSink } from '../tar/content-sink.ts';
import type { TarHeader } from '../tar/header.ts';
import { type ByteRange, type RandomAccess, streamRange } from '../tar/random-access.ts';
import { type LendBytes, readTarAt } from '../tar/tar-index.ts';
import { readTarStream, TarParser } from '../tar/tar-parser.ts';
import type { FileReading } from './collector.ts';
import { CONTENT_CHUNK, copyContent, shrunkError } from './content-copy.ts';
import type { FileContent } from './file-content.ts';
import type { HashThread } from './hash-thread.ts';
import type { LayerScan } from './layer-scan.ts';
import { LayerScanner, type LayerScannerOptions } from './layer-scanner.ts';
import type { TarHashThread } from './tar-hash-thread.ts';
import { isScannedFile } from './whiteout.ts';

export interface ScanOptions extends LayerScannerOptions {
  readonly diffId: DiffId;
  /** Whether the bytes are hashed and compared with `diffId`. */
  readonly verify: boolean;
  readonly hashThread?: HashThread;
}

/**
 * Scans a layer from the chunks of its uncompressed tar, read to their end.
 * @throws DeadweightError `input-corrupt`, `input-truncated`, `limit-exceeded`, `digest-mismatch`
 */
export async function scanLayerStream(
  tar: AsyncIterable<Uint8Array>,
  options: ScanOptions,
): Promise<LayerScan> {
  const scanner = new LayerScanner(options);
  await readTarStream(options.verify ? verifyDiffId(tar, options.diffId) : tar, scanner);
  await options.hashThread?.settled();
  return scanner.finish(options.diffId, options.verify);
}

/**
 * Scans a layer as `scanLayerStream` does with `verify`, hashing the tar and all files in it on a thread.
 * @param tar hands its chunks over: the thread frees their memory (`TarHashThread.take`)
 * @throws DeadweightError as `scanLayerStream`
 */
export async function scanLayerWith(
  thread: TarHashThread,
  tar: AsyncIterable<Uint8Array>,
  { diffId, collectors = [], limits }: Pick<ScanOptions, 'diffId' | 'collectors' | 'limits'>,
): Promise<LayerScan> {
  const scanner = new LayerScanner({
    collectors,
    content: 'all',
    hashThread: thread,
    ...(limits && { limits }),
  });
  const parser = new TarParser(scanner);
  const algorithm = digestAlgorithm(diffId);
  thread.start(algorithm);
  for await (const chunk of tar) {
    const parsing = parser.write(thread.take(chunk));
    if (parsing !== undefined) await parsing;
    const hashing = thread.pass();
    if (hashing !== undefined) await hashing;
  }
  assertDiffId(`${algorithm}:${await thread.finish()}`, diffId);
  parser.finish();
  return scanner.finish(diffId, true);
}

/**
 * Scans a layer of an uncompressed tar that can be read by position: headers only, and the content that is asked for.
 * @param starts is filled with where the content of each regular file starts (`IndexedLayer`)
 * @throws DeadweightError as `scanLayerStream`
 */
export async function scanLayerAt(
  source: RandomAccess,
  options: ScanOptions,
  starts: number[] = [],
): Promise<LayerScan> {
  if (options.verify || options.content === 'all') {
    return scanLayerStream(streamRange(source, { start: 0, length: source.size }), options);
  }
  const scanner = new LayerScanner(options);
  const wanted: { header: TarHeader; data: ByteRange; sink: FileContent }[] = [];
  readTarAt(source, (header, data, _start, lend) => {
    const sink = scanner.entry(header);
    if (isScannedFile(header)) starts.push(header.sparse === undefined ? data.start : Number.NaN);
    const reading = header.sparse === undefined ? sink?.onlyRanges : null;
    if (sink === undefined) return;
    if (!reading) wanted.push({ header, data, sink });
    else {
      readRanges(lend, data, reading);
      sink.end();
    }
  });
  const buffer = Buffer.allocUnsafeSlow(wanted.length === 0 ? 0 : CONTENT_CHUNK);
  for (const { header, data, sink } of wanted) {
    await copyContent(
      source,
      data,
      header.sparse === undefined ? sink : new SparseSink(sink, header),
      buffer,
    );
  }
  await options.hashLane?.settled();
  return scanner.finish(options.diffId, false);
}

/**
 * The push form, for a layer whose tar is itself an entry of a tar. Write the chunks to `sink`.
 * `finish` throws DeadweightError `input-truncated` when they are no whole tar.
 */
export function createLayerScanner(options: LayerScannerOptions & Pick<ScanOptions, 'hashThread'>): {
  readonly sink: ContentSink;
  finish(diffId: DiffId, verified: boolean): LayerScan;
} {
  const scanner = new LayerScanner(options);
  const parser = new TarParser(scanner);
  return {
    sink: { write: chunk => parser.write(chunk), end: () => options.hashThread?.settled() },
    finish(diffId, isVerified) {
      parser.finish();
      return scanner.finish(diffId, isVerified);
    },
  };
}

/** What is taken is copied. */
function readRanges(lend: LendBytes, data: ByteRange, reading: FileReading): void {
  for (let range = reading.wanted; range !== null; range = reading.wanted) {
    const bytes = lend(data.start + range.start, range.length);
    if (bytes.length < range.length) throw shrunkError();
    reading.take(bytes, range.start);
  }
}

async function* verifyDiffId(tar: AsyncIterable<Uint8Array>, diffId: DiffId): AsyncIterable<Uint8Array> {
  const algorithm = digestAlgorithm(diffId);
  const hash = createHash(algorithm);
  for await (const chunk of tar) {
    hash.update(chunk);
    yield chunk;
  }
  assertDiffId(`${algorithm}:${hash.digest('hex')}`, diffId);
}

/** @throws DeadweightError `digest-mismatch` unless the digest of a layer's tar is its diffID */
export function assertDiffId(actual: string, diffId: DiffId): void {
  if (actual === diffId) return;
  throw new DeadweightError('digest-mismatch', {
    message: `A layer is not what its image says: its diffID is ${shortDigest(actual)}, not ${shortDigest(diffId)}.`,
    remedy: 'Save or download the image again; do not use this copy.',
  });
}
